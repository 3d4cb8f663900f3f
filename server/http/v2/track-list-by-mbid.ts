import type { Context } from '../../context.ts';
import { DomainError } from '../../errors.ts';
import { listTracksByMbid } from '../../track/track-by-mbid-queries.ts';
import type { MbidTrack } from '../../track/track-by-mbid-queries.ts';
import type { ApiMethod } from '../api-handler.ts';
import { requireUuid } from '../params.ts';
import type { Parameters } from '../params.ts';
import type { Answer } from '../python-json.ts';

/** MBIDs in one request: each is answered in full, also the tenth time. */
const MBIDS_MAX = 1000;

/** `/v2/track/list_by_mbid` (api-v2.md section 13). No key is needed. */
export function trackListByMbidMethod({ databases }: Context): ApiMethod {
  return async (parameters, request) => {
    const mbids = readMbids(parameters);
    const withDisabled = (parameters.getInteger('disabled') ?? 0) !== 0;
    const isBatch = (parameters.getInteger('batch') ?? 0) !== 0;
    await request.admit(undefined);
    // MBIDs are compared as UUIDs, so that their spelling does not matter.
    const wanted = (isBatch ? mbids : mbids.slice(0, 1)).map((mbid) => mbid.toLowerCase());
    const tracks = await listTracksByMbid(databases.fingerprint.pool, wanted, { withDisabled });
    const tracksOf = (mbid: string): Answer =>
      (tracks.get(mbid.toLowerCase()) ?? []).map(renderTrack);
    if (isBatch) return { mbids: mbids.map((mbid) => ({ mbid, tracks: tracksOf(mbid) })) };
    return { tracks: tracksOf(mbids[0] ?? '') };
  };
}

function readMbids(parameters: Parameters): readonly string[] {
  const mbids = parameters.getAll('mbid');
  if (mbids.length === 0) throw new DomainError('missing_parameter', { parameter: 'mbid' });
  if (mbids.length > MBIDS_MAX) throw new DomainError('request_too_large', {});
  return mbids.map((mbid) => requireUuid('mbid', mbid));
}

function renderTrack({ disabled, gid }: MbidTrack): Answer {
  return disabled ? { id: gid, disabled: true } : { id: gid };
}
