/** The numbers of a comparison: the twin of its picture for those who do not see it. */
import { Anchor, Paper, ScrollArea, Table, Text as Words, Title } from '@mantine/core';
import { useMemo } from 'react';
import type { ReactElement, ReactNode } from 'react';
import { Link } from 'react-router';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import { paths } from '../../paths.ts';
import { bitErrors, meansOf, overlapOf, scoreAt } from './bits.ts';
import type { Pair } from './bits.ts';
import type { Comparison } from './comparison.ts';

/** Seconds of a row of the table of errors. */
const STRETCH_SECONDS = 5;
const TABLE_HEIGHT = 260;

interface Both {
  readonly comparison: Comparison;
  readonly pair: Pair;
}

/** Scores and offsets, the best and the chosen ones. */
export function Numbers({ comparison, pair }: Both): ReactElement {
  const text = useText();
  const format = useFormat();
  const { offset, offsetMax, positionSeconds } = comparison;
  const errors = useMemo(() => bitErrors(pair), [pair]);
  const mean = errors.reduce((sum, each) => sum + each, 0) / Math.max(1, errors.length);
  const offsetText = (positions: number): string =>
    text('compare.offset.text', {
      positions: format.number(positions),
      seconds: format.number(positions * positionSeconds, 2),
    });
  const rows: readonly (readonly [string, ReactNode])[] = [
    [text('compare.number.score.best'), format.percent(comparison.score)],
    [text('compare.number.score.chosen'), format.percent(scoreAt(pair))],
    [text('compare.number.score.lookup'), format.percent(comparison.lookupScore)],
    [text('compare.number.offset.best'), offset === null ? '–' : offsetText(offset)],
    [text('compare.number.offset.chosen'), offsetText(pair.offset)],
    [
      text('compare.number.overlap'),
      text('compare.seconds', { seconds: format.number(errors.length * positionSeconds, 1) }),
    ],
    [text('compare.number.bits'), format.number(mean, 1)],
  ];
  return (
    <Paper p="md" component="section" aria-label={text('compare.numbers')}>
      <Title order={2} mb="xs">
        {text('compare.numbers')}
      </Title>
      <Table maw={520}>
        <Table.Tbody>
          {rows.map(([label, value]) => (
            <Table.Tr key={label}>
              <Table.Th scope="row" fw={400}>
                {label}
              </Table.Th>
              <Table.Td ta="right">{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Words size="xs" c="dimmed" mt="xs">
        {text('compare.number.score.lookup.hint', { max: offsetMax })}
      </Words>
      <Tracks comparison={comparison} />
    </Paper>
  );
}

function Tracks({ comparison: { a, b } }: { readonly comparison: Comparison }): ReactElement {
  const text = useText();
  return (
    <Words size="sm" mt="xs" component="div">
      {[a, b].map(({ id, trackGid }) =>
        trackGid === null ? null : (
          <div key={id}>
            {id}:{' '}
            <Anchor component={Link} to={paths.track(trackGid)} fz="inherit">
              {text('compare.track')} {trackGid.slice(0, 8)}…
            </Anchor>
          </div>
        ),
      )}
    </Words>
  );
}

/** Where both sound alike at the best offset, as the server found it. */
export function Ranges({ comparison }: { readonly comparison: Comparison }): ReactElement {
  const text = useText();
  const format = useFormat();
  const { a, b, ranges } = comparison;
  const stretch = (from: number, to: number): string =>
    text('compare.range.text', { from: format.number(from, 1), to: format.number(to, 1) });
  return (
    <Paper p="md" component="section" aria-label={text('compare.ranges')}>
      <Title order={2} mb="xs">
        {text('compare.ranges')}
      </Title>
      {ranges.length === 0 ? (
        <Words size="sm" c="dimmed">
          {text('compare.ranges.none')}
        </Words>
      ) : (
        <Table maw={520}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{text('compare.range.a', { id: String(a.id) })}</Table.Th>
              <Table.Th>{text('compare.range.b', { id: String(b.id) })}</Table.Th>
              <Table.Th ta="right">{text('compare.errors.mean')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {ranges.map((range) => (
              <Table.Tr key={range.aFrom}>
                <Table.Td>{stretch(range.aFrom, range.aTo)}</Table.Td>
                <Table.Td>{stretch(range.bFrom, range.bTo)}</Table.Td>
                <Table.Td ta="right">{format.number(range.bitErrors, 1)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Paper>
  );
}

/** The curve of errors at the chosen offset, in stretches of some seconds. */
export function ErrorTable({ comparison, pair }: Both): ReactElement {
  const text = useText();
  const format = useFormat();
  const { a, b, positionSeconds } = comparison;
  const size = Math.round(STRETCH_SECONDS / positionSeconds);
  const { from } = overlapOf(pair.a.length, pair.b.length, pair.offset);
  const stretch = (start: number, part: { from: number; to: number }): string =>
    text('compare.range.text', {
      from: format.number((start + part.from) * positionSeconds, 1),
      to: format.number((start + part.to) * positionSeconds, 1),
    });
  return (
    <Paper p="md" component="section" aria-label={text('compare.errors')}>
      <Title order={2} mb="xs">
        {text('compare.errors')}
      </Title>
      <ScrollArea.Autosize mah={TABLE_HEIGHT} maw={520} viewportProps={{ tabIndex: 0 }}>
        <Table stickyHeader>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{text('compare.errors.from', { id: String(a.id) })}</Table.Th>
              <Table.Th>{text('compare.errors.from', { id: String(b.id) })}</Table.Th>
              <Table.Th ta="right">{text('compare.errors.mean')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {meansOf(bitErrors(pair), size).map((part) => (
              <Table.Tr key={part.from}>
                <Table.Td>{stretch(from, part)}</Table.Td>
                <Table.Td>{stretch(from - pair.offset, part)}</Table.Td>
                <Table.Td ta="right">{format.number(part.mean, 1)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea.Autosize>
    </Paper>
  );
}
