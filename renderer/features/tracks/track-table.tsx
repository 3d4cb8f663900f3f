import { Anchor, Paper, Table, Text as Words } from '@mantine/core';
import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import type { Answer } from '../../api/client.ts';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import { paths } from '../../paths.ts';
import classes from './tracks.module.css';

/** As the stylesheet has it. */
const ROW_HEIGHT = 56;
const OVERSCAN = 12;
/** The next page is asked for when so many rows are left below. */
const REACH = 30;

type Row = Answer<'GET /tracks'>['rows'][number];

/** Rows of tracks as far as they were loaded; only those in sight are in the page. */
export function TrackTable({
  result,
  rows,
}: {
  readonly rows: readonly Row[];
  readonly result: UseInfiniteQueryResult;
}): ReactElement {
  const text = useText();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
  });
  const shown = virtual.getVirtualItems();
  const first = shown[0]?.start ?? 0;
  const last = shown.at(-1);
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = result;
  const isNearEnd = (last?.index ?? 0) >= rows.length - REACH;
  useEffect(() => {
    if (isNearEnd && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, hasNextPage, isFetchingNextPage, isNearEnd]);
  return (
    <Paper p={0}>
      <div
        ref={scroller}
        className={classes.scroller}
        // Scrolled by keys as well.
        tabIndex={0}
        role="region"
        aria-label={text('tracks.list')}
      >
        <Table stickyHeader aria-rowcount={hasNextPage ? -1 : rows.length + 1}>
          <Head />
          <Table.Tbody>
            <Gap height={first} />
            {shown.map(({ index }) => {
              const row = rows[index];
              return row && <TrackRow key={row.gid} row={row} index={index} />;
            })}
            <Gap height={virtual.getTotalSize() - (last?.end ?? 0)} />
          </Table.Tbody>
        </Table>
      </div>
      <Words size="xs" c="dimmed" p="xs" role="status">
        {text(hasNextPage ? 'tracks.shown.more' : 'tracks.shown', { count: rows.length })}
      </Words>
    </Paper>
  );
}

function Head(): ReactElement {
  const text = useText();
  return (
    <Table.Thead>
      <Table.Tr>
        <Table.Th w="42%">{text('tracks.column.track')}</Table.Th>
        {(['length', 'recordings', 'fingerprints', 'submissions', 'created'] as const).map(
          (column) => (
            <Table.Th key={column} ta="right">
              {text(`tracks.column.${column}`)}
            </Table.Th>
          ),
        )}
      </Table.Tr>
    </Table.Thead>
  );
}

/** The height of the rows that are not there. */
function Gap({ height }: { readonly height: number }): ReactElement | null {
  if (height <= 0) return null;
  return (
    <tr aria-hidden>
      <td colSpan={6} className={classes.gap} style={{ height }} />
    </tr>
  );
}

function TrackRow({ index, row }: { readonly row: Row; readonly index: number }): ReactElement {
  const text = useText();
  const format = useFormat();
  const { artists, created, gid, isFromUsers, lengthSeconds, title } = row;
  const name = title ?? artists;
  return (
    <Table.Tr className={classes.row} aria-rowindex={index + 2}>
      <Table.Td>
        <div className={classes.name}>
          <Anchor component={Link} to={paths.track(gid)} fz="sm" fw={500}>
            {name ?? text('tracks.unnamed')}
          </Anchor>
        </div>
        <Words size="xs" c="dimmed" component="div" className={classes.name}>
          {name !== null && title !== null && artists !== null ? `${artists} · ` : ''}
          {isFromUsers ? `${text('tracks.fromUsers')} · ` : ''}
          <Words span ff="monospace" fz="xs">
            {gid}
          </Words>
        </Words>
      </Table.Td>
      <Table.Td ta="right">{lengthSeconds === null ? '–' : format.length(lengthSeconds)}</Table.Td>
      <Table.Td ta="right">{format.number(row.recordings)}</Table.Td>
      <Table.Td ta="right">{format.number(row.fingerprints)}</Table.Td>
      <Table.Td ta="right">{format.number(row.submissions)}</Table.Td>
      <Table.Td ta="right">{format.day(created)}</Table.Td>
    </Table.Tr>
  );
}
