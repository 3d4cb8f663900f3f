import { z } from 'zod';
import { listAccountNames } from '../../account/account-name-queries.ts';
import { listApplicationNames } from '../../application/application-admin.ts';
import type { Context } from '../../context.ts';
import { loadImportedTracks } from '../../submission/status.ts';
import {
  countUnhandled,
  findSubmissionDetail,
  listSubmissions,
  retryParked,
} from '../../submission/submission-list-queries.ts';
import type {
  ListedSubmission,
  SubmissionDetail,
} from '../../submission/submission-list-queries.ts';
import { AdminError } from './admin-error.ts';
import { adminPart } from './admin-api.ts';
import type { AdminPart, Handlers } from './admin-api.ts';
import { SUBMISSION_COUNT_MAX, submissionsContract } from './contract/submissions.ts';
import { readCursor, toPage } from './cursor.ts';
import { pathId } from './path-id.ts';

/** Submissions: what became of each, and another try for those that failed. */
export function submissionsPart(context: Context): AdminPart {
  const ingest = context.databases.ingest.pool;
  const handlers: Handlers<typeof submissionsContract> = {
    'GET /submissions': async ({ query }) => {
      const { account, application, cursor, id, limit, mbid, state, verdict } = query;
      const filters = { state, verdict, accountId: account, applicationId: application, mbid, id };
      const before = readCursor(z.int().positive(), cursor);
      const found = await listSubmissions(ingest, filters, { before, limit: limit + 1 });
      const { next, rows } = toPage(found, limit, ({ id: last }) => last);
      return { next, rows: await describe(context, rows) };
    },
    'GET /submission-counts': () => countUnhandled(ingest, SUBMISSION_COUNT_MAX),
    'GET /submissions/:id': async ({ params }) => {
      const id = pathId(params.id);
      const page = { before: undefined, limit: 1 };
      const [found] = await listSubmissions(ingest, { id }, page);
      if (!found) throw new AdminError('not_found', 'there is no such submission');
      const [described] = await describe(context, [found]);
      if (!described) throw new Error('a submission was not described');
      const { foreignid, meta_id, puid } = found;
      const detail = await findSubmissionDetail(ingest, id);
      return { ...described, puid, foreignId: foreignid, metaId: meta_id, detail: shown(detail) };
    },
    'POST /submissions/retry': async () => {
      const ids = await retryParked(ingest);
      context.submissions.announce(ids);
      const { parked } = await countUnhandled(ingest, 1);
      return { retried: ids.length, isMore: parked > 0 };
    },
    'POST /submissions/:id/retry': async ({ params }) => {
      const ids = await retryParked(ingest, pathId(params.id));
      if (ids.length === 0) throw new AdminError('conflict', 'this submission is not parked');
      context.submissions.announce(ids);
    },
  };
  return adminPart(submissionsContract, handlers);
}

/** Rows of a list, with the names of who sent them and the tracks they are on now. */
async function describe({ databases }: Context, submissions: readonly ListedSubmission[]) {
  const app = databases.app.pool;
  const [accounts, applications, tracks] = await Promise.all([
    listAccountNames(
      app,
      submissions.flatMap(({ account_id }) => account_id ?? []),
    ),
    listApplicationNames(
      app,
      submissions.flatMap(({ application_id }) => application_id ?? []),
    ),
    loadImportedTracks(
      { ingest: databases.ingest.pool, fingerprint: databases.fingerprint.pool },
      submissions.flatMap(({ fingerprint_id, id }) => (fingerprint_id === null ? [] : id)),
    ),
  ]);
  return submissions.map((submission) => ({
    id: submission.id,
    state: submission.state,
    verdict: submission.verdict,
    created: submission.created,
    handled: submission.handled_at,
    account: named(submission.account_id, accounts),
    application: named(submission.application_id, applications),
    applicationVersion: submission.application_version,
    mbid: submission.mbid,
    track: tracks.get(submission.id) ?? null,
    fingerprint: submission.fingerprint_id,
    attempts: submission.attempts,
    error: submission.error,
  }));
}

function named(id: number | null, names: ReadonlyMap<number, string>) {
  const name = names.get(id ?? 0);
  return id === null || name === undefined ? null : { id, name };
}

function shown(detail: SubmissionDetail | undefined) {
  if (!detail) return null;
  const { bitrate, format, hash_count, length, meta } = detail;
  return { lengthSeconds: length, bitrate, format, hashes: hash_count, meta };
}
