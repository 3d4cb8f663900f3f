import { DomainError } from '../../errors.ts';
import { readMeta } from '../../lookup/meta-request.ts';
import type { MetaRequest } from '../../lookup/meta-request.ts';
import { batchIndexes, requireUuid, suffixed } from '../params.ts';
import type { BatchIndex, Parameters } from '../params.ts';
import { readBatch } from './batch.ts';
import { requireFingerprint } from './fingerprint-parameter.ts';

/** Queries of one batch. */
export interface BatchLimits {
  readonly fingerprints: number;
  readonly trackIds: number;
}

/** Upstream's limits. */
export const PUBLIC_LIMITS: BatchLimits = { fingerprints: 20, trackIds: 100 };
/** For clients on this machine that ask for them with `limits=local`. */
export const LOCAL_LIMITS: BatchLimits = { fingerprints: 200, trackIds: 1000 };

/** Bounds and default of `maxdurationdiff`, seconds. */
export const TOLERANCE_SECONDS = { min: 1, max: 30, fallback: 7 };

export type Query = { readonly index: BatchIndex } & (
  | {
      readonly kind: 'track';
      readonly trackGid: string;
      /** Not needed to find a track; ranking may use it. */
      readonly durationSeconds: number | undefined;
    }
  | {
      readonly kind: 'fingerprint';
      readonly hashes: Uint32Array;
      readonly durationSeconds: number;
    }
);

/** What a lookup asks, client key apart. */
export interface LookupRequest {
  readonly queries: readonly Query[];
  readonly isBatch: boolean;
  readonly toleranceSeconds: number;
  readonly meta: MetaRequest;
  readonly extensions: Extensions;
}

/** What upstream does not have; all off unless asked for (docs/api.md). */
export interface Extensions {
  /** Recordings by how well they fit, not by MBID. */
  readonly rank: boolean;
  /** How the answer came about, beside it. */
  readonly explain: boolean;
  /** Merged MBIDs as what they are now. */
  readonly canonical: boolean;
}

/** Reads a lookup in upstream's order, so that the first error is the same error. */
export function readLookup(parameters: Parameters, limits: BatchLimits): LookupRequest {
  const meta = readMeta(parameters.get('meta'));
  const toleranceSeconds = readTolerance(parameters);
  const isBatch = readFlag(parameters, 'batch');
  return {
    meta,
    toleranceSeconds,
    isBatch,
    queries: readQueries(parameters, isBatch, limits),
    extensions: {
      rank: readFlag(parameters, 'rank'),
      explain: readFlag(parameters, 'explain'),
      canonical: readFlag(parameters, 'canonical'),
    },
  };
}

/** Any integer but 0 is yes. */
function readFlag(parameters: Parameters, name: string): boolean {
  return (parameters.getInteger(name) ?? 0) !== 0;
}

function readTolerance(parameters: Parameters): number {
  const tolerance = parameters.getInteger('maxdurationdiff') ?? TOLERANCE_SECONDS.fallback;
  if (tolerance < TOLERANCE_SECONDS.min || tolerance > TOLERANCE_SECONDS.max) {
    throw new DomainError('invalid_max_duration_diff', {});
  }
  return tolerance;
}

function readQueries(
  parameters: Parameters,
  isBatch: boolean,
  limits: BatchLimits,
): readonly Query[] {
  const indexes = batchIndexes(parameters, ['fingerprint', 'trackid']);
  if (indexes.length === 0) {
    throw new DomainError('missing_parameter', { parameter: 'fingerprint' });
  }
  const queries = readBatch(indexes, (index) => readQuery(parameters, index));
  if (!isBatch) return queries.slice(0, 1);
  const fingerprints = queries.filter(({ kind }) => kind === 'fingerprint').length;
  if (fingerprints > limits.fingerprints || queries.length - fingerprints > limits.trackIds) {
    throw new DomainError('request_too_large', {});
  }
  return queries;
}

function readQuery(parameters: Parameters, index: BatchIndex): Query {
  const trackId = suffixed('trackid', index);
  const trackGid = parameters.get(trackId);
  const duration = suffixed('duration', index);
  const durationSeconds = parameters.getInteger(duration);
  if (trackGid !== undefined && trackGid !== '') {
    const gid = requireUuid(trackId, trackGid);
    return { index, kind: 'track', trackGid: gid, durationSeconds };
  }
  if (!durationSeconds) throw new DomainError('missing_parameter', { parameter: duration });
  const text = parameters.require(suffixed('fingerprint', index));
  return { index, kind: 'fingerprint', hashes: requireFingerprint(text), durationSeconds };
}
