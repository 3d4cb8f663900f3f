import { Paper, Table, Title } from '@mantine/core';
import type { ReactElement } from 'react';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import classes from './statistics.module.css';

/** The last class takes everything from here on. */
const CLASS_MAX = 10;
const CLASSES = Array.from({ length: CLASS_MAX }, (_, at) => at + 1);

/** How many have one link, two, three … : the picture is in the table. */
export function Distribution({
  kind,
  values,
}: {
  /** Tracks by their MBIDs, or MBIDs by their tracks. */
  readonly kind: 'mbids' | 'tracks';
  readonly values: Readonly<Record<string, number>>;
}): ReactElement {
  const text = useText();
  const format = useFormat();
  const countOf = (links: number): number =>
    values[kind === 'mbids' ? `track.${links}mbids` : `mbid.${links}tracks`] ?? 0;
  const linked = CLASSES.reduce((sum, links) => sum + countOf(links), 0);
  const all = linked + countOf(0);
  const title = text(kind === 'mbids' ? 'stats.byMbids' : 'stats.byTracks');
  return (
    <Paper p="md" component="section" aria-label={title}>
      <Title order={2} mb="xs">
        {title}
      </Title>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>
              {text(kind === 'mbids' ? 'stats.byMbids.count' : 'stats.byTracks.count')}
            </Table.Th>
            <Table.Th ta="right">{text('stats.number')}</Table.Th>
            <Table.Th ta="right">{text('stats.share')}</Table.Th>
            <Table.Td className={classes.share} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <Row label={text('stats.atLeastOne')} count={linked} of={all} />
          {CLASSES.map((links) => (
            <Row
              key={links}
              label={
                links === CLASS_MAX ? text('stats.orMore', { count: links }) : format.number(links)
              }
              count={countOf(links)}
              of={linked}
            />
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  );
}

function Row({
  count,
  label,
  of,
}: {
  readonly label: string;
  readonly count: number;
  readonly of: number;
}): ReactElement {
  const format = useFormat();
  const share = of === 0 ? 0 : count / of;
  return (
    <Table.Tr>
      <Table.Td>{label}</Table.Td>
      <Table.Td ta="right">{format.number(count)}</Table.Td>
      <Table.Td ta="right">{format.percent(share)}</Table.Td>
      <Table.Td>
        {share > 0 && <div className={classes.bar} style={{ width: `${share * 100}%` }} />}
      </Table.Td>
    </Table.Tr>
  );
}
