import { Anchor, Button, Menu, Paper, SegmentedControl, Stack, Table } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconChevronDown, IconProgress } from '@tabler/icons-react';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { useSearchParams } from 'react-router';
import { useApi, useApiAction, useApiPages } from '../../api/use-api.ts';
import { useText } from '../../messages/use-text.ts';
import { Failure, failureText } from '../../ui/failure.tsx';
import { More } from '../../ui/more.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { Page } from '../../ui/page.tsx';
import { Since } from '../../ui/since.tsx';
import { Waiting } from '../../ui/loaded.tsx';
import { DeadTasks } from './dead-tasks.tsx';
import { JobActions } from './job-actions.tsx';
import { JobLog } from './job-log.tsx';
import { useJobName } from './job-name.ts';
import { JobProgress } from './job-progress.tsx';
import type { Job } from './job-progress.tsx';
import { JobState } from './job-state.tsx';
import classes from './jobs.module.css';

const REFRESH_MS = 1000;
const STATES = ['running', 'queued', 'paused', 'failed', 'done', 'cancelled'] as const;
const ALL = 'all';
/** Kinds that can be started with nothing to choose. */
const STARTABLE = ['backup', 'export', 'rebuild-index'];

/** Long operations: what runs, what ran, what waits. */
export function Component(): ReactElement {
  const text = useText();
  const [search, setSearch] = useSearchParams();
  const state = STATES.find((each) => each === search.get('state'));
  const { result, rows } = useApiPages(
    'GET /jobs',
    { query: { state } },
    { refetchInterval: REFRESH_MS },
  );
  const [logged, setLogged] = useState<number>();
  return (
    <Page title={text('jobs.title')} description={text('jobs.description')} actions={<StartMenu />}>
      <SegmentedControl
        size="xs"
        w="fit-content"
        aria-label={text('jobs.filter')}
        value={state ?? ALL}
        onChange={(value) => setSearch(value === ALL ? {} : { state: value }, { replace: true })}
        data={[
          { value: ALL, label: text('jobs.filter.all') },
          ...STATES.map((each) => ({ value: each, label: text(`jobs.state.${each}`) })),
        ]}
      />
      {result.isPending && <Waiting lines={5} />}
      {result.error && rows.length === 0 && (
        <Failure error={result.error} onRetry={() => void result.refetch()} />
      )}
      {result.isSuccess && rows.length === 0 && (
        <NothingHere icon={<IconProgress />} title={text('jobs.none.title')}>
          {text('jobs.none')}
        </NothingHere>
      )}
      {rows.length > 0 && <JobTable jobs={rows} onLog={setLogged} />}
      <More result={result} />
      <DeadTasks />
      <JobLog job={rows.find(({ id }) => id === logged)} onClose={() => setLogged(undefined)} />
    </Page>
  );
}

function JobTable({
  jobs,
  onLog,
}: {
  readonly jobs: readonly Job[];
  readonly onLog: (id: number) => void;
}): ReactElement {
  const text = useText();
  const nameOf = useJobName();
  return (
    <Paper p="md">
      <Table layout="auto" highlightOnHover={false}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{text('jobs.job')}</Table.Th>
            <Table.Th>{text('jobs.state')}</Table.Th>
            <Table.Td className={classes.progress} />
            <Table.Th>{text('jobs.when')}</Table.Th>
            <Table.Td />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {jobs.map((job) => (
            <Table.Tr key={job.id}>
              <Table.Td>
                <Stack gap={0}>
                  {nameOf(job.kind)} {job.id}
                  <Anchor
                    component="button"
                    type="button"
                    size="xs"
                    ta="left"
                    onClick={() => onLog(job.id)}
                  >
                    {text('jobs.log')}
                  </Anchor>
                </Stack>
              </Table.Td>
              <Table.Td>
                <JobState job={job} />
              </Table.Td>
              <Table.Td>
                <JobProgress job={job} />
              </Table.Td>
              <Table.Td>
                <Since moment={job.started ?? job.created} />
              </Table.Td>
              <Table.Td>
                <JobActions job={job} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  );
}

function StartMenu(): ReactElement {
  const text = useText();
  const nameOf = useJobName();
  const kinds = useApi('GET /job-kinds', {});
  const start = useApiAction('POST /jobs', { refreshes: ['GET /jobs'] });
  const startable = (kinds.data ?? []).filter(({ kind }) => STARTABLE.includes(kind));
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button
          rightSection={<IconChevronDown size={16} aria-hidden />}
          disabled={startable.length === 0}
        >
          {text('jobs.start')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {startable.map(({ kind }) => (
          <Menu.Item
            key={kind}
            onClick={() =>
              start.mutate(
                { body: { kind, params: {} } },
                {
                  onError: (error) =>
                    notifications.show({ color: 'red', message: failureText(text, error) }),
                },
              )
            }
          >
            {nameOf(kind)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
