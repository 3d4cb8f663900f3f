import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconPlugConnected, IconSearch } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { useText } from '../../messages/use-text.ts';
import { paths } from '../../paths.ts';

/** Where it goes on: programs pointed here, and a first lookup. */
export function AppsStep(): ReactElement {
  const text = useText();
  return (
    <Stack gap="md" align="flex-start">
      <Title order={2}>{text('welcome.apps')}</Title>
      <Text size="sm" maw={640}>
        {text('welcome.apps.hint')}
      </Text>
      <Group>
        <Button
          component={Link}
          to={paths.connect}
          variant="default"
          leftSection={<IconPlugConnected size={16} aria-hidden />}
        >
          {text('nav.connect')}
        </Button>
        <Button
          component={Link}
          to={paths.lookup}
          variant="default"
          leftSection={<IconSearch size={16} aria-hidden />}
        >
          {text('welcome.apps.lookup')}
        </Button>
      </Group>
    </Stack>
  );
}
