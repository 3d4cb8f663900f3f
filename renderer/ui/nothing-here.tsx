import { Paper, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';

/** An empty place: what would be here, and what to do about it. */
export function NothingHere({
  action,
  children,
  icon,
  title,
}: {
  readonly icon: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}): ReactElement {
  return (
    <Paper p="xl">
      <Stack align="center" gap="xs" maw={520} mx="auto" ta="center">
        <ThemeIcon size={44} radius="xl" variant="light" aria-hidden>
          {icon}
        </ThemeIcon>
        <Title order={2}>{title}</Title>
        {children !== undefined && (
          <Text c="dimmed" size="sm" component="div">
            {children}
          </Text>
        )}
        {action}
      </Stack>
    </Paper>
  );
}
