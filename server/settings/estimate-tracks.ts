import type { Queryable } from '../db/queryable.ts';

/** About how many tracks there are, as PostgreSQL's own statistics have it: at once, at any size. */
export async function estimateTracks(fingerprint: Queryable): Promise<number> {
  const { rows } = await fingerprint.query<{ count: string }>(
    `select greatest(reltuples, 0)::bigint as count from pg_class where oid = 'track'::regclass`,
  );
  return Number(rows[0]?.count ?? 0);
}
