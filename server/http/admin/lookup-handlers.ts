import type { z } from 'zod';
import type { Context } from '../../context.ts';
import { POSITION_SECONDS } from '../../fingerprint/align.ts';
import type { Alignment } from '../../fingerprint/align.ts';
import { findFingerprint } from '../../fingerprint/fingerprint-queries.ts';
import type { Candidate } from '../../lookup/candidate-queries.ts';
import { investigate, LOOSER } from '../../lookup/investigate.ts';
import type { Investigation } from '../../lookup/investigate.ts';
import { loadMetadata } from '../../lookup/metadata.ts';
import { readMeta } from '../../lookup/meta-request.ts';
import { rankLinks } from '../../lookup/rank.ts';
import { SCORE_THRESHOLD } from '../../lookup/search.ts';
import type { LookupMatch } from '../../lookup/search.ts';
import { verdictOf } from '../../lookup/verdict.ts';
import { countReleases } from '../../musicbrainz/recording-search-queries.ts';
import { findTrackHead, listTrackFingerprints } from '../../track/track-detail-queries.ts';
import { requireFingerprint } from '../v2/fingerprint-parameter.ts';
import { TOLERANCE_SECONDS } from '../v2/lookup-parameters.ts';
import { AdminError } from './admin-error.ts';
import { adminPart } from './admin-api.ts';
import type { AdminPart, Handlers } from './admin-api.ts';
import { lookupContract } from './contract/lookup.ts';
import { knownRecordingOf } from './known-recording.ts';

/** Candidates whose curve is shown; the others are far behind. */
const CURVES_MAX = 20;
/** A popular track is linked to hundreds; the first are the ones that fit. */
const RECORDINGS_MAX = 50;
const META = readMeta('recordings usermeta sources');

type Asked = z.output<(typeof lookupContract)['POST /lookup']['body']>;

interface Sound {
  readonly hashes: Uint32Array;
  readonly durationSeconds: number;
  readonly fingerprintId: number | null;
}

/** The lookup workbench. */
export function lookupPart(context: Context): AdminPart {
  const { config, databases, index } = context;
  const parts = {
    fingerprint: databases.fingerprint.pool,
    index,
    timeoutMs: Math.round(config.settings['website.search_timeout'] * 1000),
  };
  const handlers: Handlers<typeof lookupContract> = {
    'POST /lookup': async ({ body }) => {
      const sound = await soundOf(context, body);
      const found = await investigate(parts, sound, TOLERANCE_SECONDS.fallback);
      const { fingerprintId, durationSeconds, hashes } = sound;
      return {
        query: {
          hashes: hashes.length,
          durationSeconds,
          queryHashes: found.search.queryHashes.length,
          fingerprintId,
        },
        isTimedOut: found.search.isTimedOut,
        positionSeconds: POSITION_SECONDS,
        settings: {
          scoreThreshold: SCORE_THRESHOLD,
          toleranceSeconds: TOLERANCE_SECONDS.fallback,
        },
        results: await resultsOf(context, found.search.matches, durationSeconds),
        candidates: candidatesOf(found),
        looser: {
          settings: LOOSER,
          tracks: found.looser.map(({ because, candidate, score }) => ({
            gid: candidate.track_gid,
            fingerprintId: candidate.id,
            score,
            lengthSeconds: candidate.length,
            because: [...because],
          })),
        },
      };
    },
  };
  return adminPart(lookupContract, handlers);
}

/** The fingerprint that was pasted, or the one we have under an id. */
async function soundOf({ databases }: Context, asked: Asked): Promise<Sound> {
  const pool = databases.fingerprint.pool;
  if ('fingerprint' in asked) {
    const { durationSeconds, fingerprint } = asked;
    return { hashes: requireFingerprint(fingerprint), durationSeconds, fingerprintId: null };
  }
  let id = 'fingerprintId' in asked ? asked.fingerprintId : undefined;
  if ('trackGid' in asked) {
    const head = await findTrackHead(pool, asked.trackGid);
    if (head) [{ id } = { id: undefined }] = await listTrackFingerprints(pool, head.id);
  }
  const found = id === undefined ? undefined : await findFingerprint(pool, id);
  if (!found || id === undefined) throw new AdminError('not_found', 'there is no such fingerprint');
  return { hashes: found.hashes, durationSeconds: found.length, fingerprintId: id };
}

async function resultsOf(
  { databases, missingMbids }: Context,
  matches: readonly LookupMatch[],
  durationSeconds: number,
) {
  const musicbrainz = databases.musicbrainz.pool;
  const parts = {
    fingerprint: databases.fingerprint.pool,
    musicbrainz,
    missingMbids: (mbids: readonly string[]) => missingMbids.note(mbids),
  };
  const metadata = await loadMetadata(parts, matches, META, { canonical: true });
  const releases = await countReleases(musicbrainz, [...metadata.recordings.keys()]);
  return matches.map(({ fingerprintId, score, trackGid, trackId }) => ({
    gid: trackGid,
    score,
    fingerprintId,
    recordings: rankLinks(metadata.links.get(trackId) ?? [], metadata.recordings, durationSeconds)
      .slice(0, RECORDINGS_MAX)
      .map(({ mbid, sources }) => ({
        ...knownRecordingOf(mbid, metadata.recordings.get(mbid)),
        releases: releases.get(mbid) ?? 0,
        sources,
      })),
    texts: (metadata.texts.get(trackId) ?? []).map(({ artist, track }) => ({
      title: track,
      artist,
    })),
  }));
}

/** What the index returned: those that were measured by score, then those of another length. */
function candidatesOf({ aligned, search }: Investigation) {
  const matched = new Set(search.matches.map(({ fingerprintId }) => fingerprintId));
  const indexScores = new Map(search.hits.map(({ id, score }) => [id, score]));
  const measured = aligned.map(({ alignment, candidate }, at) => ({
    fingerprintId: candidate.id,
    indexScore: indexScores.get(candidate.id) ?? 0,
    verdict: verdictOf(candidate.id, alignment.comparison, matched),
    measured: measurementOf(candidate, alignment, at < CURVES_MAX),
  }));
  const seen = new Set(aligned.map(({ candidate }) => candidate.id));
  const unseen = search.hits
    .filter(({ id }) => !seen.has(id))
    .map(({ id, score }) => ({
      fingerprintId: id,
      indexScore: score,
      verdict: 'duration differs' as const,
      measured: null,
    }));
  return [...measured, ...unseen];
}

function measurementOf(candidate: Candidate, alignment: Alignment, withCurve: boolean) {
  const { bStart, bitErrors, comparison, matchedRanges, offsetSeconds } = alignment;
  return {
    trackGid: candidate.track_gid,
    lengthSeconds: candidate.length,
    score: comparison.score,
    offsetSeconds,
    overlap: comparison.overlap,
    overlapMax: comparison.overlapMax,
    bitErrors: comparison.bitErrors,
    agreeingKeys: comparison.voteCount,
    diversity: comparison.diversity,
    curve: withCurve ? [...bitErrors] : null,
    curveFromSeconds: bStart * POSITION_SECONDS,
    ranges: matchedRanges.map((range) => ({
      from: range.bFromSeconds,
      to: range.bToSeconds,
      bitErrors: range.bitErrors,
    })),
  };
}
