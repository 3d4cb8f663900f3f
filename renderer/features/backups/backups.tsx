import { Badge, Button, Group, Modal, Paper, Stack, Table, Text as Words } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconArchive } from '@tabler/icons-react';
import { useState } from 'react';
import type { ReactElement } from 'react';
import type { Answer } from '../../api/client.ts';
import { useApi, useApiAction } from '../../api/use-api.ts';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import { CopyableLine } from '../../ui/copyable.tsx';
import { failureText } from '../../ui/failure.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { Page } from '../../ui/page.tsx';
import { Since } from '../../ui/since.tsx';

const REFRESH_MS = 5000;

type Backups = Answer<'GET /backups'>;
type Backup = Backups['backups'][number];

/** The backups there are; make one, try one, restore one. */
export function Component(): ReactElement {
  const text = useText();
  const query = useApi('GET /backups', {}, { refetchInterval: REFRESH_MS });
  const make = useApiAction('POST /jobs', {
    refreshes: ['GET /jobs', 'GET /backups'],
    onDone: () => notifications.show({ message: text('backups.making') }),
  });
  const makeNow = (): void =>
    make.mutate(
      { body: { kind: 'backup', params: {} } },
      {
        onError: (error) => notifications.show({ color: 'red', message: failureText(text, error) }),
      },
    );
  const button = (
    <Button onClick={makeNow} loading={make.isPending}>
      {text('backups.make')}
    </Button>
  );
  return (
    <Page
      title={text('backups.title')}
      description={text('backups.description')}
      actions={(query.data?.backups.length ?? 0) > 0 && button}
    >
      <Loaded query={query}>
        {(found) => (
          <Stack gap="md">
            <Facts found={found} />
            {found.backups.length === 0 ? (
              <NothingHere
                icon={<IconArchive />}
                title={text('backups.none.title')}
                action={button}
              >
                {text('backups.none')}
              </NothingHere>
            ) : (
              <BackupTable found={found} />
            )}
          </Stack>
        )}
      </Loaded>
    </Page>
  );
}

function Facts({ found }: { readonly found: Backups }): ReactElement {
  const text = useText();
  const { folder, keep, schedule } = found;
  const facts: [string, string][] = [
    [text('backups.folder'), folder],
    [text('backups.schedule'), schedule === '' ? text('backups.schedule.off') : schedule],
    [text('backups.keep'), text('backups.keep.text', keep)],
  ];
  return (
    <Group gap="xl" component="dl" m={0}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <Words component="dt" size="xs" c="dimmed">
            {name}
          </Words>
          <Words component="dd" size="sm" m={0}>
            {value}
          </Words>
        </div>
      ))}
    </Group>
  );
}

function BackupTable({ found }: { readonly found: Backups }): ReactElement {
  const text = useText();
  const [restored, setRestored] = useState<Backup>();
  return (
    <Paper p="md">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{text('backups.created')}</Table.Th>
            <Table.Th>{text('backups.contains')}</Table.Th>
            <Table.Th ta="right">{text('backups.rows')}</Table.Th>
            <Table.Th ta="right">{text('backups.size')}</Table.Th>
            <Table.Td />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {found.backups.map((backup) => (
            <BackupRow key={backup.name} backup={backup} onRestore={() => setRestored(backup)} />
          ))}
        </Table.Tbody>
      </Table>
      <Modal
        opened={restored !== undefined}
        onClose={() => setRestored(undefined)}
        title={text('backups.restore.title')}
        size="lg"
        closeButtonProps={{ 'aria-label': text('ui.close') }}
      >
        <Stack gap="sm">
          <Words size="sm">{text('backups.restore.text')}</Words>
          <CopyableLine
            value={`npm run acoustid -- db restore "${found.folder}/${restored?.name ?? ''}"`}
            what={text('backups.restore.command')}
          />
          <Words size="sm" c="dimmed">
            {text('backups.restore.after')}
          </Words>
        </Stack>
      </Modal>
    </Paper>
  );
}

function BackupRow({
  backup,
  onRestore,
}: {
  readonly backup: Backup;
  readonly onRestore: () => void;
}): ReactElement {
  const text = useText();
  const format = useFormat();
  const verify = useApiAction('POST /jobs', {
    refreshes: ['GET /jobs'],
    onDone: () => notifications.show({ message: text('backups.verify.started') }),
  });
  const { created, databases, name, problem, rows, sizeBytes } = backup;
  const date = created === undefined ? name : format.moment(created);
  return (
    <Table.Tr>
      <Table.Td>
        {date}{' '}
        {created !== undefined && (
          <Words span size="xs" c="dimmed">
            <Since moment={created} />
          </Words>
        )}
      </Table.Td>
      <Table.Td>
        {problem === undefined ? (
          databases.join(', ')
        ) : (
          <Group gap="xs">
            <Badge color="red" variant="light">
              {text('backups.unusable')}
            </Badge>
            <Words size="sm">{problem}</Words>
          </Group>
        )}
      </Table.Td>
      <Table.Td ta="right">{rows === undefined ? '–' : format.number(rows)}</Table.Td>
      <Table.Td ta="right">{format.bytes(sizeBytes)}</Table.Td>
      <Table.Td>
        {problem === undefined && (
          <Group gap={4} justify="flex-end" wrap="nowrap">
            <Button
              size="compact-xs"
              variant="default"
              aria-label={text('backups.verify.of', { date })}
              onClick={() =>
                verify.mutate({
                  body: { kind: 'verify-backup', params: { name, depth: 'restore' } },
                })
              }
            >
              {text('backups.verify')}
            </Button>
            <Button
              size="compact-xs"
              variant="default"
              aria-label={text('backups.restore.of', { date })}
              onClick={onRestore}
            >
              {text('backups.restore')}
            </Button>
          </Group>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
