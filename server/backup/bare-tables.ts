/**
 * Tables without what makes loading slow or impossible: their foreign keys would need an order that
 * tables pointing at each other do not have, their triggers would count everything twice, and their
 * indexes are made faster at once than row by row. All of it is taken off by what the catalogue says
 * and put back as it was; putting a foreign key back checks every row. An owner may do all this:
 * switching off checks, as `session_replication_role` does, would need more and check nothing.
 */
import { escapeIdentifier } from 'pg';
import { qualified } from './catalogue.ts';
import type { Connection } from './connection.ts';

/** What was taken off, as statements that put it back; `title` says which table each is about. */
export interface TakenOff {
  readonly restore: readonly { readonly title: string; readonly sql: string }[];
}

const OURS = `n.nspname not in ('information_schema') and n.nspname !~ '^pg_'`;

/** Takes foreign keys, triggers and indexes off all tables, and empties them. */
export async function makeTablesBare(connection: Connection): Promise<TakenOff> {
  const triggers = await disableTriggers(connection);
  const keys = await dropForeignKeys(connection);
  const indexes = await dropIndexes(connection);
  await truncateAll(connection);
  // Keys last: checking one reads the index of the table it points at.
  return { restore: [...indexes, ...keys, ...triggers] };
}

type Statement = TakenOff['restore'][number];

interface Row {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly definition: string;
}

async function dropForeignKeys(connection: Connection): Promise<Statement[]> {
  const { rows } = await connection.query<Row>(`
    select n.nspname as schema, c.relname as table, k.conname as name,
      pg_get_constraintdef(k.oid) as definition
    from pg_constraint k
    join pg_class c on c.oid = k.conrelid
    join pg_namespace n on n.oid = c.relnamespace
    where k.contype = 'f' and k.conparentid = 0 and ${OURS}
    order by n.nspname, c.relname, k.conname`);
  const restore: Statement[] = [];
  for (const row of rows) {
    const table = qualified({ schema: row.schema, name: row.table });
    const constraint = escapeIdentifier(row.name);
    await connection.query(`alter table ${table} drop constraint ${constraint}`);
    const sql = `alter table ${table} add constraint ${constraint} ${row.definition}`;
    restore.push({ title: `foreign keys of ${row.table}`, sql });
  }
  return restore;
}

/** Indexes behind a constraint stay, and so do those of views, which are filled later. */
async function dropIndexes(connection: Connection): Promise<Statement[]> {
  const { rows } = await connection.query<Row>(`
    select n.nspname as schema, c.relname as table, i.relname as name,
      pg_get_indexdef(x.indexrelid) as definition
    from pg_index x
    join pg_class i on i.oid = x.indexrelid
    join pg_class c on c.oid = x.indrelid
    join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and ${OURS}
      and not exists (select from pg_constraint k where k.conindid = x.indexrelid)
    order by n.nspname, c.relname, i.relname`);
  const restore: Statement[] = [];
  for (const { definition, name, schema, table } of rows) {
    await connection.query(`drop index ${qualified({ schema, name })}`);
    restore.push({ title: `indexes of ${table}`, sql: definition.replace(' ON ONLY ', ' ON ') });
  }
  return restore;
}

const ENABLE: Readonly<Record<string, string>> = {
  O: 'enable',
  A: 'enable always',
  R: 'enable replica',
};

async function disableTriggers(connection: Connection): Promise<Statement[]> {
  const { rows } = await connection.query<Row>(`
    select n.nspname as schema, c.relname as table, t.tgname as name, t.tgenabled as definition
    from pg_trigger t
    join pg_class c on c.oid = t.tgrelid
    join pg_namespace n on n.oid = c.relnamespace
    where not t.tgisinternal and t.tgparentid = 0 and t.tgenabled <> 'D'
      and c.relkind in ('r', 'p') and ${OURS}
    order by n.nspname, c.relname, t.tgname`);
  const restore: Statement[] = [];
  for (const row of rows) {
    const table = qualified({ schema: row.schema, name: row.table });
    const trigger = escapeIdentifier(row.name);
    await connection.query(`alter table ${table} disable trigger ${trigger}`);
    const sql = `alter table ${table} ${ENABLE[row.definition] ?? 'enable'} trigger ${trigger}`;
    restore.push({ title: `triggers of ${row.table}`, sql });
  }
  return restore;
}

/** Migrations may have put first rows into tables; a backup brings its own. */
async function truncateAll(connection: Connection): Promise<void> {
  const { rows } = await connection.query<{ schema: string; name: string }>(`
    select n.nspname as schema, c.relname as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and ${OURS}
      and not (n.nspname = 'public' and c.relname = 'schema_migration')`);
  if (rows.length > 0) await connection.query(`truncate ${rows.map(qualified).join(', ')}`);
}
