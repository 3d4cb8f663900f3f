/** Tasks that no recording covers: clean-ups, the view of tracks, MBIDs, other nodes. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startService } from '../../e2e/harness/service.ts';
import type { TestService } from '../../e2e/harness/service.ts';
import { resolveConfig } from '../config/config.ts';
import { listJobs } from '../jobs/job-queries.ts';
import { flushAllCounters, flushPartsOf } from '../stats/flush-counters.ts';
import { SUSPICION_KINDS } from '../suspicion/finding.ts';
import { MissingMbidTasks } from './missing-mbid-tasks.ts';
import { listTasks } from './task-queries.ts';
import { TASK_KINDS } from './task-table.ts';

const MBID = '11111111-2222-4333-8444-555555555555';
const never = new AbortController().signal;

let service: TestService;

beforeAll(async () => {
  service = await startService({ roles: ['api'], settings: { 'cluster.secret': 'secret' } });
});

afterAll(async () => {
  await service[Symbol.asyncDispose]();
});

async function runTask(name: string, args: unknown = {}): Promise<void> {
  const kind = TASK_KINDS[name];
  if (!kind) throw new Error(`there is no task ${name}`);
  await kind.run(service.context, kind.parse(args), never);
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('it did not come about in 20 s');
    await delay(20);
  }
}

/** Column `id` of a query, in order. */
async function idsOf(database: 'app' | 'fingerprint' | 'ingest', sql: string): Promise<unknown[]> {
  const { rows } = await service.context.databases[database].pool.query<{ id: unknown }>(sql);
  return rows.map(({ id }) => id);
}

test('submissions handled a month ago go, their results and all others stay', async () => {
  const { pool } = service.context.databases.ingest;
  await pool.query(
    `insert into submission (id, fingerprint, length, handled, handled_at, created) values
       (1, '{1}', 1, true, now() - interval '31 days', now() - interval '40 days'),
       (2, '{1}', 1, true, now() - interval '29 days', now() - interval '40 days'),
       (3, '{1}', 1, false, null, now() - interval '400 days')`,
  );
  await pool.query('insert into submission_result (submission_id) values (1)');
  await runTask('delete_handled_submissions');
  expect(await idsOf('ingest', 'select id from submission order by id')).toEqual([2, 3]);
  expect(await idsOf('ingest', 'select submission_id as id from submission_result')).toEqual([1]);
});

test('metadata and disabled tracks that nothing refers to go, those in use and merged ones stay', async () => {
  const { pool } = service.context.databases.fingerprint;
  await pool.query(
    `insert into track (id, gid, disabled, new_id, created) values
       (1, gen_random_uuid(), false, null, '2020-01-01'), (2, gen_random_uuid(), true, null, '2020-01-01'),
       (3, gen_random_uuid(), true, 1, '2020-01-01'), (4, gen_random_uuid(), true, null, '2020-01-01'),
       (5, gen_random_uuid(), true, null, now())`,
  );
  await pool.query(`insert into track_mbid (track_id, mbid) values (4, $1)`, [MBID]);
  await pool.query(
    `insert into meta (id, track, created) values
       (1, 'orphan', '2020-01-01'), (2, 'used', '2020-01-01'), (3, 'fresh', now())`,
  );
  await pool.query('insert into track_meta (track_id, meta_id) values (1, 2)');
  await runTask('delete_unreferenced_tracks');
  await runTask('delete_orphaned_metas');
  expect(await idsOf('fingerprint', 'select id from track order by id')).toEqual([1, 3, 4, 5]);
  expect(await idsOf('fingerprint', 'select id from meta order by id')).toEqual([2, 3]);
  await runTask('refresh_track_stats');
  const refreshed = 'select track_id as id from track_stats where mbid_count = 1';
  expect(await idsOf('fingerprint', refreshed)).toEqual([4]);
});

