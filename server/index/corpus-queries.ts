import { readIntArray } from '../db/int-array.ts';
import type { Queryable } from '../db/queryable.ts';
import { unpackFingerprint } from '../fingerprint/packed.ts';
import { extractQuery } from '../fingerprint/query.ts';

/** A stored fingerprint and the hashes an index finds it by, none for one of silence. */
export interface CorpusEntry {
  readonly id: number;
  readonly query: Uint32Array;
}

interface CorpusRow {
  readonly id: number;
  readonly packed: Buffer | null;
  readonly plain: Buffer | null;
}

/** Fingerprints by id, beginning after `afterId`. */
export async function listCorpus(
  fingerprint: Queryable,
  afterId: number,
  limit: number,
): Promise<CorpusEntry[]> {
  const { rows } = await fingerprint.query<CorpusRow>({
    name: 'list-corpus',
    text: `
      select f.id, d.fingerprint as packed,
        case when d.fingerprint is null then array_send(f.fingerprint) end as plain
      from fingerprint f left join fingerprint_data d on d.fingerprint_id = f.id
      where f.id > $1 order by f.id limit $2`,
    values: [afterId, limit],
  });
  return rows.map(({ id, packed, plain }) => ({
    id,
    query: extractQuery(hashesOf(packed, plain)),
  }));
}

/** How many fingerprints there are. */
export async function countCorpus(fingerprint: Queryable): Promise<number> {
  const { rows } = await fingerprint.query<{ count: number }>({
    name: 'count-corpus',
    text: 'select count(*) from fingerprint',
  });
  return rows[0]?.count ?? 0;
}

function hashesOf(packed: Buffer | null, plain: Buffer | null): Uint32Array {
  if (packed) return unpackFingerprint(packed).hashes;
  return plain ? readIntArray(plain) : new Uint32Array(0);
}
