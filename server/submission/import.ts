import type { Pool } from 'pg';
import { withTransaction } from '../db/databases.ts';
import type { Queryable } from '../db/queryable.ts';
import { compareMany } from '../fingerprint/compare.ts';
import {
  insertFingerprint,
  insertFingerprintSource,
  listUnindexedMatches,
} from '../fingerprint/fingerprint-queries.ts';
import { extractQuery } from '../fingerprint/query.ts';
import { upsertForeignId } from '../foreignid/foreignid-queries.ts';
import type { IndexClient } from '../index/client.ts';
import { listCandidates, listTrackFingerprints } from '../lookup/candidate-queries.ts';
import type { Candidate } from '../lookup/candidate-queries.ts';
import { cleanMeta } from '../meta/clean-meta.ts';
import { metaGid } from '../meta/meta-gid.ts';
import { upsertMeta } from '../meta/meta-queries.ts';
import { upsertFormat, upsertSource } from '../source/source-queries.ts';
import { linkForeignId, linkMbid, linkMeta, linkPuid } from '../track/track-link-queries.ts';
import type { Provenance } from '../track/track-link-queries.ts';
import { findImported, lockImports } from './import-queries.ts';
import { bestMatches, decide, LENGTH_TOLERANCE_SECONDS } from './match.ts';
import type { Decision, ScoredFingerprint } from './match.ts';
import type { SubmissionResult, SubmissionRow } from './submission-queries.ts';

/** Fewer distinct hashes than this say too little to be told apart from other music. */
const UNIQUE_HASHES_MIN = 80;
const OFFSET_MAX = 80;
/** Candidates taken from the index, and the share of the best score they need (percent). */
const INDEX_LIMIT = 20;
const INDEX_SCORE_PERCENT = 10;
/** An import has time; it must not miss a match because the machine is busy. */
const INDEX_TIMEOUT_MS = 10_000;

export interface ImportParts {
  readonly fingerprint: Pool;
  readonly index: IndexClient;
  /**
   * Changelog position the index had reached before the search. What came later is searched in
   * the database, so that a fingerprint is found from the moment it is committed.
   */
  readonly indexedPosition: number;
}

type SkipVerdict = Extract<SubmissionResult['verdict'], `skipped:${string}`>;

/** What the writing steps need to know of an accepted submission. */
interface Import {
  readonly submission: SubmissionRow;
  readonly hashes: Uint32Array;
  readonly source: { readonly applicationId: number; readonly accountId: number };
}

/**
 * Imports one submission into the fingerprint database, exactly once however often it is called,
 * in one transaction (behaviours.md section 3). Returns what became of it; throws when a part is
 * missing or the submission cannot be stored, and has changed nothing then.
 */
export async function importSubmission(
  parts: ImportParts,
  submission: SubmissionRow,
): Promise<SubmissionResult> {
  const hashes = Uint32Array.from(submission.fingerprint);
  const query = extractQuery(hashes);
  const { account_id: accountId, application_id: applicationId } = submission;
  const skip = skipVerdict(submission, hashes, query);
  if (skip) return skipped(skip);
  if (accountId === null || applicationId === null) return skipped('skipped:unknown_source');
  // Outside the transaction: the import lock is not held while the index searches.
  const hits = await parts.index.search(query, {
    limit: INDEX_LIMIT,
    minScore: 1,
    scorePercent: INDEX_SCORE_PERCENT,
    timeoutMs: INDEX_TIMEOUT_MS,
  });
  return withTransaction(parts.fingerprint, async (transaction) => {
    await lockImports(transaction);
    const earlier = await findImported(transaction, submission.id);
    if (earlier) return earlier;
    const unindexed = await listUnindexedMatches(transaction, parts.indexedPosition, query);
    const ids = new Set([...hits.map(({ id }) => id), ...unindexed]);
    const decision = await decideAmong(transaction, [...ids], hashes, submission.length);
    return write(
      transaction,
      { submission, hashes, source: { accountId, applicationId } },
      decision,
    );
  });
}

function skipVerdict(
  submission: SubmissionRow,
  hashes: Uint32Array,
  query: Uint32Array,
): SkipVerdict | undefined {
  const { mbid, meta, puid } = submission;
  if (mbid === null && puid === null && meta === null) return 'skipped:no_data';
  if (new Set(hashes).size < UNIQUE_HASHES_MIN) return 'skipped:too_few_hashes';
  return query.length === 0 ? 'skipped:empty_query' : undefined;
}

function skipped(verdict: SkipVerdict): SubmissionResult {
  return { verdict, fingerprint_id: null, track_id: null, meta_id: null, meta_gid: null };
}

async function decideAmong(
  transaction: Queryable,
  ids: readonly number[],
  hashes: Uint32Array,
  lengthSeconds: number,
): Promise<Decision> {
  const candidates = await listCandidates(
    transaction,
    ids,
    lengthSeconds,
    LENGTH_TOLERANCE_SECONDS,
  );
  const matches = bestMatches(score(hashes, candidates));
  if (matches.length === 0) return { kind: 'new_track' };
  const trackIds = matches.map(({ trackId }) => trackId);
  const beside = await listTrackFingerprints(transaction, trackIds);
  return decide(matches, score(hashes, beside), lengthSeconds);
}

function score(hashes: Uint32Array, candidates: readonly Candidate[]): ScoredFingerprint[] {
  const vectors = candidates.map((candidate) => candidate.hashes);
  const scores = compareMany(hashes, vectors, OFFSET_MAX);
  return candidates.map(({ id, length, track_id }, at) => ({
    id,
    trackId: track_id,
    lengthSeconds: length,
    score: scores[at] ?? 0,
  }));
}

async function write(
  transaction: Queryable,
  { hashes, source, submission }: Import,
  decision: Decision,
): Promise<SubmissionResult> {
  const sourceId = await upsertSource(transaction, {
    ...source,
    version: submission.application_version,
  });
  const { format } = submission;
  // As upstream, also when the fingerprint is known: the format is then merely remembered.
  const formatId = format === null ? null : await upsertFormat(transaction, format);
  const { id, track_id } =
    decision.kind === 'merged_fingerprint'
      ? { id: decision.fingerprintId, track_id: decision.trackId }
      : await insertFingerprint(transaction, {
          trackId: decision.kind === 'joined_track' ? decision.trackId : undefined,
          hashes,
          lengthSeconds: submission.length,
          bitrate: submission.bitrate,
          formatId,
        });
  await insertFingerprintSource(transaction, id, sourceId, submission.id);
  const meta = await link(transaction, submission, track_id, {
    sourceId,
    submissionId: submission.id,
  });
  return { verdict: decision.kind, fingerprint_id: id, track_id, ...meta };
}

async function link(
  transaction: Queryable,
  submission: SubmissionRow,
  trackId: number,
  provenance: Provenance,
): Promise<{ meta_id: number | null; meta_gid: string | null }> {
  const { foreignid, mbid, meta, puid } = submission;
  if (mbid !== null) await linkMbid(transaction, trackId, mbid, provenance);
  if (puid !== null) await linkPuid(transaction, trackId, puid, provenance);
  if (foreignid !== null) {
    const id = await upsertForeignId(transaction, foreignid);
    await linkForeignId(transaction, trackId, id, provenance);
  }
  if (meta === null) return { meta_id: null, meta_gid: null };
  const clean = cleanMeta(meta);
  const meta_gid = metaGid(clean);
  const meta_id = await upsertMeta(transaction, meta_gid, clean);
  await linkMeta(transaction, trackId, meta_id, provenance);
  return { meta_id, meta_gid };
}
