import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core';
import type { MantineColorScheme } from '@mantine/core';
import { IconSunMoon } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { LANGUAGES } from '../messages/messages.ts';
import type { Language } from '../messages/messages.ts';
import { useText } from '../messages/use-text.ts';
import { useLanguage } from './language.ts';

const SCHEMES: readonly MantineColorScheme[] = ['auto', 'light', 'dark'];

/** Light or dark, and the language; both are kept on this device. */
export function PreferencesMenu(): ReactElement {
  const text = useText();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { language, setLanguage } = useLanguage();
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="md"
          aria-label={`${text('layout.theme')}, ${text('layout.language')}`}
        >
          <IconSunMoon size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{text('layout.theme')}</Menu.Label>
        <Menu.RadioGroup
          value={colorScheme}
          onChange={(scheme) => setColorScheme(scheme as MantineColorScheme)}
        >
          {SCHEMES.map((scheme) => (
            <Menu.RadioItem key={scheme} value={scheme}>
              {text(`layout.theme.${scheme}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Label>{text('layout.language')}</Menu.Label>
        <Menu.RadioGroup value={language} onChange={(each) => setLanguage(each as Language)}>
          {Object.entries(LANGUAGES).map(([each, name]) => (
            <Menu.RadioItem key={each} value={each} lang={each}>
              {name}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}
