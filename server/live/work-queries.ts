/** How much there is, and how much of it waits. Cheap enough for every few seconds at any size. */
import type { Databases } from '../db/databases.ts';
import type { Queryable } from '../db/queryable.ts';
import { readChangelogReach } from '../index/changelog-queries.ts';
import { POSITION_KEY } from '../index/updater.ts';
import type { IndexClient } from '../index/client.ts';
import { IMPORT_ATTEMPTS_MAX } from '../submission/submission-queries.ts';
import { countTasks } from '../tasks/task-queries.ts';

/** Beyond this many nobody cares for the exact number. */
const COUNTED_MAX = 100_000;

export interface Queues {
  /** Submissions that wait to be imported, and those set aside; at most `COUNTED_MAX`. */
  readonly pending: number;
  readonly parked: number;
  readonly tasksQueued: number;
  readonly tasksRunning: number;
  readonly tasksDead: number;
}

export interface Corpus {
  readonly tracks: number;
  readonly fingerprints: number;
  readonly mbids: number;
}

export interface IndexReport {
  readonly documents: number;
  readonly segments: number;
  readonly generation: number;
  readonly version: number;
  /** Changes of the database that the index does not hold yet. */
  readonly behind: number;
}

export async function readQueues({ app, ingest }: Databases): Promise<Queues> {
  const [{ counts }, submissions] = await Promise.all([
    countTasks(app.pool),
    ingest.pool.query<{ pending: number; parked: number }>({
      name: 'count-waiting-submissions',
      text: `
        select
          (select count(*) from (select from pending_submission limit $1) p)::float8 as pending,
          (select count(*) from (
            select from submission where not handled and attempts >= $2 limit $1) s)::float8 as parked`,
      values: [COUNTED_MAX, IMPORT_ATTEMPTS_MAX],
    }),
  ]);
  const { parked = 0, pending = 0 } = submissions.rows[0] ?? {};
  return {
    pending,
    parked,
    tasksQueued: counts.queued,
    tasksRunning: counts.running,
    tasksDead: counts.dead,
  };
}

/** Small tables are counted; of large ones PostgreSQL's own estimate is near enough. */
export async function readCorpus(fingerprint: Queryable): Promise<Corpus> {
  const [tracks, fingerprints, mbids] = await Promise.all(
    (['track', 'fingerprint', 'track_mbid'] as const).map((table) => countRows(fingerprint, table)),
  );
  return { tracks: tracks ?? 0, fingerprints: fingerprints ?? 0, mbids: mbids ?? 0 };
}

async function countRows(
  fingerprint: Queryable,
  table: 'track' | 'fingerprint' | 'track_mbid',
): Promise<number> {
  const { rows } = await fingerprint.query<{ counted: number; estimate: number }>(
    `select (select count(*) from (select from ${table} limit ${COUNTED_MAX}) t)::float8 as counted,
       (select reltuples::float8 from pg_class where oid = '${table}'::regclass) as estimate`,
  );
  const { counted = 0, estimate = 0 } = rows[0] ?? {};
  return counted < COUNTED_MAX ? counted : Math.max(counted, estimate);
}

/** How the index is; `undefined` when there is none yet. */
export async function readIndexReport(
  fingerprint: Queryable,
  index: IndexClient,
): Promise<IndexReport | undefined> {
  const [state, { newest }] = await Promise.all([
    index.findState(),
    readChangelogReach(fingerprint),
  ]);
  if (!state) return undefined;
  const { documents, generation, metadata, segments, version } = state;
  const position = Number(metadata[POSITION_KEY] ?? 0);
  return { documents, generation, segments, version, behind: Math.max(0, newest - position) };
}

/** The day the MusicBrainz data is of; null when there is none. */
export async function findMusicbrainzDate(musicbrainz: Queryable): Promise<Date | null> {
  const { rows } = await musicbrainz.query<{ date: Date | null }>(
    'select max(last_replication_date) as date from musicbrainz.replication_control',
  );
  return rows[0]?.date ?? null;
}
