import { Paper, Table, Text as Words, Title } from '@mantine/core';
import type { ReactElement } from 'react';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import { CopyableId } from '../../ui/copyable.tsx';
import type { Track } from './track.tsx';
import classes from './tracks.module.css';

const TEXT_COLUMNS = ['title', 'artist', 'album', 'albumArtist'] as const;

/** What users wrote who had no MBID. */
export function UserTexts({ texts }: { readonly texts: Track['texts'] }): ReactElement {
  const text = useText();
  return (
    <Paper p="md" component="section" aria-label={text('track.texts')}>
      <Title order={2} mb="xs">
        {text('track.texts')}
      </Title>
      {texts.length === 0 ? (
        <Words size="sm" c="dimmed">
          {text('track.texts.none')}
        </Words>
      ) : (
        <Table.ScrollContainer minWidth={640}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                {TEXT_COLUMNS.map((column) => (
                  <Table.Th key={column}>{text(`track.text.${column}`)}</Table.Th>
                ))}
                <Table.Th ta="right">{text('track.text.number')}</Table.Th>
                <Table.Th ta="right">{text('track.text.year')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {texts.map((each, at) => (
                <Table.Tr key={at}>
                  {TEXT_COLUMNS.map((column) => (
                    <Table.Td key={column} className={classes.text}>
                      {each[column] ?? '–'}
                    </Table.Td>
                  ))}
                  <Table.Td ta="right">
                    {each.discNo === null ? '' : `${each.discNo}/`}
                    {each.trackNo ?? '–'}
                  </Table.Td>
                  <Table.Td ta="right">{each.year ?? '–'}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Paper>
  );
}

/** Ids of other catalogues; nothing when there are none, which is usual. */
export function OtherIds({ track }: { readonly track: Track }): ReactElement | null {
  const text = useText();
  const format = useFormat();
  const ids = [
    ...track.foreignIds.map(({ name, sources, vendor }) => ({ kind: vendor, id: name, sources })),
    ...track.puids.map(({ puid, sources }) => ({ kind: 'PUID', id: puid, sources })),
  ];
  if (ids.length === 0) return null;
  return (
    <Paper p="md" component="section" aria-label={text('track.others')}>
      <Title order={2} mb="xs">
        {text('track.others')}
      </Title>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{text('track.others.kind')}</Table.Th>
            <Table.Th>{text('track.others.id')}</Table.Th>
            <Table.Th ta="right">{text('track.recording.sources')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {ids.map(({ id, kind, sources }) => (
            <Table.Tr key={`${kind} ${id}`}>
              <Table.Td>{kind}</Table.Td>
              <Table.Td className={classes.text}>
                <CopyableId value={id} what={kind} />
              </Table.Td>
              <Table.Td ta="right">{format.number(sources)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  );
}
