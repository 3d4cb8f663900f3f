import { Alert, Button, Code, Group, Progress, Stack, Text, Title } from '@mantine/core';
import type { ReactElement } from 'react';
import type { Answer } from '../../api/client.ts';
import { useApiAction } from '../../api/use-api.ts';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import { failureText } from '../../ui/failure.tsx';

export type Machine = Answer<'GET /welcome'>;

/** A small write that takes longer is felt in every import. */
const SLOW_SYNC_MS = 20;

/** Where the data is, how much room is left, and how fast the disk is. */
export function DiskStep({ machine }: { readonly machine: Machine }): ReactElement {
  const text = useText();
  const format = useFormat();
  const test = useApiAction('POST /welcome/disk-test');
  const { dataDir, freeBytes, totalBytes } = machine;
  const used = ((totalBytes - freeBytes) / totalBytes) * 100;
  return (
    <Stack gap="md" align="flex-start">
      <Title order={2}>{text('welcome.disk')}</Title>
      <Code>{dataDir}</Code>
      <div>
        <Text size="sm" mb={6}>
          {text('welcome.disk.free', {
            free: format.bytes(freeBytes),
            total: format.bytes(totalBytes),
          })}
        </Text>
        <Progress value={used} w={420} aria-label={text('welcome.disk.used')} />
      </div>
      <Text size="sm" c="dimmed" maw={640}>
        {text('welcome.disk.hint')}
      </Text>
      <Group>
        <Button variant="default" loading={test.isPending} onClick={() => test.mutate({})}>
          {text('welcome.disk.test')}
        </Button>
        <Text size="sm" role="status">
          {test.isPending && text('welcome.disk.testing')}
          {test.data &&
            text('welcome.disk.speed', {
              speed: format.bytes(test.data.bytesPerSecond),
              sync: format.number(test.data.syncMs, 1),
            })}
        </Text>
      </Group>
      {test.data && test.data.syncMs > SLOW_SYNC_MS && (
        <Alert color="yellow">{text('welcome.disk.slow')}</Alert>
      )}
      {test.error && (
        <Alert color="red" role="alert">
          {failureText(text, test.error)}
        </Alert>
      )}
    </Stack>
  );
}
