import type { Context } from '../../context.ts';
import { align, POSITION_SECONDS } from '../../fingerprint/align.ts';
import { compare2 } from '../../fingerprint/compare.ts';
import { findFingerprint } from '../../fingerprint/fingerprint-queries.ts';
import { OFFSET_MAX, SCORE_THRESHOLD } from '../../lookup/search.ts';
import { findTrackOfFingerprint } from '../../track/track-by-mbid-queries.ts';
import { AdminError } from './admin-error.ts';
import { adminPart } from './admin-api.ts';
import type { AdminPart, Handlers } from './admin-api.ts';
import { fingerprintsContract } from './contract/fingerprints.ts';
import { pathId } from './path-id.ts';

/** Any shift is shown, also one that lookups would not consider. */
const ANY_OFFSET = 0;

/** Two fingerprints beside each other. */
export function fingerprintsPart({ databases }: Context): AdminPart {
  const pool = databases.fingerprint.pool;
  const load = async (text: string) => {
    const id = pathId(text);
    const [found, track] = await Promise.all([
      findFingerprint(pool, id),
      findTrackOfFingerprint(pool, id),
    ]);
    if (!found) throw new AdminError('not_found', `there is no fingerprint ${id}`);
    return { id, trackGid: track?.gid ?? null, lengthSeconds: found.length, hashes: found.hashes };
  };
  const handlers: Handlers<typeof fingerprintsContract> = {
    'GET /fingerprints/:a/comparison/:b': async ({ params }) => {
      const [a, b] = await Promise.all([load(params.a), load(params.b)]);
      const { comparison, matchedRanges } = align(a.hashes, b.hashes, ANY_OFFSET);
      return {
        a: { ...a, hashes: [...a.hashes] },
        b: { ...b, hashes: [...b.hashes] },
        positionSeconds: POSITION_SECONDS,
        score: comparison.score,
        lookupScore: compare2(a.hashes, b.hashes, OFFSET_MAX),
        scoreThreshold: SCORE_THRESHOLD,
        offset: comparison.voteCount === 0 ? null : comparison.offset,
        offsetMax: OFFSET_MAX,
        refusal: comparison.refusal ?? null,
        ranges: matchedRanges.map((range) => ({
          aFrom: range.aFromSeconds,
          aTo: range.aToSeconds,
          bFrom: range.bFromSeconds,
          bTo: range.bToSeconds,
          bitErrors: range.bitErrors,
        })),
      };
    },
  };
  return adminPart(fingerprintsContract, handlers);
}
