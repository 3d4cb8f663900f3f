import { connectTo } from '../connection.ts';
import { listSequences, listTables, qualified } from '../catalogue.ts';

/** Tables whose rows a restore changes on purpose; so does it the numbers of the changelog. */
const SETTLED = new Set(['session', 'job', 'fpindex_meta']);

/** All rows of a database as text, and what guards them: tables, sequences, indexes, constraints, triggers. */
export async function dumpOf(url: string): Promise<Record<string, unknown>> {
  await using connection = await connectTo(url);
  const dump: Record<string, unknown> = {};
  for (const table of await listTables(connection)) {
    if (SETTLED.has(table.name)) continue;
    const { rows } = await connection.query<{ row: string }>(
      `select t::text as row from ${qualified(table)} t order by 1`,
    );
    dump[`${table.schema}.${table.name}`] = rows.map(({ row }) => row);
  }
  const sequences = await listSequences(connection);
  dump['sequences'] = sequences.filter(({ name }) => name !== 'fpindex_changelog_id_seq');
  for (const [what, sql] of Object.entries(GUARDS)) {
    const { rows } = await connection.query<{ line: string }>(sql);
    dump[what] = rows.map(({ line }) => line);
  }
  return dump;
}

const GUARDS = {
  indexes: `select indexdef as line from pg_indexes
    where schemaname not in ('pg_catalog', 'information_schema') order by 1`,
  constraints: `select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
      || ' ' || convalidated as line
    from pg_constraint where connamespace::regnamespace::text !~ '^(pg_|information_schema)' order by 1`,
  triggers: `select tgrelid::regclass || ' ' || tgname || ' ' || tgenabled::text as line
    from pg_trigger where not tgisinternal order by 1`,
  views: `select matviewname || ' ' || ispopulated as line from pg_matviews order by 1`,
};
