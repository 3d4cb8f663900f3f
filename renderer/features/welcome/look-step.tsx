import { Anchor, SegmentedControl, Stack, Text, Title, useMantineColorScheme } from '@mantine/core';
import type { MantineColorScheme } from '@mantine/core';
import { useId } from 'react';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { useLanguage } from '../../layout/language.ts';
import { LANGUAGES } from '../../messages/messages.ts';
import type { Language } from '../../messages/messages.ts';
import { useText } from '../../messages/use-text.ts';
import { paths } from '../../paths.ts';

const SCHEMES: readonly MantineColorScheme[] = ['auto', 'light', 'dark'];

/** Language and colours, kept on this device; and the way out for whoever moves here. */
export function LookStep(): ReactElement {
  const text = useText();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { language, setLanguage } = useLanguage();
  const languageId = useId();
  const themeId = useId();
  return (
    <Stack gap="md" align="flex-start">
      <Title order={2}>{text('welcome.look')}</Title>
      <div>
        <Text size="sm" mb={4} id={languageId}>
          {text('layout.language')}
        </Text>
        <SegmentedControl
          aria-labelledby={languageId}
          value={language}
          onChange={(value) => setLanguage(value as Language)}
          data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
        />
      </div>
      <div>
        <Text size="sm" mb={4} id={themeId}>
          {text('layout.theme')}
        </Text>
        <SegmentedControl
          aria-labelledby={themeId}
          value={colorScheme}
          onChange={(value) => setColorScheme(value)}
          data={SCHEMES.map((value) => ({ value, label: text(`layout.theme.${value}`) }))}
        />
      </div>
      <Text size="sm" c="dimmed">
        {text('welcome.look.hint')}
      </Text>
      <Text size="sm">
        {text('welcome.restore')}{' '}
        <Anchor underline="always" component={Link} to={paths.backups} size="sm">
          {text('welcome.restore.do')}
        </Anchor>
      </Text>
    </Stack>
  );
}
