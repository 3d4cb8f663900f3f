/**
 * What a database consists of, by its own catalogue: nothing here names a table of ours, so a table
 * that a later migration adds is in the next backup.
 */
import { escapeIdentifier } from 'pg';
import type { Queryable } from '../db/queryable.ts';

export interface Table {
  readonly schema: string;
  readonly name: string;
  readonly isPartitioned: boolean;
  /** Generated columns are left out: nobody may write them. */
  readonly columns: readonly string[];
  /** As PostgreSQL estimates it. */
  readonly rows: number;
  /** On disk, without indexes. */
  readonly sizeBytes: number;
  readonly partitions: readonly { readonly name: string; readonly bounds: string }[];
}

export interface Sequence {
  readonly schema: string;
  readonly name: string;
  readonly value: string;
  readonly isCalled: boolean;
}

/** Bytes a row is taken to have where PostgreSQL has not counted yet. */
const ROW_BYTES_GUESS = 100;

/** Tables of the system, of extensions and of other sessions are none of ours. */
const IS_OURS = `
  n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_'
  and c.relpersistence <> 't'
  and not exists (
    select from pg_depend d
    where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
  )`;

/** The tables of a database but the record of its migrations, in a lasting order. */
export async function listTables(database: Queryable): Promise<Table[]> {
  const { rows } = await database.query<{
    schema: string;
    name: string;
    kind: string;
    columns: string[];
    tuples: string;
    size: string;
    partitions: { name: string; bounds: string }[];
  }>(`
    select n.nspname as schema, c.relname as name, c.relkind as kind,
      (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      ) as columns,
      pieces.tuples::text, pieces.size::text, pieces.partitions
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    cross join lateral (
      select
        sum(case when p.relkind = 'p' then 0
          when p.reltuples >= 0 and p.relpages > 0 then p.reltuples
          else pg_relation_size(p.oid) / ${ROW_BYTES_GUESS} end)::bigint as tuples,
        sum(case when p.relkind = 'p' then 0 else pg_table_size(p.oid) end)::bigint as size,
        coalesce(
          jsonb_agg(
            jsonb_build_object('name', p.relname, 'bounds', pg_get_expr(p.relpartbound, p.oid))
            order by p.relname
          ) filter (where p.oid <> c.oid),
          '[]'
        ) as partitions
      from pg_class p
      where p.oid = c.oid
        -- NOTE: not pg_partition_tree, which keeps the partitions locked until the commit.
        or p.oid in (select i.inhrelid from pg_inherits i where i.inhparent = c.oid)
    ) pieces
    where c.relkind in ('r', 'p') and not c.relispartition and ${IS_OURS}
      and not (n.nspname = 'public' and c.relname = 'schema_migration')
    order by n.nspname, c.relname`);
  return rows.map(({ columns, kind, name, partitions, schema, size, tuples }) => ({
    schema,
    name,
    isPartitioned: kind === 'p',
    columns,
    rows: Number(tuples),
    sizeBytes: Number(size),
    partitions,
  }));
}

/** Where the sequences of a database stand now: they are not part of any snapshot. */
export async function listSequences(database: Queryable): Promise<Sequence[]> {
  const { rows: names } = await database.query<{ schema: string; name: string }>(`
    select n.nspname as schema, c.relname as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'S' and ${IS_OURS}
    order by n.nspname, c.relname`);
  const sequences: Sequence[] = [];
  for (const { name, schema } of names) {
    const { rows } = await database.query<{ value: string; called: boolean }>(
      `select last_value::text as value, is_called as called from ${qualified({ schema, name })}`,
    );
    const [row] = rows;
    if (row) sequences.push({ schema, name, value: row.value, isCalled: row.called });
  }
  return sequences;
}

/** Materialized views, those before which others depend on first. */
export async function listMaterializedViews(database: Queryable): Promise<string[]> {
  const { rows } = await database.query<{ schema: string; name: string }>(`
    select n.nspname as schema, c.relname as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'm' and ${IS_OURS}
    order by c.oid`);
  return rows.map(qualified);
}

export function qualified({ name, schema }: { schema: string; name: string }): string {
  return `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`;
}

export function columnList(columns: readonly string[]): string {
  return columns.map((column) => escapeIdentifier(column)).join(', ');
}
