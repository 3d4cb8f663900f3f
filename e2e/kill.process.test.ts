/**
 * `kill -9` of each child at random moments while submissions flow in: it comes back by itself, and
 * whatever was acknowledged is imported exactly once.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabases } from '../server/db/databases.ts';
import { startAppliance } from './harness/appliance.ts';
import type { EmbeddedService, TestAppliance } from './harness/appliance.ts';
import type { ApiClient } from './harness/api-client.ts';
import { firstClient } from './harness/first-keys.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from './harness/temporary-folder.ts';
import { degraded, fingerprintText, syntheticHashes } from './harness/synthetic-fingerprint.ts';

const ROUNDS = 20;
/** Five deaths within two minutes are taken for a fault of the service, so the appliance restarts first. */
const ROUNDS_PER_START = 12;
const VICTIMS: readonly EmbeddedService[] = ['server', 'postgres', 'index', 'nats'];
const KILL_WITHIN_MS = 400;
/** Recordings that are submitted over and over, so that imports join, merge and count. */
const RECORDINGS = 25;
const BATCH = 4;
const IMPORT_DEADLINE_MS = 90_000;

let appliance: TestAppliance;
let client: ApiClient;

let dataDir: string;

beforeAll(async () => {
  dataDir = await makeTemporaryFolder('kill');
  await start();
});

afterAll(async () => {
  await appliance[Symbol.asyncDispose]();
  removeTemporaryFolder(dataDir);
});

async function start(): Promise<void> {
  appliance = await startAppliance({ dataDir });
  client = await firstClient(appliance);
}

/** Submits until told to stop; remembers what was acknowledged, and how else it was answered. */
async function keepSubmitting(
  acknowledged: number[],
  refusals: Set<string>,
  stop: AbortSignal,
): Promise<void> {
  for (let turn = 0; !stop.aborted; turn += 1) {
    const fields: Record<string, string | number> = {};
    for (let member = 0; member < BATCH; member += 1) {
      const recording = (turn * BATCH + member) % RECORDINGS;
      const copy = degraded(syntheticHashes(100 + recording), 7 + (turn % 11));
      fields[`fingerprint.${member}`] = fingerprintText(copy);
      fields[`duration.${member}`] = 100 + recording * 20;
      fields[`mbid.${member}`] = mbidOf(recording);
    }
    try {
      acknowledged.push(...(await client.submit(fields)));
    } catch (error) {
      // Refused or cut off: not acknowledged, so nothing is promised. Not too fast again.
      refusals.add(error instanceof Error ? error.message : String(error));
      await delay(20);
    }
  }
}

function mbidOf(recording: number): string {
  return `00000000-0000-4000-8000-${String(recording).padStart(12, '0')}`;
}

test(`${ROUNDS} kills at random moments lose nothing and double nothing`, async () => {
  const acknowledged: number[] = [];
  const stop = new AbortController();
  const refusals = new Set<string>();
  const submitting = keepSubmitting(acknowledged, refusals, stop.signal);
  for (let round = 0; round < ROUNDS; round += 1) {
    if (round > 0 && round % ROUNDS_PER_START === 0) {
      await appliance.stop();
      await start();
    }
    const victim = VICTIMS[round % VICTIMS.length] ?? 'server';
    const before = acknowledged.length;
    await delay(Math.random() * KILL_WITHIN_MS);
    const pid = await appliance.kill(victim);
    await appliance.untilBack(victim, pid);
    // Each round proves that the service took submissions again.
    await expect
      .poll(() => acknowledged.length, { timeout: 30_000, message: `after ${victim}` })
      .toBeGreaterThan(before);
  }
  stop.abort();
  await submitting;
  expect(acknowledged.length).toBeGreaterThan(ROUNDS * BATCH);
  // A part that is missing is said to be missing; it is nobody's internal error.
  const answers = [...refusals].filter((message) => message.startsWith('the API answered'));
  expect(answers.filter((message) => !message.includes('answered 503'))).toEqual([]);
  await untilImported(acknowledged);
  await expectExactlyOnce(acknowledged);
  await expectFound();
}, 300_000);

async function untilImported(ids: readonly number[]): Promise<void> {
  const deadline = Date.now() + IMPORT_DEADLINE_MS;
  for (let at = 0; at < ids.length; at += 200) {
    const page = ids.slice(at, at + 200);
    for (;;) {
      const states = await client.status(page).catch(() => []);
      const pending = states.filter(({ status }) => status === 'pending');
      if (states.length === page.length && pending.length === 0) break;
      if (Date.now() > deadline) throw new Error(`never imported: ${JSON.stringify(pending)}`);
      await delay(100);
    }
  }
}

/** Counts in the database itself, over what was acknowledged and what was merely stored. */
async function expectExactlyOnce(acknowledged: readonly number[]): Promise<void> {
  await using databases = openDatabases(appliance.run().postgres);
  const { fingerprint, ingest } = databases;
  const stored = await ingest.pool.query<{ id: number }>('select id from submission order by id');
  const ids = stored.rows.map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining([...new Set(acknowledged)]));
  expect(new Set(acknowledged).size).toBe(acknowledged.length);
  // Stored but never acknowledged: the answer was cut off. It is imported all the same.
  const open = (): Promise<number> =>
    ingest.pool.query('select from pending_submission').then(({ rowCount }) => rowCount ?? 0);
  await expect.poll(open, { timeout: IMPORT_DEADLINE_MS }).toBe(0);
  const { rows } = await fingerprint.pool.query(
    `select
       (select array_agg(submission_id order by submission_id) from fingerprint_source) as sources,
       (select array_agg(submission_id order by submission_id) from track_mbid_source) as links,
       (select sum(submission_count)::int from fingerprint) as fingerprint_count,
       (select sum(submission_count)::int from track_mbid) as link_count,
       (select count(*)::int from track) as tracks,
       (select count(*)::int from track_mbid) as track_mbids`,
  );
  expect(rows[0]).toEqual({
    sources: ids,
    links: ids,
    fingerprint_count: ids.length,
    link_count: ids.length,
    tracks: RECORDINGS,
    track_mbids: RECORDINGS,
  });
}

async function expectFound(): Promise<void> {
  for (let recording = 0; recording < RECORDINGS; recording += 1) {
    const [best] = await client.lookup({
      fingerprint: fingerprintText(syntheticHashes(100 + recording)),
      duration: 100 + recording * 20,
      meta: 'recordingids',
    });
    expect(best?.recordings).toEqual([{ id: mbidOf(recording) }]);
  }
}
