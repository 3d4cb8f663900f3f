import { Kbd, UnstyledButton } from '@mantine/core';
import { Spotlight, spotlight } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { KeyboardEvent, ReactElement } from 'react';
import { useText } from '../messages/use-text.ts';
import classes from './frame.module.css';
import { usePageActions, usePreferenceActions, useTypedActions } from './palette-actions.tsx';

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

/** Ctrl+K: every page by its name, any id or words as they are pasted, and how the pages look. */
export function Palette(): ReactElement {
  const text = useText();
  const [query, setQuery] = useState('');
  const pages = usePageActions();
  const typed = useTypedActions(query);
  const preferences = usePreferenceActions();
  return (
    <Spotlight
      actions={[...pages, preferences, ...(typed ? [typed] : [])]}
      query={query}
      onQueryChange={setQuery}
      shortcut={['mod + K', '/']}
      searchProps={{
        placeholder: text('layout.search'),
        'aria-label': text('layout.search'),
        maxLength: 200,
        onKeyDown: chooseFirst,
      }}
      // Whoever types faster than it moves would type into the one that goes away.
      transitionProps={{ duration: 0 }}
      overlayProps={{ backgroundOpacity: 0.45, blur: 0 }}
      highlightQuery
      scrollable
      maxHeight={440}
    />
  );
}

/** The library marks the first action a moment after it is there; Enter may come before that. */
function chooseFirst({ currentTarget, key, nativeEvent }: KeyboardEvent<HTMLElement>): void {
  const palette = currentTarget.closest('[role="dialog"]');
  if (key !== 'Enter' || nativeEvent.isComposing || !palette) return;
  if (palette.querySelector('[data-selected]')) return;
  palette.querySelector<HTMLElement>('[data-action]')?.click();
}
