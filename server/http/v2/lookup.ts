import type { Context } from '../../context.ts';
import { DomainError } from '../../errors.ts';
import { shortestFloat32 } from '../../fingerprint/float32.ts';
import { loadRecordings, readMeta } from '../../lookup/metadata.ts';
import type { MetaRequest, RecordingLink } from '../../lookup/metadata.ts';
import { searchTracks } from '../../lookup/search.ts';
import { findTrackByGid } from '../../track/track-queries.ts';
import type { ApiMethod } from '../api-handler.ts';
import { batchIndexes, requireUuid, suffixed } from '../params.ts';
import type { BatchIndex, Parameters } from '../params.ts';
import { PythonFloat } from '../python-float.ts';
import type { Answer } from '../python-json.ts';
import { readBatch } from './batch.ts';
import { requireFingerprint } from './fingerprint-parameter.ts';

const FINGERPRINTS_MAX = 20;
const TRACK_IDS_MAX = 100;
/** Bounds and default of `maxdurationdiff`, seconds. */
const TOLERANCE = { min: 1, max: 30, fallback: 7 };

type Query = { readonly index: BatchIndex } & (
  | { readonly kind: 'track'; readonly trackGid: string }
  | {
      readonly kind: 'fingerprint';
      readonly hashes: Uint32Array;
      readonly durationSeconds: number;
    }
);

/** One answer to a query: the gid it is reported under, and the track the metadata is of. */
interface Result {
  readonly id: string;
  readonly trackId: number;
  readonly score: number;
}

/** `/v2/lookup` (api-v2.md section 8). */
export function lookupMethod(context: Context): ApiMethod {
  return async (parameters) => {
    await context.apiKeys.requireApplication(parameters.require('client'));
    const meta = readMeta(parameters.get('meta'));
    const toleranceSeconds = readTolerance(parameters);
    const isBatch = (parameters.getInteger('batch') ?? 0) !== 0;
    const queries = readQueries(parameters, isBatch);
    const answered = await Promise.all(
      // At most FINGERPRINTS_MAX + TRACK_IDS_MAX of them.
      queries.map(async (query) => ({
        index: query.index,
        results: await findResults(context, query, toleranceSeconds),
      })),
    );
    const recordings = await loadRecordings(
      context.databases.fingerprint.pool,
      [...new Set(answered.flatMap(({ results }) => results.map(({ trackId }) => trackId)))],
      meta,
    );
    const rendered = answered.map(({ index, results }) => ({
      index: index ?? null,
      results: results.map((result) => renderResult(result, recordings, meta)),
    }));
    return isBatch ? { fingerprints: rendered } : { results: rendered[0]?.results ?? [] };
  };
}

function readTolerance(parameters: Parameters): number {
  const tolerance = parameters.getInteger('maxdurationdiff') ?? TOLERANCE.fallback;
  if (tolerance < TOLERANCE.min || tolerance > TOLERANCE.max) {
    throw new DomainError('invalid_max_duration_diff', {});
  }
  return tolerance;
}

function readQueries(parameters: Parameters, isBatch: boolean): readonly Query[] {
  const indexes = batchIndexes(parameters, ['fingerprint', 'trackid']);
  if (indexes.length === 0) {
    throw new DomainError('missing_parameter', { parameter: 'fingerprint' });
  }
  const queries = readBatch(indexes, (index) => readQuery(parameters, index));
  if (!isBatch) return queries.slice(0, 1);
  const fingerprints = queries.filter(({ kind }) => kind === 'fingerprint').length;
  if (fingerprints > FINGERPRINTS_MAX || queries.length - fingerprints > TRACK_IDS_MAX) {
    throw new DomainError('request_too_large', {});
  }
  return queries;
}

function readQuery(parameters: Parameters, index: BatchIndex): Query {
  const trackId = suffixed('trackid', index);
  const trackGid = parameters.get(trackId);
  if (trackGid !== undefined && trackGid !== '') {
    return { index, kind: 'track', trackGid: requireUuid(trackId, trackGid) };
  }
  const duration = suffixed('duration', index);
  const durationSeconds = parameters.getInteger(duration) ?? 0;
  if (durationSeconds === 0) throw new DomainError('missing_parameter', { parameter: duration });
  const text = parameters.require(suffixed('fingerprint', index));
  return { index, kind: 'fingerprint', hashes: requireFingerprint(text), durationSeconds };
}

async function findResults(
  context: Context,
  query: Query,
  toleranceSeconds: number,
): Promise<Result[]> {
  const { databases, index, config } = context;
  if (query.kind === 'track') {
    const track = await findTrackByGid(databases.fingerprint.pool, query.trackGid);
    // The id comes back as it was written, also that of a merged track.
    return track ? [{ id: query.trackGid, trackId: track.id, score: 1 }] : [];
  }
  const matches = await searchTracks(
    {
      fingerprint: databases.fingerprint.pool,
      index,
      timeoutMs: Math.round(config.settings['website.search_timeout'] * 1000),
    },
    {
      hashes: query.hashes,
      durationSeconds: query.durationSeconds,
      durationToleranceSeconds: toleranceSeconds,
    },
  );
  return matches.map(({ score, trackGid, trackId }) => ({ id: trackGid, trackId, score }));
}

function renderResult(
  { id, score, trackId }: Result,
  recordings: ReadonlyMap<number, readonly RecordingLink[]>,
  meta: MetaRequest,
): Answer {
  const answer = { id, score: new PythonFloat(shortestFloat32(score)) };
  const links = meta.recordingIds ? recordings.get(trackId) : undefined;
  return links ? { ...answer, recordings: links.map((link) => ({ ...link })) } : answer;
}
