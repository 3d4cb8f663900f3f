import type { Queryable } from '../db/queryable.ts';
import { unpackFingerprint } from '../fingerprint/packed.ts';

/** A stored fingerprint that may match, with what is needed to score and report it. */
export interface Candidate {
  readonly id: number;
  readonly length: number;
  readonly track_id: number;
  readonly track_gid: string;
  readonly hashes: Uint32Array;
  /** Enabled links of its track, by MBID, if they were asked for. */
  readonly links: readonly CandidateLink[] | undefined;
}

export interface CandidateLink {
  readonly mbid: string;
  readonly submission_count: number;
}

/** Which fingerprints are wanted: of these ids, those as long as this, give or take. */
export interface CandidateWish {
  readonly ids: readonly number[];
  readonly lengthSeconds: number;
  readonly toleranceSeconds: number;
}

interface CandidateRow {
  readonly id: number;
  readonly length: number;
  readonly track_id: number;
  readonly track_gid: string;
  readonly packed: Buffer | null;
  readonly fingerprint: number[] | null;
  readonly links?: readonly CandidateLink[] | null;
}

/** Bounds of `fingerprint.length`, a smallint. */
const LENGTH_MAX = 32_767;

/**
 * Loads the fingerprints each wish is for, with the track each belongs to now (merges are followed
 * one hop, which is all there are). One statement for all wishes; the answer has their order. The
 * links of their tracks come along where metadata will want them: a round trip costs more.
 */
export async function listCandidatesOf(
  fingerprint: Queryable,
  wishes: readonly CandidateWish[],
  withLinks: boolean,
): Promise<Candidate[][]> {
  const wanted = {
    wish: [] as number[],
    id: [] as number[],
    from: [] as number[],
    to: [] as number[],
  };
  for (const [wish, { ids, lengthSeconds, toleranceSeconds }] of wishes.entries()) {
    const from = Math.max(lengthSeconds - toleranceSeconds, 0);
    const to = Math.min(lengthSeconds + toleranceSeconds, LENGTH_MAX);
    if (from > to) continue;
    for (const id of ids) {
      wanted.wish.push(wish);
      wanted.id.push(id);
      wanted.from.push(from);
      wanted.to.push(to);
    }
  }
  const found: Candidate[][] = wishes.map(() => []);
  if (wanted.id.length === 0) return found;
  const { rows } = await fingerprint.query<CandidateRow & { readonly wish: number }>({
    name: 'list-candidates',
    text: `
      select w.wish, f.id, f.length,
        coalesce(m.id, t.id) as track_id, coalesce(m.gid, t.gid) as track_gid,
        d.fingerprint as packed,
        case when d.fingerprint is null then f.fingerprint end as fingerprint,
        case when $5 then coalesce((
          select json_agg(json_build_object('mbid', l.mbid, 'submission_count', l.submission_count)
            order by l.mbid)
          from track_mbid l where l.track_id = coalesce(m.id, t.id) and not l.disabled
        ), '[]') end as links
      from unnest($1::int[], $2::int[], $3::int[], $4::int[]) as w (wish, id, shortest, longest)
      join fingerprint f on f.id = w.id and f.length between w.shortest and w.longest
      join track t on t.id = f.track_id
      left join track m on m.id = t.new_id
      left join fingerprint_data d on d.fingerprint_id = f.id`,
    values: [wanted.wish, wanted.id, wanted.from, wanted.to, withLinks],
  });
  for (const row of rows) found[row.wish]?.push(candidateOf(row));
  return found;
}
function candidateOf(row: CandidateRow): Candidate {
  const { fingerprint, id, length, packed, track_gid, track_id } = row;
  const hashes = packed ? unpackFingerprint(packed).hashes : Uint32Array.from(fingerprint ?? []);
  return { id, length, track_id, track_gid, hashes, links: row.links ?? undefined };
}
