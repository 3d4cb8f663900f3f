import { Badge, Paper, Table, Text as Words, Title } from '@mantine/core';
import type { ReactElement } from 'react';
import { useFormat } from '../../format/format.ts';
import type { Format } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import { MusicBrainzLink } from '../../ui/musicbrainz-link.tsx';
import type { Track } from './track.tsx';
import { LinkAction } from './track-actions.tsx';
import classes from './tracks.module.css';

type Recording = Track['recordings'][number];

/** What MusicBrainz calls this sound. */
export function Recordings({ track }: { readonly track: Track }): ReactElement {
  const text = useText();
  const { recordings } = track;
  const heard = track.fingerprints[0]?.lengthSeconds;
  return (
    <Paper p="md" component="section" aria-label={text('track.recordings')}>
      <Title order={2} mb="xs">
        {text('track.recordings')}
      </Title>
      {recordings.length === 0 ? (
        <Words size="sm" c="dimmed">
          {text('track.recordings.none')}
        </Words>
      ) : (
        <Table.ScrollContainer minWidth={760} maxHeight={420}>
          <Table stickyHeader>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{text('track.recording.title')}</Table.Th>
                <Table.Th ta="right">{text('tracks.column.length')}</Table.Th>
                <Table.Th ta="right" title={text('track.recording.difference.hint')}>
                  {text('track.recording.difference')}
                </Table.Th>
                <Table.Th ta="right">{text('track.recording.releases')}</Table.Th>
                <Table.Th ta="right">{text('track.recording.sources')}</Table.Th>
                <Table.Th>{text('track.recording.state')}</Table.Th>
                <Table.Th>MBID</Table.Th>
                <Table.Td />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {recordings.map((recording) => (
                <Row key={recording.mbid} gid={track.gid} recording={recording} heard={heard} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Paper>
  );
}

function Row({
  gid,
  heard,
  recording,
}: {
  readonly gid: string;
  readonly recording: Recording;
  readonly heard: number | undefined;
}): ReactElement {
  const text = useText();
  const format = useFormat();
  const { artists, lengthSeconds, mbid, releases, sources, title } = recording;
  return (
    <Table.Tr>
      <Table.Td className={classes.text}>
        {title ?? (
          <Words span c="dimmed" size="sm">
            {text('track.recording.unknown')}
          </Words>
        )}
        {artists !== null && (
          <Words size="xs" c="dimmed">
            {artists}
          </Words>
        )}
      </Table.Td>
      <Table.Td ta="right">{lengthSeconds === null ? '–' : format.length(lengthSeconds)}</Table.Td>
      <Table.Td ta="right">
        {lengthSeconds === null || heard === undefined
          ? '–'
          : text('track.seconds', { seconds: signed(format, lengthSeconds - heard) })}
      </Table.Td>
      <Table.Td ta="right">{format.number(releases)}</Table.Td>
      <Table.Td ta="right">{format.number(sources)}</Table.Td>
      <Table.Td>
        <State recording={recording} />
      </Table.Td>
      <Table.Td>
        <MusicBrainzLink mbid={mbid} />
      </Table.Td>
      <Table.Td ta="right">
        {recording.mergedInto === null && (
          <LinkAction gid={gid} mbid={mbid} isDisabled={recording.isDisabled} />
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function State({ recording }: { readonly recording: Recording }): ReactElement {
  const text = useText();
  const { isDisabled, mergedInto } = recording;
  if (mergedInto !== null) {
    return (
      <Badge variant="default" title={mergedInto}>
        {text('track.recording.merged', { mbid: `${mergedInto.slice(0, 8)}…` })}
      </Badge>
    );
  }
  if (isDisabled) return <Badge variant="default">{text('track.recording.disabled')}</Badge>;
  return <Badge variant="light">{text('track.recording.enabled')}</Badge>;
}

function signed(format: Format, seconds: number): string {
  const whole = Math.round(seconds);
  return `${whole > 0 ? '+' : ''}${format.number(whole)}`;
}
