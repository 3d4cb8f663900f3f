/**
 * Thousands of submissions with duplicates and conflicts flow in while every process is killed at
 * random moments; at the end all rows are those of a run that nobody disturbed, counts included.
 * Takes about a minute and a half on two quiet cores, most of it restarts.
 *
 * `ACOUSTID_KILL_SUBMISSIONS` and `ACOUSTID_KILL_SEED` choose another size and other moments.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabases } from '../server/db/databases.ts';
import { decodeFingerprint } from '../server/fingerprint/codec.ts';
import type { RunFile } from '../server/config/run-file.ts';
import type { ApiClient } from './harness/api-client.ts';
import { startAppliance } from './harness/appliance.ts';
import type { EmbeddedService, TestAppliance } from './harness/appliance.ts';
import { firstClient } from './harness/first-keys.ts';
import { readImportedRows } from './harness/imported-rows.ts';
import { planSubmissions, seededRandom } from './harness/submission-plan.ts';
import type { PlannedRequest } from './harness/submission-plan.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from './harness/temporary-folder.ts';

const SUBMISSIONS = Number(process.env['ACOUSTID_KILL_SUBMISSIONS'] ?? 5000);
const SEED = Number(process.env['ACOUSTID_KILL_SEED'] ?? 1);
const KILLS = 24;
/** Five deaths within two minutes are a fault of the service, so the appliance restarts first. */
const KILLS_PER_START = 16;
/** The server imports, so it stands for the worker too. */
const VICTIMS: readonly EmbeddedService[] = ['server', 'postgres', 'index', 'nats'];
const KILL_WITHIN_MS = 500;
const CLIENTS = 2;
const RETRY_MS = 50;
const POLL_MS = 100;
const LOOKUPS = 20;
const LIMIT_MS = 120_000;

const random = seededRandom(SEED);
const requests = planSubmissions(SUBMISSIONS, random);

let dataDir: string;
let disturbed: TestAppliance;

beforeAll(async () => {
  dataDir = await makeTemporaryFolder('kills');
  disturbed = await startAppliance({ dataDir });
});

afterAll(async () => {
  await disturbed[Symbol.asyncDispose]();
  removeTemporaryFolder(dataDir);
});

test(`${KILLS} kills among ${SUBMISSIONS} submissions leave the rows of an undisturbed run`, async () => {
  const refusals = await submitUnderKills();
  await untilImported(() => disturbed.run());
  const rows = await readImportedRows(disturbed.run());
  const found = await readIndexed(disturbed.run());
  expect(rows.filter((row) => row.startsWith('track ')).length).toBeGreaterThan(SUBMISSIONS / 10);
  await expectFound(await firstClient(disturbed));
  // A part that is missing is said to be missing; it is nobody's internal error.
  const answers = [...refusals].filter((message) => message.startsWith('the API answered'));
  expect(answers.filter((message) => !message.includes('answered 503'))).toEqual([]);

  await using quiet = await startAppliance();
  const client = await firstClient(quiet);
  for (const request of requests) await submit(client, request);
  await untilImported(() => quiet.run());
  const expected = await readImportedRows(quiet.run());
  expect(rows.filter((row) => !expected.includes(row)).slice(0, 5)).toEqual([]);
  expect(expected.filter((row) => !rows.includes(row)).slice(0, 5)).toEqual([]);
  expect(rows).toHaveLength(expected.length);
  expect(found).toBe(await readIndexed(quiet.run()));
  // All that can become of a submission became of some.
  for (const verdict of ['new_track', 'joined_track', 'merged_fingerprint', 'skipped:too_few']) {
    expect(rows.some((row) => row.startsWith(`submissions ${verdict}`))).toBe(true);
  }
}, 400_000);

