import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startService } from '../../e2e/harness/service.ts';
import type { TestService } from '../../e2e/harness/service.ts';
import {
  degraded,
  fingerprintText,
  syntheticHashes,
} from '../../e2e/harness/synthetic-fingerprint.ts';

const MBID = '11111111-2222-4333-8444-555555555555';

let service: TestService;

beforeAll(async () => {
  service = await startService();
});

afterAll(async () => {
  await service[Symbol.asyncDispose]();
});

async function verdictsOf(ids: readonly number[]): Promise<string[]> {
  const { rows } = await service.context.databases.ingest.pool.query<{ verdict: string }>(
    `select verdict from submission_result where submission_id = any($1) order by submission_id`,
    [ids],
  );
  return rows.map(({ verdict }) => verdict);
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('it did not come about in 20 s');
    await delay(25);
  }
}

async function untilHandled(ids: readonly number[]): Promise<void> {
  await until(async () => {
    const { rows } = await service.context.databases.ingest.pool.query(
      'select from submission where id = any($1) and not handled',
      [ids],
    );
    return rows.length === 0;
  });
}

test('what is imported is found by the next lookup', async () => {
  const hashes = syntheticHashes(1);
  const ids = await service.api.submit({
    'fingerprint.0': fingerprintText(hashes),
    'duration.0': 200,
    'mbid.0': MBID,
    'track.0': 'A title',
    'fileformat.0': 'MP3',
    'foreignid.0': 'vendor:42',
    'puid.0': MBID,
  });
  const [gid] = await service.api.untilImported(ids);
  const results = await service.api.lookup({
    fingerprint: fingerprintText(degraded(hashes, 5)),
    duration: 203,
    meta: 'recordingids',
  });
  expect(results).toEqual([
    { id: gid, score: expect.any(Number) as number, recordings: [{ id: MBID }] },
  ]);
  expect(results[0]?.score).toBeGreaterThan(0.9);
});

test('a like recording joins the track, the same one counts, another founds its own', async () => {
  const hashes = syntheticHashes(2);
  const submit = async (each: Uint32Array, seconds = 180): Promise<number> => {
    const ids = await service.api.submit({
      'fingerprint.0': fingerprintText(each),
      'duration.0': seconds,
      'mbid.0': MBID,
    });
    await service.api.untilImported(ids);
    return ids[0] ?? 0;
  };
  const ids = [
    await submit(hashes),
    await submit(hashes),
    await submit(hashes.map((hash, at) => (at % 2 === 0 ? (hash ^ 0x13) >>> 0 : hash))),
    await submit(hashes, 200),
    await submit(syntheticHashes(3)),
  ];
  expect(await verdictsOf(ids)).toEqual([
    'new_track',
    'merged_fingerprint',
    'joined_track',
    'new_track',
    'new_track',
  ]);
  const { rows } = await service.context.databases.fingerprint.pool.query(
    `select f.submission_count, m.submission_count as links
     from fingerprint_source s join fingerprint f on f.id = s.fingerprint_id
     join track_mbid m on m.track_id = f.track_id where s.submission_id = $1`,
    [ids[0]],
  );
  expect(rows).toEqual([{ submission_count: 2, links: 3 }]);
});

test('what says too little is skipped, and the stored verdict says why', async () => {
  const ids = await service.api.submit({
    'fingerprint.0': fingerprintText(syntheticHashes(4, 79)),
    'duration.0': 12,
    'mbid.0': MBID,
    'fingerprint.1': fingerprintText(new Uint32Array(200).fill(627_964_279)),
    'duration.1': 30,
    'mbid.1': MBID,
  });
  await untilHandled(ids);
  expect(await verdictsOf(ids)).toEqual(['skipped:too_few_hashes', 'skipped:too_few_hashes']);
  expect((await service.api.status(ids)).map(({ status }) => status)).toEqual([
    'pending',
    'pending',
  ]);
});