test('old user agents, expired sessions, old jobs and forgotten failures go', async () => {
  const { pool } = service.context.databases.app;
  await pool.query(
    `insert into stats_user_agents (date, application_id, user_agent, ip, count) values
       (current_date - 91, 1, 'old', '::1', 1), (current_date - 89, 1, 'young', '::1', 1)`,
  );
  await pool.query(
    `insert into session (token_hash, account_id, expires) values
       (sha256('a'), 1, now() - interval '1 second'), (sha256('b'), 1, now() + interval '1 day')`,
  );
  await pool.query(
    `insert into job (id, kind, state, finished) values
       (101, 'backup', 'done', now() - interval '91 days'), (102, 'backup', 'done', now()),
       (103, 'backup', 'paused', null)`,
  );
  await pool.query(
    `insert into task (name, args, key, state, started) values
       ('x', '{}', 'x', 'dead', now() - interval '91 days'), ('y', '{}', 'y', 'dead', now())`,
  );
  await pool.query(
    `insert into counter_flush (id, created) values
       ('old', now() - interval '2 days'), ('under way', now() - interval '2 days'),
       ('foreign:1', now() - interval '2 days'), ('foreign:2', now() - interval '31 days'),
       ('new', now())`,
  );
  await service.context.redis.sadd('flushing:ua:1f', 'under way');
  for (const name of ['delete_old_user_agents', 'delete_expired_sessions', 'delete_old_work']) {
    await runTask(name);
  }
  expect(await idsOf('app', 'select user_agent as id from stats_user_agents')).toEqual(['young']);
  expect(await idsOf('app', 'select count(*)::int as id from session')).toEqual([1]);
  expect(await idsOf('app', 'select id from job order by id')).toEqual([102, 103]);
  expect(await idsOf('app', 'select key as id from task')).toEqual(['y']);
  const flushes = await idsOf('app', 'select id from counter_flush order by id');
  expect(flushes).toEqual(['foreign:1', 'new', 'under way']);
  await service.context.redis.del('flushing:ua:1f');
  await pool.query('delete from job; delete from task');
});

test('a scheduled backup is a job, one at a time', async () => {
  const { pool } = service.context.databases.app;
  await runTask('start_backup');
  await runTask('start_backup');
  expect(await listJobs(pool, { limit: 10 })).toMatchObject([
    { kind: 'backup', state: 'queued', params: { verify: 'restore', prune: true } },
  ]);
  await pool.query('delete from job');
});

test('linked MBIDs that lookups did not find are looked into once, if there is a MusicBrainz', async () => {
  const { context } = service;
  const { app, musicbrainz } = context.databases;
  const queued = async (): Promise<string[]> => {
    const tasks = await listTasks(app.pool, { limit: 10 });
    return tasks.map(({ key }) => key);
  };
  await using tasks = new MissingMbidTasks({ ...context, now: () => 0 });
  tasks.start();
  await musicbrainz.pool.query(
    `insert into musicbrainz.artist_credit (id, name, artist_count) values (1, 'A', 1)`,
  );
  await musicbrainz.pool.query(
    `insert into musicbrainz.recording (id, gid, name, artist_credit)
     values (1, gen_random_uuid(), 'A', 1)`,
  );
  context.missingMbids.note([MBID, MBID]);
  await until(async () => (await queued()).length > 0);
  expect(await queued()).toEqual([`merge_missing_mbid {"mbid": "${MBID}"}`]);
});

test('counts of another node reach the master once, however often they are sent', async () => {
  const { context } = service;
  const config = resolveConfig({
    flags: {
      'cluster.role': 'slave',
      'cluster.secret': 'secret',
      'cluster.base_master_url': service.api.url,
    },
  });
  const { redis } = context;
  await context.databases.app.pool.query('delete from stats_user_agents');
  const parts = flushPartsOf({ ...context, config });
  const { target } = parts;
  const unanswered = {
    ...parts,
    target: {
      ...target,
      addLookups: async (...args: Parameters<typeof target.addLookups>): Promise<never> => {
        await target.addLookups(...args);
        throw new Error('the answer was lost');
      },
    },
  };
  await redis.hset('lookups:00', {
    '2026-11-20:1:1:hit': 5,
    '2026-11-20:1:1:miss': 2,
    '2026-11-20:1:999:hit': 1,
  });
  await redis.hset('ua:00', { '2026-11-20:1:Foo%2F1:1.2.3.4': 3 });
  await expect(flushAllCounters(unanswered)).rejects.toThrow('the answer was lost');
  await flushAllCounters(parts);
  const { rows } = await context.databases.app.pool.query(
    `select l.count_hits, l.count_misses, u.user_agent, u.count
     from stats_lookups l, stats_user_agents u`,
  );
  expect(rows).toEqual([{ count_hits: 5, count_misses: 2, user_agent: 'Foo/1', count: 3 }]);
  expect(await redis.keys('flushing:*')).toEqual([]);
});

test('suspicions of every kind are looked for, and how far is remembered', async () => {
  await runTask('refresh_suspicions');
  const kinds = await idsOf('fingerprint', 'select kind as id from suspicion_cursor order by kind');
  expect(kinds).toEqual([...SUSPICION_KINDS].sort());
});