/** Each round submits its share and kills one process meanwhile. Returns how requests failed. */
async function submitUnderKills(): Promise<ReadonlySet<string>> {
  const refusals = new Set<string>();
  const share = Math.ceil(requests.length / KILLS);
  for (let round = 0; round < KILLS; round += 1) {
    if (round > 0 && round % KILLS_PER_START === 0) {
      await disturbed.stop();
      disturbed = await startAppliance({ dataDir });
    }
    const client = await firstClient(disturbed);
    const queue = requests.slice(round * share, (round + 1) * share).values();
    const submitting = Array.from({ length: CLIENTS }, async () => {
      for (const request of queue) await submitForCertain(client, request, refusals);
    });
    const victim = VICTIMS[round % VICTIMS.length] ?? 'server';
    await delay(random() * KILL_WITHIN_MS);
    const pid = await disturbed.kill(victim);
    await disturbed.untilBack(victim, pid);
    await Promise.all(submitting);
  }
  return refusals;
}

async function submit(client: ApiClient, { fields, size, version }: PlannedRequest): Promise<void> {
  const ids = await client.submit({ ...fields, clientversion: version });
  expect(ids).toHaveLength(size);
}

/** Submits until it is stored, and not twice: a lost answer may be one to a stored request. */
async function submitForCertain(
  client: ApiClient,
  request: PlannedRequest,
  refusals: Set<string>,
): Promise<void> {
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    try {
      await submit(client, request);
      return;
    } catch (error) {
      refusals.add(error instanceof Error ? error.message : String(error));
      if (Date.now() > deadline) throw error;
    }
    if (await isStored(request, deadline)) return;
  }
}

/** Waits for whoever is writing, so that the answer holds. */
async function isStored({ size, version }: PlannedRequest, deadline: number): Promise<boolean> {
  for (;;) {
    try {
      await using databases = openDatabases(disturbed.run().postgres);
      const client = await databases.ingest.pool.connect();
      try {
        await client.query('begin');
        await client.query('lock table submission in share mode');
        const { rowCount } = await client.query(
          'select from submission where application_version = $1',
          [version],
        );
        await client.query('commit');
        // One statement stored them all, or none.
        expect([0, size]).toContain(rowCount);
        return rowCount !== 0;
      } finally {
        client.release(true);
      }
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(RETRY_MS);
    }
  }
}

/** What was imported is found, through whatever the index has been. */
async function expectFound(client: ApiClient): Promise<void> {
  const said = requests.slice(0, LOOKUPS).map(({ fields }) => fields);
  for (const { 'duration.0': duration = '', 'fingerprint.0': fingerprint = '' } of said) {
    // Those that say too little were not imported.
    if (decodeFingerprint(fingerprint).hashes.length < 80) continue;
    expect(await client.lookup({ fingerprint, duration })).not.toEqual([]);
  }
}

async function untilImported(run: () => RunFile): Promise<void> {
  await using databases = openDatabases(run().postgres);
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    const { rows } = await databases.ingest.pool.query<{ left: number }>(
      'select count(*) as left from submission where not handled',
    );
    if (rows[0]?.left === 0) return;
    if (Date.now() > deadline) throw new Error(`${rows[0]?.left} were never imported`);
    await delay(POLL_MS);
  }
}

/** Documents of the index, once it has all. */
async function readIndexed(run: RunFile): Promise<number> {
  await using databases = openDatabases(run.postgres);
  const { rows } = await databases.fingerprint.pool.query<{ count: number; last: number }>(
    'select (select count(*) from fingerprint), max(id) as last from fpindex_changelog',
  );
  let documents = 0;
  const position = async (): Promise<number> => {
    const answer = await fetch(`${run.index}/main`);
    const { metadata, stats } = (await answer.json()) as {
      metadata: Record<string, string>;
      stats: { num_docs: number };
    };
    documents = stats.num_docs;
    return Number(metadata['changelog_position']);
  };
  await expect.poll(position, { timeout: LIMIT_MS }).toBe(rows[0]?.last);
  expect(documents).toBe(rows[0]?.count);
  return documents;
}
