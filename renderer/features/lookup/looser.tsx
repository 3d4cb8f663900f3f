import { Anchor, Paper, Table, Text as Words, Title } from '@mantine/core';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import { paths } from '../../paths.ts';
import type { Found } from './results.tsx';

/** Tracks that other settings would have found. */
export function Looser({
  looser: { settings, tracks },
}: {
  readonly looser: Found['looser'];
}): ReactElement {
  const text = useText();
  const format = useFormat();
  return (
    <Paper p="md" component="section" aria-label={text('lookup.looser')}>
      <Title order={2}>{text('lookup.looser')}</Title>
      <Words size="sm" c="dimmed" mb="xs">
        {text('lookup.looser.text', {
          tolerance: settings.toleranceSeconds,
          threshold: format.percent(settings.scoreThreshold),
        })}
      </Words>
      {tracks.length === 0 ? (
        <Words size="sm">{text('lookup.looser.none')}</Words>
      ) : (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{text('lookup.looser.track')}</Table.Th>
              <Table.Th ta="right">{text('lookup.length')}</Table.Th>
              <Table.Th ta="right">{text('lookup.candidate.score')}</Table.Th>
              <Table.Th>{text('lookup.looser.because')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {tracks.map(({ because, gid, lengthSeconds, score }) => (
              <Table.Tr key={gid}>
                <Table.Td>
                  <Anchor component={Link} to={paths.track(gid)} ff="monospace" fz="sm">
                    {gid}
                  </Anchor>
                </Table.Td>
                <Table.Td ta="right">{format.length(lengthSeconds)}</Table.Td>
                <Table.Td ta="right">{format.percent(score)}</Table.Td>
                <Table.Td>
                  {because.map((each) => text(`lookup.looser.${each}`)).join(', ')}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Paper>
  );
}
