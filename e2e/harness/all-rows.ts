import type { Queryable } from '../../server/db/queryable.ts';

/** Every row of every table as text, by table: what two moments are compared by. */
export type AllRows = Readonly<Record<string, readonly string[]>>;

/** Reads all tables of a database but those left out; rows in the order of their text. */
export async function readAllRows(
  database: Queryable,
  leftOut: readonly string[] = [],
): Promise<AllRows> {
  const { rows: tables } = await database.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
       and c.relname <> all($1)
     order by c.relname`,
    [leftOut],
  );
  const all: Record<string, readonly string[]> = {};
  for (const { name } of tables) {
    const { rows } = await database.query<{ row: string }>(
      `select to_jsonb(t)::text as row from "${name}" t order by 1`,
    );
    all[name] = rows.map(({ row }) => row);
  }
  return all;
}
