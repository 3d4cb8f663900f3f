import { Table, Text as Words } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import type { MessageId } from '../../messages/messages.ts';
import { useText } from '../../messages/use-text.ts';
import type { Preview } from './act.ts';
import classes from './moderation.module.css';

/** Rows spelled out per table; the count is of all. */
const ROWS_SHOWN = 100;

type Change = Preview['changes'][number];

const TABLES = [
  'track',
  'fingerprint',
  'track_mbid',
  'track_mbid_source',
  'track_mbid_change',
  'track_puid',
  'track_puid_source',
  'track_meta',
  'track_meta_source',
  'track_foreignid',
  'track_foreignid_source',
] as const;

/** What becomes of rows, table by table, in words; each opens to the rows themselves. */
export function Changes({
  changes,
  counts,
  truncated,
}: Pick<Preview, 'changes' | 'counts' | 'truncated'>): ReactElement {
  const text = useText();
  const rowsOf = (table: string): readonly Change[] =>
    changes.filter((change) => change.table === table);
  const tables = TABLES.filter((table) => rowsOf(table).length > 0);
  return (
    <div>
      {tables.map((table) => {
        const rows = rowsOf(table);
        // A row that changed twice is counted twice there, and once where all rows are known.
        const count = truncated ? (counts[table] ?? rows.length) : rows.length;
        const id: MessageId = `moderation.rows.${table}`;
        return (
          <details key={table} className={classes.changes}>
            <summary>{text(id, { count })}</summary>
            <Rows rows={rows.slice(0, ROWS_SHOWN)} label={text(id, { count })} />
            {count > ROWS_SHOWN && (
              <Words size="xs" c="dimmed">
                {text('moderation.rows.more', { count: count - ROWS_SHOWN })}
              </Words>
            )}
          </details>
        );
      })}
    </div>
  );
}

function Rows({
  label,
  rows,
}: {
  readonly rows: readonly Change[];
  readonly label: string;
}): ReactElement {
  const text = useText();
  return (
    <Table aria-label={label} verticalSpacing={3} fz="xs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th ta="right">{text('moderation.rows.id')}</Table.Th>
          <Table.Th>{text('moderation.rows.what')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Table.Tr key={row.id}>
            <Table.Td ta="right">{row.id}</Table.Td>
            <Table.Td>
              <RowImages row={row} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function RowImages({ row: { after, before } }: { readonly row: Change }): ReactElement {
  const text = useText();
  if (!before || !after) {
    return (
      <>
        {text(before ? 'moderation.rows.deleted' : 'moderation.rows.made')}{' '}
        <span className={classes.image}>{imageText(before ?? after ?? {})}</span>
      </>
    );
  }
  return (
    <>
      {Object.keys(after).map((column) => (
        <div key={column} className={classes.image}>
          {column}: {valueText(before[column])}{' '}
          <IconArrowRight size={11} role="img" aria-label={text('moderation.rows.becomes')} />{' '}
          {valueText(after[column])}
        </div>
      ))}
    </>
  );
}

function imageText(image: Readonly<Record<string, unknown>>): string {
  return Object.entries(image)
    .filter(([column, value]) => value !== null && column !== 'id')
    .map(([column, value]) => `${column}: ${valueText(value)}`)
    .join(', ');
}

function valueText(value: unknown): string {
  if (value === null || value === undefined) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
