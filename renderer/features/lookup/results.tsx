import { Anchor, Badge, Group, Paper, Stack, Table, Text as Words, Title } from '@mantine/core';
import { IconClockX, IconEarOff, IconVolumeOff } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import type { Answer } from '../../api/client.ts';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import { paths } from '../../paths.ts';
import { CopyAction } from '../../ui/copyable.tsx';
import { MusicBrainzLink } from '../../ui/musicbrainz-link.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { Explanation } from './explanation.tsx';
import { Looser } from './looser.tsx';
import classes from './lookup.module.css';

export type Found = Answer<'POST /lookup'>;

/** What a lookup found, and how. */
export function Results({ found }: { readonly found: Found }): ReactElement {
  const text = useText();
  const format = useFormat();
  const { query, results } = found;
  if (results.length === 0 && (found.isTimedOut || query.queryHashes === 0)) {
    return <NothingSaid isTimedOut={found.isTimedOut} />;
  }
  return (
    <Stack gap="md">
      {results.length === 0 ? (
        <NothingHere icon={<IconEarOff />} title={text('lookup.none')}>
          {text(found.candidates.length === 0 ? 'lookup.none.empty' : 'lookup.none.text')}
        </NothingHere>
      ) : (
        <Title order={2}>{text('lookup.found', { count: results.length })}</Title>
      )}
      <Words size="sm" c="dimmed">
        {text('lookup.query', {
          length: format.length(query.hashes * found.positionSeconds),
          hashes: query.hashes,
          asked: query.queryHashes,
        })}
      </Words>
      {results.map((result) => (
        <Result key={result.gid} result={result} ours={query.fingerprintId} />
      ))}
      <Explanation found={found} />
      <Looser looser={found.looser} />
    </Stack>
  );
}

/** Neither a match nor none. */
function NothingSaid({ isTimedOut }: { readonly isTimedOut: boolean }): ReactElement {
  const text = useText();
  return (
    <NothingHere
      icon={isTimedOut ? <IconClockX /> : <IconVolumeOff />}
      title={text(isTimedOut ? 'lookup.timeout' : 'lookup.short')}
    >
      {text(isTimedOut ? 'lookup.timeout.text' : 'lookup.short.text')}
    </NothingHere>
  );
}

function Result({
  ours,
  result,
}: {
  readonly result: Found['results'][number];
  /** The stored fingerprint that was looked up. */
  readonly ours: number | null;
}): ReactElement {
  const text = useText();
  const format = useFormat();
  const { fingerprintId, gid, recordings, score, texts } = result;
  return (
    <Paper p="md" component="article" aria-label={gid}>
      <Group justify="space-between" mb="xs">
        <Group gap={4}>
          <Anchor component={Link} to={paths.track(gid)} ff="monospace" fw={600}>
            {gid}
          </Anchor>
          <CopyAction value={gid} what="AcoustID" />
        </Group>
        <Group gap="xs">
          <Words size="sm" c="dimmed">
            {text('lookup.via', { id: String(fingerprintId) })}
          </Words>
          {ours !== null && ours !== fingerprintId && (
            <Anchor component={Link} to={paths.compare(ours, fingerprintId)} size="sm">
              {text('lookup.compare')}
            </Anchor>
          )}
          <Badge variant="light" size="lg" tt="none">
            {text('lookup.score', { score: format.percent(score) })}
          </Badge>
        </Group>
      </Group>
      {recordings.length === 0 ? (
        <Words size="sm" c="dimmed">
          {text('lookup.recordings.none')}
        </Words>
      ) : (
        <RecordingTable recordings={recordings} />
      )}
      {texts.length > 0 && (
        <Words size="sm" mt="xs" className={classes.text}>
          {text('lookup.texts', {
            texts: texts.map((each) => [each.artist, each.title].join(' – ')).join('; '),
          })}
        </Words>
      )}
    </Paper>
  );
}

function RecordingTable({
  recordings,
}: {
  readonly recordings: Found['results'][number]['recordings'];
}): ReactElement {
  const text = useText();
  const format = useFormat();
  return (
    <Table.ScrollContainer minWidth={620}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{text('lookup.recording')}</Table.Th>
            <Table.Th ta="right">{text('lookup.length')}</Table.Th>
            <Table.Th ta="right">{text('lookup.releases')}</Table.Th>
            <Table.Th ta="right">{text('lookup.sources')}</Table.Th>
            <Table.Th>MBID</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {recordings.map(({ artists, lengthSeconds, mbid, releases, sources, title }) => (
            <Table.Tr key={mbid}>
              <Table.Td className={classes.text}>
                {title ?? text('lookup.recording.unknown')}
                <Words size="xs" c="dimmed">
                  {artists}
                </Words>
              </Table.Td>
              <Table.Td ta="right">
                {lengthSeconds === null ? '–' : format.length(lengthSeconds)}
              </Table.Td>
              <Table.Td ta="right">{format.number(releases)}</Table.Td>
              <Table.Td ta="right">{format.number(sources)}</Table.Td>
              <Table.Td>
                <MusicBrainzLink mbid={mbid} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