test('a batch of twenty copies of a new recording makes one track', async () => {
  const fields: Record<string, string | number> = {};
  for (let at = 0; at < 20; at += 1) {
    fields[`fingerprint.${at}`] = fingerprintText(degraded(syntheticHashes(5), 10 + at));
    fields[`duration.${at}`] = 150;
    fields[`mbid.${at}`] = MBID;
  }
  const ids = await service.api.submit(fields);
  expect(ids).toHaveLength(20);
  expect(new Set(await service.api.untilImported(ids)).size).toBe(1);
});

test('a submission that cannot be stored is parked with its error and blocks nobody', async () => {
  const { ingest } = service.context.databases;
  // No submit lets this foreign id through: it is too long for the index that keeps them unique.
  const { rows } = await ingest.pool.query<{ id: number }>(
    `with bad as (
       insert into submission (fingerprint, length, mbid, foreignid, account_id, application_id)
       select array(select g * 7919 from generate_series(1, 300) g), 100, $1::uuid,
         'vendor:' || (select string_agg(md5(g::text), '') from generate_series(1, 300) g), 1, 1
       returning id
     ), queued as (insert into pending_submission (id) select id from bad)
     select id from bad`,
    [MBID],
  );
  const bad = rows[0]?.id ?? 0;
  service.context.submissions.announce([bad]);
  const good = await service.api.submit({
    'fingerprint.0': fingerprintText(syntheticHashes(6)),
    'duration.0': 100,
    'mbid.0': MBID,
  });
  await service.api.untilImported(good);
  await until(async () => {
    const pending = await ingest.pool.query('select from pending_submission where id = $1', [bad]);
    return pending.rowCount === 0;
  });
  const parked = await ingest.pool.query(
    'select handled, attempts, error from submission where id = $1',
    [bad],
  );
  expect(parked.rows).toEqual([
    { handled: false, attempts: 5, error: expect.stringContaining('index row requires') as string },
  ]);
});

test('a crash between the two commits is repaired by importing again, with the same result', async () => {
  const { fingerprint, ingest } = service.context.databases;
  const results = async (): Promise<unknown[]> => {
    const { rows } = await ingest.pool.query(
      `select submission_id, verdict, fingerprint_id, track_id, meta_id, meta_gid
       from submission_result order by submission_id`,
    );
    return rows;
  };
  const counts = async (): Promise<unknown> => {
    const { rows } = await fingerprint.pool.query(
      `select (select sum(submission_count) from fingerprint) as fingerprints,
         (select sum(submission_count) from track_mbid) as links,
         (select count(*) from track_meta_source) as metas, (select count(*) from track) as tracks`,
    );
    return rows[0];
  };
  const before = [await results(), await counts()];
  expect(before[0]).not.toHaveLength(0);
  // As if the process had died after the fingerprint database's commit, before the other's.
  await ingest.pool.query(
    `with lost as (delete from submission_result returning submission_id),
       undone as (
         update submission set handled = false from lost where id = submission_id
       )
     insert into pending_submission (id) select submission_id from lost`,
  );
  service.context.onMissedAnnouncement();
  await until(async () => {
    const { rowCount } = await ingest.pool.query('select from pending_submission');
    return rowCount === 0;
  });
  expect([await results(), await counts()]).toEqual(before);
});

test('without NATS submissions are accepted and imported, and the stop is not held up', async () => {
  await using alone = await startService({ settings: { 'nats.url': 'nats://127.0.0.1:9' } });
  const ids = await alone.api.submit({
    'fingerprint.0': fingerprintText(syntheticHashes(7)),
    'duration.0': 100,
    'mbid.0': MBID,
  });
  expect(await alone.api.untilImported(ids)).toHaveLength(1);
});

test('an index that lost its data is filled again from the changelog', async () => {
  const hashes = syntheticHashes(1);
  const before = await service.api.lookup({ fingerprint: fingerprintText(hashes), duration: 200 });
  expect(before).toHaveLength(1);
  await fetch(`${service.engine.url}/main`, { method: 'DELETE' });
  await until(async () => {
    const answer = await service.api.post('/v2/lookup', {
      fingerprint: fingerprintText(hashes),
      duration: 200,
    });
    return answer.status === 200 && answer.text.includes(before[0]?.id ?? 'a track');
  });
});
