import type { Context } from '../../context.ts';
import { findTrackOfFingerprint, listTracksByMbid } from '../../track/track-by-mbid-queries.ts';
import type { MbidTrack } from '../../track/track-by-mbid-queries.ts';
import { isUuid } from '../params.ts';
import type { Parameters } from '../params.ts';
import type { Answer } from '../python-json.ts';
import { InvalidRequestError } from './json-handler.ts';
import type { JsonMethod } from './json-handler.ts';

/** Bound of the id column. */
const ID_MAX = 2_147_483_647;
const TRUE_WORDS = new Set(['1', 'true']);

/** `/v3/track/list_by_mbid`: the tracks an MBID is linked to, whatever case it is written in. */
export function listByMbidMethod({ databases }: Context): JsonMethod {
  return async ({ context, query }) => {
    const mbid = query.get('mbid')?.toLowerCase() ?? '';
    if (!isUuid(mbid)) throw new InvalidRequestError('mbid: not a UUID');
    const withDisabled = readDisabled(query);
    await context.admit(undefined);
    const pool = databases.fingerprint.pool;
    const tracks = await listTracksByMbid(pool, [mbid], { withDisabled });
    return render(tracks.get(mbid) ?? [], withDisabled);
  };
}

/** `/v3/track/list_by_fingerprint`: the track a fingerprint belongs to. */
export function listByFingerprintMethod({ databases }: Context): JsonMethod {
  return async ({ context, query }) => {
    const id = query.getInteger('id');
    if (id === undefined) throw new InvalidRequestError('id: not an integer');
    const withDisabled = readDisabled(query);
    await context.admit(undefined);
    const known = id > 0 && id <= ID_MAX;
    const track = known ? await findTrackOfFingerprint(databases.fingerprint.pool, id) : undefined;
    const isShown = track !== undefined && (withDisabled || !track.disabled);
    return render(isShown ? [track] : [], withDisabled);
  };
}

function readDisabled(query: Parameters): boolean {
  return TRUE_WORDS.has(query.get('disabled') ?? '');
}

/** `disabled` is said only to those who asked for it. */
function render(tracks: readonly MbidTrack[], withDisabled: boolean): Answer {
  return {
    tracks: tracks.map(({ disabled, gid }) => ({
      id: gid,
      disabled: withDisabled ? disabled : null,
    })),
  };
}
