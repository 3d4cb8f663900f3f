/**
 * `npm run bench -- api [--n 1000] [--seconds 5] [--data-dir D]`: lookups end to end against the
 * promises of design/architecture.md section 8, on an appliance with all its processes. A data
 * folder that is named is kept, and filled only the first time. The clients run in this process,
 * so they share the cores with what they measure.
 */
import { parseArgs } from 'node:util';
import { startAppliance } from '../e2e/harness/appliance.ts';
import { fingerprintText } from '../e2e/harness/synthetic-fingerprint.ts';
import { insertAccount } from '../server/account/account-queries.ts';
import { insertApplication } from '../server/application/application-queries.ts';
import { openDatabases } from '../server/db/databases.ts';
import type { RunFile } from '../server/config/run-file.ts';
import { measureBudget } from './api/budget.ts';
import type { Asked } from './api/budget.ts';
import { readCpu } from './api/cpu.ts';
import { fill, isFilled } from './api/fill.ts';
import { load } from './api/load.ts';
import { heardAgain, songHashes, songSeconds } from './api/songs.ts';

const METAS: Readonly<Record<string, string>> = {
  'no meta': '',
  'recordings releasegroups compress': 'recordings releasegroups compress',
  everything: 'recordings releasegroups releases tracks compress sources isrcs usermeta',
};
const CLIENTS = [1, 4];
/** Different lookups; the loop goes round. */
const LOOKUPS = 1000;
const WARM_UP_SECONDS = 2;

export async function bench(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      n: { type: 'string', default: '1000' },
      seconds: { type: 'string', default: '5' },
      'data-dir': { type: 'string' },
    },
  });
  const count = Number(values.n);
  const dataDir = values['data-dir'];
  await using appliance = await startAppliance(dataDir === undefined ? {} : { dataDir });
  const run = appliance.run();
  if (await isFilled(run, count)) console.log(`${count} songs are there`);
  else {
    const begun = performance.now();
    await fill(run, count);
    console.log(`${count} songs in ${((performance.now() - begun) / 1000).toFixed(0)} s`);
  }
  const client = await makeKey(run);
  const lookups = makeLookups(count);
  const bodies = lookups.map(({ durationSeconds, fingerprint }) =>
    new URLSearchParams({ client, fingerprint, duration: String(durationSeconds) }).toString(),
  );
  for (const [name, meta] of Object.entries(METAS)) {
    const suffix = `&meta=${encodeURIComponent(meta)}`;
    const body = (n: number): string => (bodies[n % bodies.length] ?? '') + suffix;
    await load(run.api, { clients: 4, seconds: WARM_UP_SECONDS, body });
    for (const clients of CLIENTS) {
      const before = readCpu(run);
      const result = await load(run.api, { clients, seconds: Number(values.seconds), body });
      const { bytes, p50Ms, p99Ms, requestsPerSecond } = result;
      const figures = `${requestsPerSecond.toFixed(0)}/s  p50 ${p50Ms.toFixed(2)} ms  p99 ${p99Ms.toFixed(2)} ms`;
      console.log(`${name.padEnd(36)} ${clients} clients  ${figures}  ${bytes.toFixed(0)} bytes`);
      console.log(`  CPU µs per request: ${cpuPerRequest(before, readCpu(run), result.requests)}`);
    }
    const budget = await measureBudget(run, lookups.slice(0, 300), meta);
    const steps = [...budget].map(([step, us]) => `${step} ${us.toFixed(0)}`).join('  ');
    console.log(`  µs: ${steps}`);
  }
}

function cpuPerRequest(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  requests: number,
): string {
  const shares = [...after].map(([name, ms]) => {
    const us = ((ms - (before.get(name) ?? 0)) * 1000) / requests;
    return `${name} ${us.toFixed(0)}`;
  });
  return shares.join('  ');
}

async function makeKey(run: RunFile): Promise<string> {
  await using databases = openDatabases(run.postgres);
  const account = await insertAccount(databases.app.pool, 'Bench');
  const name = { account_id: account.id, name: 'Bench', version: '1' };
  return (await insertApplication(databases.app.pool, name)).apikey;
}

/** Songs of the corpus as somebody else's copies of them. */
function makeLookups(count: number): Asked[] {
  return Array.from({ length: Math.min(LOOKUPS, count) }, (_, at) => {
    const id = 1 + ((at * 7919) % count);
    const hashes = heardAgain(songHashes(id), id);
    return { fingerprint: fingerprintText(hashes), durationSeconds: songSeconds(id) };
  });
}
