import { Anchor, Button, Drawer, Stack, Table, Text as Words, Title } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { Link } from 'react-router';
import type { Answer } from '../../api/client.ts';
import { useApi } from '../../api/use-api.ts';
import { useFormat } from '../../format/format.ts';
import type { MessageId } from '../../messages/messages.ts';
import { useText } from '../../messages/use-text.ts';
import { paths } from '../../paths.ts';
import { CopyableId } from '../../ui/copyable.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { SubmissionState, useVerdict } from './submission-state.tsx';
import { useRetry } from './use-retry.ts';

type SubmissionDetail = Answer<'GET /submissions/:id'>;
type Row = readonly [label: MessageId, content: ReactNode];

const REFRESH_MS = 2_000;
const META_KEYS = [
  'track',
  'artist',
  'album',
  'album_artist',
  'track_no',
  'disc_no',
  'year',
] as const;

/** All that is known about one submission. */
export function SubmissionDrawer({
  id,
  onClose,
}: {
  readonly id: number | undefined;
  readonly onClose: () => void;
}): ReactElement {
  const text = useText();
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      position="right"
      size="lg"
      title={text('submissions.one', { id: id ?? 0 })}
      closeButtonProps={{ 'aria-label': text('ui.close') }}
    >
      {id !== undefined && <Details id={id} />}
    </Drawer>
  );
}

function Details({ id }: { readonly id: number }): ReactElement {
  const query = useApi(
    'GET /submissions/:id',
    { params: { id } },
    { refetchInterval: ({ state }) => (isPending(state.data) ? REFRESH_MS : false) },
  );
  return (
    <Loaded query={query} lines={8}>
      {/* While another one loads, the one before is still there. */}
      {(data) => (data.id === id ? <Shown submission={data} /> : <div />)}
    </Loaded>
  );
}

function isPending(data: unknown): boolean {
  return (data as SubmissionDetail | undefined)?.state === 'pending';
}

function Shown({ submission }: { readonly submission: SubmissionDetail }): ReactElement {
  const text = useText();
  const { isPending: isRetrying, retryOne } = useRetry();
  const rows = useRows(submission);
  const { detail, id, state } = submission;
  const meta = detail?.meta ?? {};
  const typed = META_KEYS.flatMap((key): Row[] =>
    meta[key] === undefined ? [] : [[`submissions.meta.${key}`, meta[key]]],
  );
  return (
    <Stack gap="md">
      <Rows rows={rows} label={text('submissions.one', { id })} />
      {typed.length > 0 && (
        <section aria-label={text('submissions.texts')}>
          <Title order={3}>{text('submissions.texts')}</Title>
          <Rows rows={typed} label={text('submissions.texts')} />
        </section>
      )}
      {!detail && (
        <Words size="sm" c="dimmed">
          {text('submissions.cleaned')}
        </Words>
      )}
      {state === 'parked' && (
        <Button w="fit-content" loading={isRetrying} onClick={() => retryOne(id)}>
          {text('submissions.retry')}
        </Button>
      )}
    </Stack>
  );
}

/** What there is to say; nothing is said of what there is not. */
function useRows(submission: SubmissionDetail): Row[] {
  const text = useText();
  const format = useFormat();
  const nameOf = useVerdict();
  const { account, application, attempts, detail, error, fingerprint, handled, track } = submission;
  const { metaId, mbid, puid, foreignId, verdict } = submission;
  const some = (label: MessageId, content: ReactNode): Row[] =>
    content === null || content === undefined ? [] : [[label, content]];
  const id = (label: MessageId, value: string | null): Row[] =>
    some(label, value && <CopyableId value={value} what={text(label)} />);
  return [
    ['submissions.state', <SubmissionState key="state" state={submission.state} />],
    ...some('submissions.what', verdict && nameOf(verdict)),
    ...some('submissions.error', error),
    ...some(
      'submissions.track',
      track && (
        <Anchor component={Link} to={paths.track(track)} size="sm" ff="monospace">
          {track}
        </Anchor>
      ),
    ),
    ...id('submissions.fingerprint', fingerprint === null ? null : String(fingerprint)),
    ...id('submissions.mbid', mbid),
    ...id('submissions.puid', puid),
    ...some('submissions.foreignId', foreignId),
    ...some('submissions.meta', metaId),
    ...some('submissions.account', account?.name),
    ...some(
      'submissions.application',
      application && `${application.name} ${submission.applicationVersion ?? ''}`,
    ),
    ['submissions.when', format.moment(submission.created)],
    ...some('submissions.handled', handled && format.moment(handled)),
    ...some(
      'submissions.state',
      attempts > 0 ? text('submissions.attempts', { count: attempts }) : null,
    ),
    ...some('submissions.length', detail && format.length(detail.lengthSeconds)),
    ...some('submissions.format', detail?.format),
    ...some('submissions.hashes', detail && format.number(detail.hashes)),
  ];
}

function Rows({
  label,
  rows,
}: {
  readonly label: string;
  readonly rows: readonly Row[];
}): ReactElement {
  const text = useText();
  return (
    <Table aria-label={label} layout="fixed" highlightOnHover={false}>
      <Table.Tbody>
        {rows.map(([name, content], at) => (
          // The same rows in the same order for as long as this is shown.
          <Table.Tr key={`${name} ${at}`}>
            <Table.Th w="9rem" fw={400} c="dimmed" scope="row">
              {text(name)}
            </Table.Th>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{content}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
