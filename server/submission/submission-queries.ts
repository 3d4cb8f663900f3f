import { intArrayBytes } from '../db/int-array.ts';
import type { Queryable } from '../db/queryable.ts';
import type { NewSubmission, SubmittedMeta, Submitter } from './submission.ts';

/** A submission as the importer reads it. */
export interface SubmissionRow {
  readonly id: number;
  /** The hashes in the database's binary form. */
  readonly fingerprint: Buffer;
  readonly length: number;
  readonly bitrate: number | null;
  readonly format: string | null;
  readonly mbid: string | null;
  readonly puid: string | null;
  readonly foreignid: string | null;
  readonly meta: SubmittedMeta | null;
  readonly account_id: number | null;
  readonly application_id: number | null;
  readonly application_version: string | null;
  readonly attempts: number;
}

/** Why a submission was or was not imported; kept with its result for ever. */
export type Verdict =
  | 'new_track'
  | 'joined_track'
  | 'merged_fingerprint'
  | `skipped:${'no_data' | 'too_few_hashes' | 'empty_query' | 'unknown_source'}`;

/** What an import made of a submission. */
export interface SubmissionResult {
  readonly verdict: Verdict;
  readonly fingerprint_id: number | null;
  readonly track_id: number | null;
  readonly meta_id: number | null;
  readonly meta_gid: string | null;
}

const COLUMNS_PER_SUBMISSION = 9;
/** Failed imports after which a submission is parked until a person retries it. */
export const IMPORT_ATTEMPTS_MAX = 5;

/** Inserts submissions with their place in the queue, in one statement; ids in the given order. */
export async function insertSubmissions(
  ingest: Queryable,
  submitter: Submitter,
  submissions: readonly NewSubmission[],
): Promise<number[]> {
  const values: unknown[] = [
    submitter.accountId,
    submitter.applicationId,
    submitter.applicationVersion ?? null,
  ];
  const rows = submissions.map((submission, at) => {
    values.push(...insertedValues(submission), at);
    const first = values.length - COLUMNS_PER_SUBMISSION;
    const place = (column: number): string => `$${first + column}`;
    return (
      `(${place(1)}::int[], ${place(2)}::int2, ${place(3)}::int2, ${place(4)}::text, ` +
      `${place(5)}::uuid, ${place(6)}::uuid, ${place(7)}::text, ${place(8)}::jsonb, ` +
      `${place(9)}::int)`
    );
  });
  const { rows: inserted } = await ingest.query<{ id: number }>(
    `with new as (
       insert into submission (fingerprint, length, bitrate, format, mbid, puid, foreignid, meta,
         account_id, application_id, application_version)
       select fingerprint, length, bitrate, format, mbid, puid, foreignid, meta, $1::int, $2::int,
         $3::text
       from (values ${rows.join(', ')})
         as v (fingerprint, length, bitrate, format, mbid, puid, foreignid, meta, place)
       order by place
       returning id
     ), queued as (
       insert into pending_submission (id) select id from new
     )
     select id from new order by id`,
    values,
  );
  return inserted.map(({ id }) => id);
}

function insertedValues(submission: NewSubmission): unknown[] {
  const { bitrate, durationSeconds, foreignId, format, hashes, mbid, meta, puid } = submission;
  return [
    intArrayBytes(hashes),
    durationSeconds,
    bitrate ?? null,
    format ?? null,
    mbid ?? null,
    puid ?? null,
    foreignId ?? null,
    meta ? JSON.stringify(meta) : null,
  ];
}

/**
 * Claims pending submissions of these ids until the transaction ends; those that another worker
 * holds, and those handled meanwhile, are left out.
 */
export async function claimPendingSubmissions(
  ingest: Queryable,
  ids: readonly number[],
): Promise<SubmissionRow[]> {
  const { rows } = await ingest.query<SubmissionRow>({
    name: 'claim-pending-submissions',
    text: `
      with claimed as (
        select id from pending_submission where id = any($1::int[])
        order by id for update skip locked
      )
      select s.id, array_send(s.fingerprint) as fingerprint, s.length, s.bitrate, s.format, s.mbid, s.puid, s.foreignid,
        s.meta, s.account_id, s.application_id, s.application_version, s.attempts
      from claimed c join submission s on s.id = c.id
      order by s.id`,
    values: [ids],
  });
  return rows;
}

/** Ids of submissions that have waited at least `ageSeconds`, oldest first. */
export async function listPendingIds(
  ingest: Queryable,
  ageSeconds: number,
  limit: number,
): Promise<number[]> {
  const { rows } = await ingest.query<{ id: number }>({
    name: 'list-pending-ids',
    text: `
      select id from pending_submission
      where created <= now() - make_interval(secs => $1)
      order by created, id limit $2`,
    values: [ageSeconds, limit],
  });
  return rows.map(({ id }) => id);
}

/** Marks submissions handled, takes them off the queue and keeps what became of each. */
export async function finishSubmissions(
  ingest: Queryable,
  results: ReadonlyMap<number, SubmissionResult>,
): Promise<void> {
  const outcomes = [...results.values()];
  await ingest.query({
    name: 'finish-submissions',
    text: `
      with outcome as (
        select * from unnest($1::int[], $2::text[], $3::int[], $4::int[], $5::int[], $6::uuid[])
          as o (id, verdict, fingerprint_id, track_id, meta_id, meta_gid)
      ), handled as (
        update submission s set handled = true, handled_at = now(), error = null
        from outcome o where s.id = o.id
      ), dequeued as (
        delete from pending_submission p using outcome o where p.id = o.id
      )
      insert into submission_result (submission_id, created, handled_at, account_id,
        application_id, application_version, mbid, puid, foreignid,
        verdict, fingerprint_id, track_id, meta_id, meta_gid)
      select s.id, s.created, now(), s.account_id, s.application_id, s.application_version,
        s.mbid, s.puid, s.foreignid,
        o.verdict, o.fingerprint_id, o.track_id, o.meta_id, o.meta_gid
      from outcome o join submission s on s.id = o.id
      on conflict (submission_id) do nothing`,
    values: [
      [...results.keys()],
      outcomes.map(({ verdict }) => verdict),
      outcomes.map(({ fingerprint_id }) => fingerprint_id),
      outcomes.map(({ track_id }) => track_id),
      outcomes.map(({ meta_id }) => meta_id),
      outcomes.map(({ meta_gid }) => meta_gid),
    ],
  });
}

/** Records a failed import; past the limit the submission is parked, off the queue but unhandled. */
export async function recordFailedImport(
  ingest: Queryable,
  id: number,
  error: string,
  attemptsMax: number,
): Promise<{ parked: boolean }> {
  const { rows } = await ingest.query<{ parked: boolean }>(
    `with failed as (
       update submission set attempts = attempts + 1, error = $2 where id = $1
       returning id, attempts >= $3 as parked
     ), dequeued as (
       delete from pending_submission p using failed f where p.id = f.id and f.parked
     )
     select parked from failed`,
    [id, error, attemptsMax],
  );
  return { parked: rows[0]?.parked ?? true };
}

/** Fingerprints that submissions produced or confirmed; ids without one are left out. */
export async function listImportedFingerprintIds(
  ingest: Queryable,
  submissionIds: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const { rows } = await ingest.query<{ submission_id: number; fingerprint_id: number }>({
    name: 'list-imported-fingerprint-ids',
    text: `
      select submission_id, fingerprint_id from submission_result
      where submission_id = any($1::int[]) and fingerprint_id is not null`,
    values: [submissionIds],
  });
  return new Map(rows.map((row) => [row.submission_id, row.fingerprint_id]));
}
