import type { Queryable } from '../db/queryable.ts';

/** Names of accounts by id; those that are gone are left out. */
export async function listAccountNames(
  app: Queryable,
  ids: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  if (ids.length === 0) return new Map();
  const { rows } = await app.query<{ id: number; name: string }>({
    name: 'list-account-names',
    text: 'select id, name from account where id = any($1::int[])',
    values: [[...new Set(ids)]],
  });
  return new Map(rows.map(({ id, name }) => [id, name]));
}
