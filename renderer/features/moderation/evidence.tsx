import { Anchor, Table, Text as Words } from '@mantine/core';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import type { Answer } from '../../api/client.ts';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import { paths } from '../../paths.ts';
import { LengthEvidence } from './evidence-length.tsx';
import classes from './moderation.module.css';
import { Similarities } from './similarities.tsx';

type CaseDetail = Answer<'GET /suspicions/:id'>;
export type Evidence = CaseDetail['evidence'];
export type EvidenceOf<K extends Evidence['kind']> = Extract<Evidence, { kind: K }>;
type CaseTrack = CaseDetail['tracks'][number];

/** What speaks for a case, side by side. */
export function EvidenceSides({ detail }: { readonly detail: CaseDetail }): ReactElement {
  const { evidence, tracks } = detail;
  switch (evidence.kind) {
    case 'link_length':
      return <LengthEvidence evidence={evidence} fingerprints={tracks[0]?.fingerprints ?? []} />;
    case 'lone_link':
      return <LoneEvidence evidence={evidence} />;
    case 'track_split':
      return <Similarities evidence={evidence} />;
    case 'track_merge':
      return <MergeEvidence tracks={tracks} />;
    case 'duplicate_metas':
      return <DuplicateEvidence evidence={evidence} />;
  }
}

function LoneEvidence({ evidence }: { readonly evidence: EvidenceOf<'lone_link'> }): ReactElement {
  const text = useText();
  const format = useFormat();
  return (
    <div className={classes.sides}>
      <section className={classes.side} aria-label={text('moderation.lone.recording')}>
        <Words size="xs" c="dimmed">
          {text('moderation.lone.recording')}
        </Words>
        <Words fw={600}>{evidence.title}</Words>
        <Words size="sm">{evidence.artist}</Words>
      </section>
      <section className={classes.side} aria-label={text('moderation.lone.texts')}>
        <Words size="xs" c="dimmed">
          {text('moderation.lone.texts')}
        </Words>
        {evidence.texts.map((typed) => (
          <div key={typed.meta}>
            <Words fw={600}>{typed.title}</Words>
            <Words size="sm">{typed.artist ?? '–'}</Words>
            <Words size="xs" c="dimmed">
              {text('moderation.lone.alike', {
                title: format.percent(typed.title_similarity),
                artist: format.percent(typed.artist_similarity),
                count: typed.submissions,
              })}
            </Words>
          </div>
        ))}
      </section>
    </div>
  );
}

/** Two tracks with what each has; the picture of their first fingerprints is a page away. */
function MergeEvidence({ tracks }: { readonly tracks: readonly CaseTrack[] }): ReactElement {
  const text = useText();
  const format = useFormat();
  const [a, b] = tracks.map(({ fingerprints }) => fingerprints[0]?.id);
  return (
    <>
      <div className={classes.sides}>
        {tracks.map((track) => (
          <section
            key={track.id}
            className={classes.side}
            aria-label={text('moderation.track', { id: track.id })}
          >
            <Words size="xs" c="dimmed">
              {text('moderation.track', { id: track.id })}
            </Words>
            {track.recordings
              .filter(({ isDisabled }) => !isDisabled)
              .map(({ artists, lengthSeconds, mbid, sources, title }) => (
                <Words key={mbid} size="sm">
                  {title ?? mbid}
                  {artists === null ? '' : ` – ${artists}`}
                  {lengthSeconds === null ? '' : `, ${format.length(lengthSeconds)}`}
                  {` (${format.number(sources)})`}
                </Words>
              ))}
            <Words size="xs" c="dimmed" mt={4}>
              {text('moderation.fingerprints', { count: track.fingerprints.length })}
              {': '}
              {track.fingerprints
                .slice(0, 8)
                .map(({ id, lengthSeconds }) => `${id} (${format.length(lengthSeconds)})`)
                .join(', ')}
            </Words>
          </section>
        ))}
      </div>
      {a !== undefined && b !== undefined && (
        <Anchor component={Link} to={paths.compare(a, b)} size="sm">
          {text('moderation.compare')}
        </Anchor>
      )}
    </>
  );
}

function DuplicateEvidence({
  evidence,
}: {
  readonly evidence: EvidenceOf<'duplicate_metas'>;
}): ReactElement {
  const text = useText();
  const format = useFormat();
  return (
    <Table aria-label={text('moderation.texts')} fz="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{text('moderation.text.title')}</Table.Th>
          <Table.Th>{text('moderation.text.artist')}</Table.Th>
          <Table.Th>{text('moderation.text.album')}</Table.Th>
          <Table.Th ta="right">{text('moderation.text.submissions')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {evidence.metas.map((typed) => (
          <Table.Tr key={typed.meta_id}>
            <Table.Td>{typed.track ?? '–'}</Table.Td>
            <Table.Td>{typed.artist ?? '–'}</Table.Td>
            <Table.Td>{typed.album ?? '–'}</Table.Td>
            <Table.Td ta="right">{format.number(typed.submission_count)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
