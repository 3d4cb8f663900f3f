import type { Context } from '../../context.ts';
import { DomainError } from '../../errors.ts';
import { cleanMeta } from '../../meta/clean-meta.ts';
import { acceptSubmissions, isWorthKeeping } from '../../submission/accept.ts';
import type { NewSubmission, SubmittedMeta } from '../../submission/submission.ts';
import type { ApiMethod } from '../api-handler.ts';
import { batchIndexes, requireForeignId, requireUuid, suffixed } from '../params.ts';
import type { BatchIndex, Parameters } from '../params.ts';
import { readBatch } from './batch.ts';
import { requireFingerprint } from './fingerprint-parameter.ts';
import { readClientVersion, readText } from './text-parameters.ts';

/** Bounds of the smallint columns. */
const SMALLINT_MAX = 32_767;
const FORMAT_LENGTH_MAX = 255;
/** Fingerprints with all their MBIDs in one request; the body limit is what really bounds them. */
const ROWS_MAX = 1000;

interface Entry {
  readonly index: BatchIndex;
  readonly rows: readonly NewSubmission[];
}

const META_TEXTS = {
  track: 'track',
  artist: 'artist',
  album: 'album',
  albumartist: 'album_artist',
} as const;
const META_NUMBERS = { trackno: 'track_no', discno: 'disc_no', year: 'year' } as const;

/** `/v2/submit` (api-v2.md section 10). */
export function submitMethod(context: Context): ApiMethod {
  return async (parameters, request) => {
    const applicationId = await context.apiKeys.requireApplication(parameters.require('client'));
    const accountId = await context.apiKeys.requireAccount(parameters.require('user'));
    const entries = readEntries(parameters);
    const kept = entries.flatMap(({ index, rows }) =>
      rows.filter(isWorthKeeping).map((row) => ({ index, row })),
    );
    if (kept.length > ROWS_MAX) throw new DomainError('request_too_large', {});
    await request.admit(applicationId);
    const ids = await acceptSubmissions(
      context.databases.ingest.pool,
      { applicationId, accountId, applicationVersion: readClientVersion(parameters) },
      kept.map(({ row }) => row),
    );
    context.submissions.announce(ids);
    context.metrics.submissionsAccepted(ids.length);
    return {
      submissions: ids.map((id, at) => {
        const index = kept[at]?.index;
        const answer = { id, status: 'pending' };
        // Lookup's index is a number, submit's is text: upstream's contract.
        return index === undefined ? answer : { ...answer, index: String(index) };
      }),
    };
  };
}

function readEntries(parameters: Parameters): Entry[] {
  const indexes = batchIndexes(parameters, ['fingerprint']);
  if (indexes.length === 0) {
    throw new DomainError('missing_parameter', { parameter: 'fingerprint' });
  }
  return readBatch(indexes, (index) => ({ index, rows: readRows(parameters, index) }));
}

/** One row per MBID, one row if there is none; checks in upstream's order. */
function readRows(parameters: Parameters, index: BatchIndex): NewSubmission[] {
  const named = (name: string): string => suffixed(name, index);
  const puid = readText(parameters, named('puid'));
  if (puid !== undefined) requireUuid(named('puid'), puid);
  const foreignId = readText(parameters, named('foreignid'));
  if (foreignId !== undefined) requireForeignId(named('foreignid'), foreignId);
  // An empty MBID is a bad one, unlike an empty PUID.
  const mbids = parameters.getAll(named('mbid')).map((mbid) => requireUuid(named('mbid'), mbid));
  const durationSeconds = readDuration(parameters, named('duration'));
  const hashes = requireFingerprint(parameters.require(named('fingerprint')));
  const row = {
    hashes,
    durationSeconds,
    bitrate: readBitrate(parameters, named('bitrate')),
    format: readFormatName(parameters, named('fileformat')),
    puid,
    foreignId,
    meta: readSubmittedMeta(parameters, index),
  };
  const unique = mbids.length > 0 ? mbids : [undefined];
  return unique.map((mbid) => ({ ...row, mbid }));
}

/** The name of an audio format; a text no format is named by says nothing. */
function readFormatName(parameters: Parameters, name: string): string | undefined {
  const format = readText(parameters, name);
  return format !== undefined && format.length <= FORMAT_LENGTH_MAX ? format : undefined;
}

function readDuration(parameters: Parameters, name: string): number {
  const duration = parameters.getInteger(name);
  if (duration === undefined) throw new DomainError('missing_parameter', { parameter: name });
  if (duration <= 0 || duration > SMALLINT_MAX) {
    throw new DomainError('invalid_duration', { parameter: name });
  }
  return duration;
}

function readBitrate(parameters: Parameters, name: string): number | undefined {
  const bitrate = parameters.getInteger(name);
  if (bitrate === undefined || bitrate === 0) return undefined;
  if (bitrate < 0 || bitrate > SMALLINT_MAX) {
    throw new DomainError('invalid_bitrate', { parameter: name });
  }
  return bitrate;
}

/**
 * The metadata that says something, or `undefined`. NOTE: whether there is any is asked before
 * cleaning, so an entry whose only value is dropped by it is kept, with empty metadata.
 */
function readSubmittedMeta(parameters: Parameters, index: BatchIndex): SubmittedMeta | undefined {
  const meta: Record<string, string | number> = {};
  for (const [name, column] of Object.entries(META_TEXTS)) {
    const text = parameters.get(suffixed(name, index));
    if (text !== undefined && text !== '') meta[column] = text;
  }
  for (const [name, column] of Object.entries(META_NUMBERS)) {
    const value = parameters.getInteger(suffixed(name, index));
    if (value !== undefined && value !== 0) meta[column] = value;
  }
  return Object.keys(meta).length > 0 ? cleanMeta(meta) : undefined;
}
