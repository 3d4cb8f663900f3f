import type { Queryable } from '../db/queryable.ts';
import { listTrackMbids } from '../track/track-queries.ts';

/** What `meta` asks for (api-v2.md section 9), as far as this server answers it. */
export interface MetaRequest {
  readonly recordingIds: boolean;
  readonly sources: boolean;
}

/** A recording linked to a track; `sources` only when asked for. */
export interface RecordingLink {
  readonly id: string;
  readonly sources?: number;
}

/** Words that make an answer list recordings. */
const RECORDING_WORDS = ['recordings', 'recordingids', 'isrcs', 'm2'];

/**
 * Reads `meta`: words split on white space, `0` nothing, `1` recording ids. A word for more than
 * the ids of recordings answers those ids, which is also what upstream answers for recordings
 * that its MusicBrainz does not know. TODO(#5): metadata from the musicbrainz schema.
 */
export function readMeta(meta: string | undefined): MetaRequest {
  const text = meta ?? '';
  if (text === '' || text === '0') return { recordingIds: false, sources: false };
  if (text === '1' || text === '2') return { recordingIds: true, sources: false };
  const words = new Set(text.split(/\s+/));
  return {
    recordingIds: RECORDING_WORDS.some((word) => words.has(word)),
    sources: words.has('sources'),
  };
}

/** The recordings linked to each track, by MBID; a track without enabled links has no entry. */
export async function loadRecordings(
  fingerprint: Queryable,
  trackIds: readonly number[],
  meta: MetaRequest,
): Promise<ReadonlyMap<number, readonly RecordingLink[]>> {
  const recordings = new Map<number, RecordingLink[]>();
  if (!meta.recordingIds || trackIds.length === 0) return recordings;
  for (const link of await listTrackMbids(fingerprint, trackIds)) {
    const list = recordings.get(link.track_id) ?? [];
    list.push(meta.sources ? { id: link.mbid, sources: link.submission_count } : { id: link.mbid });
    recordings.set(link.track_id, list);
  }
  return recordings;
}
