/** The ingest database: submissions and what became of them. Kept true by `schema.pg.test.ts`. */
import type { Generated } from 'kysely';
import type { GeneratedTimestamp, Json, Timestamp } from './column.ts';

export interface IngestDatabase {
  submission: SubmissionTable;
  pending_submission: PendingSubmissionTable;
  submission_result: SubmissionResultTable;
  account_submissions: AccountSubmissionsTable;
}

interface SubmissionTable {
  id: Generated<number>;
  fingerprint: number[];
  length: number;
  bitrate: number | null;
  format_id: number | null;
  format: string | null;
  created: GeneratedTimestamp;
  source_id: number | null;
  mbid: string | null;
  puid: string | null;
  foreignid: string | null;
  meta: Json | null;
  meta_id: number | null;
  meta_gid: string | null;
  account_id: number | null;
  application_id: number | null;
  application_version: string | null;
  handled: Generated<boolean>;
  handled_at: Timestamp | null;
  attempts: Generated<number>;
  error: string | null;
}

interface PendingSubmissionTable {
  id: number;
  created: GeneratedTimestamp;
}

interface SubmissionResultTable {
  submission_id: number;
  created: GeneratedTimestamp;
  handled_at: Timestamp | null;
  account_id: number | null;
  application_id: number | null;
  application_version: string | null;
  fingerprint_id: number | null;
  track_id: number | null;
  meta_id: number | null;
  meta_gid: string | null;
  mbid: string | null;
  puid: string | null;
  foreignid: string | null;
  verdict: string | null;
}

interface AccountSubmissionsTable {
  account_id: number;
  count: Generated<number>;
}
