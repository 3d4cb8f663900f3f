/** The commands around the index, as an operator runs them beside a running appliance. */
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { unpackMultiple } from 'msgpackr';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiClient } from './harness/api-client.ts';
import { startAppliance } from './harness/appliance.ts';
import type { TestAppliance } from './harness/appliance.ts';
import { firstClient } from './harness/first-keys.ts';
import { fingerprintText, syntheticHashes } from './harness/synthetic-fingerprint.ts';

const CLI = fileURLToPath(new URL('../main/cli.ts', import.meta.url));
const MBID = '11111111-2222-4333-8444-555555555555';
const SONGS = 30;

let appliance: TestAppliance;
let client: ApiClient;

beforeAll(async () => {
  appliance = await startAppliance();
  client = await firstClient(appliance);
  const fields: Record<string, string | number> = {};
  for (let at = 0; at < SONGS; at += 1) {
    fields[`fingerprint.${at}`] = fingerprintText(syntheticHashes(at + 1));
    fields[`duration.${at}`] = 200;
    fields[`mbid.${at}`] = MBID;
  }
  await client.untilImported(await client.submit(fields));
});

afterAll(async () => {
  await appliance[Symbol.asyncDispose]();
});

async function lookUp(song: number): Promise<number> {
  const fingerprint = fingerprintText(syntheticHashes(song));
  return (await client.lookup({ fingerprint, duration: 200 })).length;
}

test('rebuild-index builds a new generation while lookups go on', async () => {
  const lookups: number[] = [];
  const stop = new AbortController();
  const looking = (async () => {
    for (let turn = 0; !stop.signal.aborted; turn += 1) {
      lookups.push(await lookUp(1 + (turn % SONGS)));
    }
  })();
  const args = [CLI, 'rebuild-index', '--json', '--data-dir', appliance.dataDir];
  const { stderr, stdout } = await promisify(execFile)(process.execPath, args);
  stop.abort();
  await looking;
  expect(JSON.parse(stdout)).toEqual({
    fingerprints: SONGS,
    seconds: expect.any(Number) as number,
  });
  expect(stderr).toContain(`the index was built anew from ${SONGS} fingerprints`);
  expect(new Set(lookups)).toEqual(new Set([1]));
  const status = await fetch(`${appliance.run().index}/main/_status`);
  expect(await status.json()).toMatchObject({ generation: 2 });
  // What comes after it goes into the new one.
  const ids = await client.submit({
    'fingerprint.0': fingerprintText(syntheticHashes(1000)),
    'duration.0': 200,
    'mbid.0': MBID,
  });
  await client.untilImported(ids);
  expect(await lookUp(1000)).toBe(1);
});

test('rebuild-index says what is missing when nothing runs', async () => {
  const args = [CLI, 'rebuild-index', '--data-dir', '/nowhere'];
  await expect(promisify(execFile)(process.execPath, args)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is not running') as string,
  });
});

test('fpindex-feed runs alone and serves the corpus', async () => {
  const run = appliance.run();
  const { hostname, password, port, username } = new URL(run.postgres.fingerprint);
  const feed = fork(CLI, ['run', 'fpindex-feed', '--log-level', 'fatal'], {
    execPath: process.execPath,
    env: {
      ...process.env,
      ACOUSTID_DATABASE_HOST: hostname,
      ACOUSTID_DATABASE_PORT: port,
      ACOUSTID_DATABASE_USER: decodeURIComponent(username),
      ACOUSTID_DATABASE_PASSWORD: decodeURIComponent(password),
      ACOUSTID_NATS_URL: run.nats,
      ACOUSTID_INDEX_URL: run.index,
      ACOUSTID_FEED_PORT: '0',
    },
  });
  const ended = once(feed, 'exit');
  try {
    const [ready] = (await once(feed, 'message')) as [{ port: number }];
    const base = `http://127.0.0.1:${ready.port}`;
    const answer = await fetch(`${base}/_bootstrap/acoustid/1`);
    const [head, ...rest] = unpackMultiple(Buffer.from(await answer.arrayBuffer())) as [
      { p: number },
      ...unknown[][],
    ];
    // Nothing was deleted, so each entry of the changelog is a fingerprint.
    expect(rest.flat()).toHaveLength(head.p);
    expect(rest.at(-1)).toEqual([]);
  } finally {
    feed.kill('SIGTERM');
  }
  expect(await ended).toEqual([0, null]);
});
