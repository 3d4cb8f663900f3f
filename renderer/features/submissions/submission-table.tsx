import { Anchor, Button, Group, Paper, Stack, Table, Text as Words } from '@mantine/core';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { useText } from '../../messages/use-text.ts';
import { paths } from '../../paths.ts';
import { Since } from '../../ui/since.tsx';
import { SubmissionState, useVerdict } from './submission-state.tsx';
import type { Submission } from './submission-state.tsx';
import { useRetry } from './use-retry.ts';

const SHORT = 8;

type SetFilters = (changes: Readonly<Record<string, string | undefined>>) => void;

export function SubmissionTable({
  onFilter,
  onShow,
  submissions,
}: {
  readonly submissions: readonly Submission[];
  readonly onShow: (id: number) => void;
  readonly onFilter: SetFilters;
}): ReactElement {
  const text = useText();
  return (
    <Paper p="md">
      <Table aria-label={text('submissions.title')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th ta="right">{text('submissions.id')}</Table.Th>
            <Table.Th>{text('submissions.state')}</Table.Th>
            <Table.Th>{text('submissions.what')}</Table.Th>
            <Table.Th>{text('submissions.track')}</Table.Th>
            <Table.Th>{text('submissions.from')}</Table.Th>
            <Table.Th>{text('submissions.when')}</Table.Th>
            <Table.Td />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {submissions.map((each) => (
            <Row key={each.id} submission={each} onShow={onShow} onFilter={onFilter} />
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  );
}

function Row({
  onFilter,
  onShow,
  submission,
}: {
  readonly submission: Submission;
  readonly onShow: (id: number) => void;
  readonly onFilter: SetFilters;
}): ReactElement {
  const text = useText();
  const { isPending, retryOne } = useRetry();
  const { created, id, state, track } = submission;
  return (
    <Table.Tr>
      <Table.Td ta="right">{id}</Table.Td>
      <Table.Td>
        <SubmissionState state={state} />
      </Table.Td>
      <Table.Td>
        <Outcome submission={submission} />
      </Table.Td>
      <Table.Td>
        {track === null ? (
          '–'
        ) : (
          <Anchor component={Link} to={paths.track(track)} size="sm" ff="monospace">
            {track.slice(0, SHORT)}…
          </Anchor>
        )}
      </Table.Td>
      <Table.Td>
        <From submission={submission} onFilter={onFilter} />
      </Table.Td>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>
        <Since moment={created} />
      </Table.Td>
      <Table.Td>
        <Group gap={4} justify="flex-end" wrap="nowrap">
          {state === 'parked' && (
            <Button
              size="compact-xs"
              variant="default"
              loading={isPending}
              aria-label={text('submissions.retry.of', { id })}
              onClick={() => retryOne(id)}
            >
              {text('submissions.retry')}
            </Button>
          )}
          <Button
            size="compact-xs"
            variant="default"
            aria-label={text('submissions.show.of', { id })}
            onClick={() => onShow(id)}
          >
            {text('submissions.show')}
          </Button>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

function Outcome({ submission }: { readonly submission: Submission }): ReactElement {
  const text = useText();
  const nameOf = useVerdict();
  const { attempts, error, verdict } = submission;
  if (verdict !== null) return <Words size="sm">{nameOf(verdict)}</Words>;
  if (error === null && attempts === 0) return <Words size="sm">–</Words>;
  return (
    <Stack gap={0}>
      <Words size="sm" lineClamp={2}>
        {error}
      </Words>
      <Words size="xs" c="dimmed">
        {text('submissions.attempts', { count: attempts })}
      </Words>
    </Stack>
  );
}

/** Who sent it with what; either narrows the list to its own. */
function From({
  onFilter,
  submission: { account, application, applicationVersion },
}: {
  readonly submission: Submission;
  readonly onFilter: SetFilters;
}): ReactElement {
  const text = useText();
  return (
    <Stack gap={0} align="flex-start">
      {account ? (
        <Anchor
          component="button"
          type="button"
          size="sm"
          mih={24}
          onClick={() => onFilter({ account: String(account.id), accountName: account.name })}
        >
          {account.name}
        </Anchor>
      ) : (
        <Words size="sm" c="dimmed">
          {text('submissions.unknown')}
        </Words>
      )}
      {application && (
        <Anchor
          component="button"
          type="button"
          size="xs"
          mih={24}
          onClick={() =>
            onFilter({ application: String(application.id), applicationName: application.name })
          }
        >
          {application.name} {applicationVersion ?? ''}
        </Anchor>
      )}
    </Stack>
  );
}
