import { useMantineColorScheme } from '@mantine/core';
import type { SpotlightActionGroupData } from '@mantine/spotlight';
import {
  IconApi,
  IconColumns2,
  IconDisc,
  IconKeyboard,
  IconLanguage,
  IconMusic,
  IconSearch,
  IconSunMoon,
} from '@tabler/icons-react';
import type { Icon } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useNavigate } from 'react-router';
import { useMay } from '../api/session.ts';
import { LANGUAGES } from '../messages/messages.ts';
import type { Language } from '../messages/messages.ts';
import { useText } from '../messages/use-text.ts';
import type { Text } from '../messages/use-text.ts';
import { paths } from '../paths.ts';
import { useShowKeys } from '../ui/use-keys.ts';
import { useLanguage } from './language.ts';
import { MENU } from './pages.ts';
import { readTyped } from './read-typed.ts';

const API_REFERENCE = '/docs/api';
const SCHEMES = ['auto', 'light', 'dark'] as const;

const sign = (Each: Icon): ReactElement => <Each size={18} stroke={1.7} aria-hidden />;

/** The pages this person may open, in the groups of the menu. */
export function usePageActions(): SpotlightActionGroupData[] {
  const text = useText();
  const may = useMay();
  const navigate = useNavigate();
  const groups = MENU.map(({ label, pages }) => ({
    group: text(label),
    actions: pages
      .filter(({ access }) => may(access))
      .map(({ icon, label: name, path }) => ({
        id: path,
        label: text(name),
        leftSection: sign(icon),
        onClick: () => void navigate(path),
      })),
  }));
  // A page of its own, outside the frame of these.
  const reference = {
    id: API_REFERENCE,
    label: text('nav.reference'),
    leftSection: sign(IconApi),
    onClick: () => window.location.assign(API_REFERENCE),
  };
  return [...groups, { group: text('nav.about'), actions: [reference] }];
}

/** What can be done with the very thing somebody typed or pasted; nothing for an empty field. */
export function useTypedActions(query: string): SpotlightActionGroupData | undefined {
  const text = useText();
  const navigate = useNavigate();
  const words = query.trim();
  if (words === '') return undefined;
  return {
    group: text('palette.group.find'),
    actions: typedTargets(words, text).map(({ icon, label, to }, at) => ({
      // The same while somebody types, or what is selected would be lost with each letter.
      id: `find-${at}`,
      label,
      // So that it is shown for what was typed, whatever its label.
      keywords: [words],
      leftSection: sign(icon),
      onClick: () => void navigate(to),
    })),
  };
}

interface Target {
  readonly label: string;
  readonly icon: Icon;
  readonly to: string;
}

function typedTargets(words: string, text: Text): Target[] {
  const typed = readTyped(words);
  const search = `${paths.tracks}?${new URLSearchParams({ q: words })}`;
  switch (typed.kind) {
    case 'id':
      return [
        { label: text('palette.track'), icon: IconMusic, to: paths.track(typed.id) },
        { label: text('palette.recording'), icon: IconDisc, to: search },
      ];
    case 'fingerprint':
      return [{ label: text('palette.fingerprint', { id: words }), icon: IconMusic, to: search }];
    case 'fingerprints': {
      const { a, b } = typed;
      return [
        { label: text('palette.compare', { a, b }), icon: IconColumns2, to: paths.compare(a, b) },
      ];
    }
    case 'words':
      return [{ label: text('palette.search', { words }), icon: IconSearch, to: search }];
  }
}

/** Colours, language, and the keys. */
export function usePreferenceActions(): SpotlightActionGroupData {
  const text = useText();
  const { setColorScheme } = useMantineColorScheme();
  const { setLanguage } = useLanguage();
  const showKeys = useShowKeys();
  return {
    group: text('palette.group.here'),
    actions: [
      ...SCHEMES.map((scheme) => ({
        id: `theme-${scheme}`,
        label: `${text('layout.theme')}: ${text(`layout.theme.${scheme}`)}`,
        leftSection: sign(IconSunMoon),
        onClick: () => setColorScheme(scheme),
      })),
      ...Object.entries(LANGUAGES).map(([language, name]) => ({
        id: `language-${language}`,
        label: `${text('layout.language')}: ${name}`,
        leftSection: sign(IconLanguage),
        onClick: () => setLanguage(language as Language),
      })),
      {
        id: 'keys',
        label: text('keys.title'),
        leftSection: sign(IconKeyboard),
        onClick: showKeys,
      },
    ],
  };
}
