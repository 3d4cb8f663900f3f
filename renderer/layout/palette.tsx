import { Kbd, UnstyledButton } from '@mantine/core';
import { Spotlight, spotlight } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useNavigate } from 'react-router';
import { useMay } from '../api/session.ts';
import { useText } from '../messages/use-text.ts';
import classes from './frame.module.css';
import { MENU } from './pages.ts';

/** The field in the header that opens the palette. */
export function PaletteButton(): ReactElement {
  const text = useText();
  return (
    <UnstyledButton className={classes.search} onClick={() => spotlight.open()}>
      <IconSearch size={15} aria-hidden />
      <span>{text('layout.search')}</span>
      <Kbd size="xs" visibleFrom="sm">
        Ctrl K
      </Kbd>
    </UnstyledButton>
  );
}

/** Ctrl+K: every page by its name. */
export function Palette(): ReactElement {
  const text = useText();
  const may = useMay();
  const navigate = useNavigate();
  const groups = MENU.map(({ label, pages }) => ({
    group: text(label),
    actions: pages
      .filter(({ access }) => may(access))
      .map(({ icon: Icon, label: name, path }) => ({
        id: path,
        label: text(name),
        leftSection: <Icon size={18} stroke={1.7} aria-hidden />,
        onClick: () => void navigate(path),
      })),
  }));
  return (
    <Spotlight
      actions={groups}
      shortcut={['mod + K', '/']}
      searchProps={{ placeholder: text('layout.search'), 'aria-label': text('layout.search') }}
      highlightQuery
      scrollable
    />
  );
}
