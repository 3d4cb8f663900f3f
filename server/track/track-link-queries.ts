import type { Queryable } from '../db/queryable.ts';

/** The source and the submission that a link is counted for. */
export interface Provenance {
  readonly sourceId: number;
  readonly submissionId: number;
}

/**
 * Links a track with a value, or counts one more submission on the link that is there, and keeps
 * who said so. NOTE: a disabled link stays disabled, a link merged into another MBID is counted
 * where it is, and counting does not touch `updated`: upstream's rules (behaviours.md section 3).
 */
function linkStatement(noun: 'mbid' | 'puid' | 'meta' | 'foreignid', type: string): string {
  const column = noun === 'meta' || noun === 'foreignid' ? `${noun}_id` : noun;
  return `
    with link as (
      insert into track_${noun} as l (track_id, ${column}, submission_count)
      values ($1, $2::${type}, 1)
      on conflict (track_id, ${column})
        do update set submission_count = l.submission_count + 1
      returning id
    )
    insert into track_${noun}_source (track_${noun}_id, source_id, submission_id)
    select id, $3, $4 from link`;
}

const LINK_MBID = linkStatement('mbid', 'uuid');
const LINK_PUID = linkStatement('puid', 'uuid');
const LINK_META = linkStatement('meta', 'int');
const LINK_FOREIGNID = linkStatement('foreignid', 'int');

export async function linkMbid(
  fingerprint: Queryable,
  trackId: number,
  mbid: string,
  { sourceId, submissionId }: Provenance,
): Promise<void> {
  const values = [trackId, mbid, sourceId, submissionId];
  await fingerprint.query({ name: 'link-mbid', text: LINK_MBID, values });
}

export async function linkPuid(
  fingerprint: Queryable,
  trackId: number,
  puid: string,
  { sourceId, submissionId }: Provenance,
): Promise<void> {
  const values = [trackId, puid, sourceId, submissionId];
  await fingerprint.query({ name: 'link-puid', text: LINK_PUID, values });
}

export async function linkMeta(
  fingerprint: Queryable,
  trackId: number,
  metaId: number,
  { sourceId, submissionId }: Provenance,
): Promise<void> {
  const values = [trackId, metaId, sourceId, submissionId];
  await fingerprint.query({ name: 'link-meta', text: LINK_META, values });
}

export async function linkForeignId(
  fingerprint: Queryable,
  trackId: number,
  foreignIdId: number,
  { sourceId, submissionId }: Provenance,
): Promise<void> {
  const values = [trackId, foreignIdId, sourceId, submissionId];
  await fingerprint.query({ name: 'link-foreignid', text: LINK_FOREIGNID, values });
}
