import { Alert, Button, Group, Text as Words } from '@mantine/core';
import { IconAlertTriangle, IconInbox } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { useApi, useApiPages } from '../../api/use-api.ts';
import { useText } from '../../messages/use-text.ts';
import { paths } from '../../paths.ts';
import { Failure } from '../../ui/failure.tsx';
import { Waiting } from '../../ui/loaded.tsx';
import { More } from '../../ui/more.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { Page } from '../../ui/page.tsx';
import { Filters } from './filters.tsx';
import { SubmissionDrawer } from './submission-drawer.tsx';
import { SubmissionTable } from './submission-table.tsx';
import { useFilters } from './use-filters.ts';
import { useRetry } from './use-retry.ts';

const BUSY_MS = 2_000;
const IDLE_MS = 10_000;

/** Submissions: what came in, and what became of it. */
export function Component(): ReactElement {
  const text = useText();
  const filters = useFilters();
  const { data: counts } = useApi('GET /submission-counts', {}, { refetchInterval: BUSY_MS });
  const isBusy = (counts?.pending ?? 0) > 0;
  const { result, rows } = useApiPages(
    'GET /submissions',
    { query: filters.query },
    { refetchInterval: isBusy ? BUSY_MS : IDLE_MS },
  );
  const show = (id: number | undefined): void => filters.set({ show: id?.toString() });
  return (
    <Page
      title={text('submissions.title')}
      description={text('submissions.description')}
      actions={
        <Words size="sm" c="dimmed" role="status">
          {counts && text('submissions.waiting', { count: counts.pending })}
        </Words>
      }
    >
      {counts && counts.parked > 0 && (
        <Parked
          count={counts.parked}
          onShow={() => filters.set({ state: 'parked', verdict: undefined })}
        />
      )}
      <Filters filters={filters} />
      {result.isPending && <Waiting lines={6} />}
      {result.error && rows.length === 0 && (
        <Failure error={result.error} onRetry={() => void result.refetch()} />
      )}
      {result.isSuccess && rows.length === 0 && (
        <Nothing isFiltered={filters.isFiltered} onClear={filters.clear} />
      )}
      {rows.length > 0 && (
        <SubmissionTable submissions={rows} onShow={show} onFilter={filters.set} />
      )}
      <More result={result} />
      <SubmissionDrawer id={filters.shown} onClose={() => show(undefined)} />
    </Page>
  );
}

function Parked({
  count,
  onShow,
}: {
  readonly count: number;
  readonly onShow: () => void;
}): ReactElement {
  const text = useText();
  const { isPending, retryAll } = useRetry();
  return (
    <Alert
      color="orange"
      variant="light"
      icon={<IconAlertTriangle aria-hidden />}
      title={text('submissions.parked.title', { count })}
      styles={{ title: { color: 'var(--mantine-color-text)' } }}
    >
      {text('submissions.parked.text')}
      <Group mt="sm" gap="xs">
        <Button size="xs" variant="default" onClick={onShow}>
          {text('submissions.parked.show')}
        </Button>
        <Button size="xs" loading={isPending} onClick={retryAll}>
          {text('submissions.retry.all')}
        </Button>
      </Group>
    </Alert>
  );
}

function Nothing({
  isFiltered,
  onClear,
}: {
  readonly isFiltered: boolean;
  readonly onClear: () => void;
}): ReactElement {
  const text = useText();
  return (
    <NothingHere
      icon={<IconInbox />}
      title={text(isFiltered ? 'submissions.none.filtered' : 'submissions.none')}
      action={
        isFiltered ? (
          <Button variant="default" onClick={onClear}>
            {text('submissions.none.clear')}
          </Button>
        ) : (
          <Button variant="default" component={Link} to={paths.connect}>
            {text('submissions.connect')}
          </Button>
        )
      }
    >
      {text(isFiltered ? 'submissions.none.filtered.text' : 'submissions.none.text')}
    </NothingHere>
  );
}
