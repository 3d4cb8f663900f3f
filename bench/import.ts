/**
 * `npm run bench -- import [--n 100000] [--submissions 6000]`: submissions accepted and imported
 * per second against the promises of design/architecture.md section 8, on a fresh appliance with
 * all its processes that holds n fingerprints. The clients run in this process, so they share the
 * cores with what they measure.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Pool } from 'undici';
import { startAppliance } from '../e2e/harness/appliance.ts';
import { insertAccount } from '../server/account/account-queries.ts';
import { insertApplication } from '../server/application/application-queries.ts';
import { openDatabases } from '../server/db/databases.ts';
import type { Databases } from '../server/db/databases.ts';
import type { RunFile } from '../server/config/run-file.ts';
import { IndexClient } from '../server/index/client.ts';
import { rebuildIndex } from '../server/index/rebuild.ts';
import { unattendedRun } from '../server/index/unattended-run.ts';
import { createLog } from '../server/log.ts';
import { insertSubmissions } from '../server/submission/submission-queries.ts';
import { readCpu } from './api/cpu.ts';
import { fill } from './api/fill.ts';
import { measureImportBudget } from './import/budget.ts';
import { bodyOf, newSubmissionOf, submissionOf } from './import/submissions.ts';

const BATCH = 20;
const ROUNDS = 3;
const CLIENTS = 2;
const POLL_MS = 50;
const BUDGET_BATCH = 64;
const BUDGET_BATCHES = 20;
const BUDGET_STEPS = 14;

export async function bench(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      n: { type: 'string', default: '100000' },
      submissions: { type: 'string', default: '6000' },
    },
  });
  const count = Number(values.n);
  const each = Number(values.submissions);
  await using appliance = await startAppliance();
  const run = appliance.run();
  const begun = performance.now();
  await fill(run, count);
  console.log(`${count} fingerprints in ${((performance.now() - begun) / 1000).toFixed(0)} s`);
  await using databases = openDatabases(run.postgres);
  await moveSequences(databases);
  const keys = await makeKeys(databases);
  const accepted: number[] = [];
  const imported: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const bodies = Array.from({ length: Math.ceil(each / BATCH) }, (_, at) => {
      const first = round * each + at * BATCH;
      const batch = Array.from({ length: BATCH }, (_none, n) => submissionOf(first + n, count));
      return bodyOf(batch, keys);
    });
    const rates = await measure(run, databases, bodies);
    accepted.push(rates.acceptedPerSecond);
    imported.push(rates.importedPerSecond);
  }
  console.log(`accepted  ${median(accepted).toFixed(0)}/s  (median of ${ROUNDS})`);
  console.log(`imported  ${median(imported).toFixed(0)}/s  (median of ${ROUNDS})`);
  await showBudget(run, databases, { first: ROUNDS * each, count });
  await measureRebuild(run, databases);
}

/** Imports some batches in this process, which no importer has heard of, statement by statement. */
async function showBudget(
  run: RunFile,
  databases: Databases,
  { count, first }: { first: number; count: number },
): Promise<void> {
  const batches: number[][] = [];
  for (let batch = 0; batch < BUDGET_BATCHES; batch += 1) {
    const submissions = Array.from({ length: BUDGET_BATCH }, (_, at) =>
      newSubmissionOf(submissionOf(first + batch * BUDGET_BATCH + at, count)),
    );
    const submitter = { accountId: 1, applicationId: 1, applicationVersion: 'budget' };
    batches.push(await insertSubmissions(databases.ingest.pool, submitter, submissions));
  }
  const budget = [...(await measureImportBudget(run, batches))].toSorted((a, b) => b[1] - a[1]);
  const steps = budget.slice(0, BUDGET_STEPS).map(([step, us]) => `${step} ${us.toFixed(0)}`);
  console.log(`µs per submission: ${steps.join(', ')}`);
}

async function measureRebuild(run: RunFile, databases: Databases): Promise<void> {
  await using index = new IndexClient(run.index, 'main');
  const log = createLog('fatal');
  const begun = performance.now();
  let rssMax = 0;
  const watching = setInterval(() => (rssMax = Math.max(rssMax, process.memoryUsage.rss())), 100);
  const rssBefore = process.memoryUsage.rss();
  try {
    const signal = new AbortController().signal;
    const { pool } = databases.fingerprint;
    const count = await rebuildIndex({ pool, index, log }, unattendedRun(log, signal));
    const seconds = (performance.now() - begun) / 1000;
    const growth = Math.max(0, rssMax - rssBefore) / 2 ** 20;
    console.log(
      `rebuilt  ${count} fingerprints in ${seconds.toFixed(1)} s, ${(count / seconds).toFixed(0)}/s, this process +${growth.toFixed(0)} MB`,
    );
  } finally {
    clearInterval(watching);
  }
}

/**
 * Submits everything while the importer works, then waits for it. What is imported counts from the
 * first request to the last import; what is accepted, from the first request to the last answer.
 */
async function measure(
  run: RunFile,
  databases: Databases,
  bodies: readonly string[],
): Promise<{ acceptedPerSecond: number; importedPerSecond: number }> {
  const total = bodies.length * BATCH;
  const cpuBefore = readCpu(run);
  const begun = performance.now();
  await submitAll(run.api, bodies);
  const acceptedMs = performance.now() - begun;
  const cpuAccepted = readCpu(run);
  const { rows } = await databases.ingest.pool.query<{ pending: number }>(
    'select count(*)::int as pending from pending_submission',
  );
  const backlog = rows[0]?.pending ?? 0;
  const drainBegun = performance.now();
  await untilImported(databases);
  const drainMs = performance.now() - drainBegun;
  const importedMs = performance.now() - begun;
  const rates = {
    acceptedPerSecond: (total / acceptedMs) * 1000,
    importedPerSecond: (backlog / drainMs) * 1000,
  };
  console.log(
    `${total} submissions: accepted ${rates.acceptedPerSecond.toFixed(0)}/s with ${total - backlog} imported meanwhile; ` +
      `then ${backlog} imported at ${rates.importedPerSecond.toFixed(0)}/s; both ${((total / importedMs) * 1000).toFixed(0)}/s`,
  );
  console.log(`  CPU µs per submission, accepting: ${shares(cpuBefore, cpuAccepted, total)}`);
  console.log(`  CPU µs per submission, importing: ${shares(cpuAccepted, readCpu(run), backlog)}`);
  return rates;
}

/** The corpus brought its own ids; what is imported needs others. */
async function moveSequences({ fingerprint }: Databases): Promise<void> {
  for (const table of ['track', 'fingerprint']) {
    await fingerprint.pool.query(
      `select setval('${table}_id_seq', (select coalesce(max(id), 1) from ${table}))`,
    );
  }
}

async function submitAll(api: string, bodies: readonly string[]): Promise<void> {
  const pool = new Pool(api, { connections: CLIENTS });
  const queue = bodies.values();
  const client = async (): Promise<void> => {
    for (const body of queue) {
      const answer = await pool.request({
        method: 'POST',
        path: '/v2/submit',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body,
      });
      const text = await answer.body.text();
      if (answer.statusCode !== 200) {
        throw new Error(`submit answered ${answer.statusCode}: ${text.slice(0, 300)}`);
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: CLIENTS }, client));
  } finally {
    await pool.close();
  }
}

async function untilImported({ ingest }: Databases): Promise<void> {
  for (;;) {
    const { rowCount } = await ingest.pool.query('select from pending_submission limit 1');
    if (rowCount === 0) return;
    await delay(POLL_MS);
  }
}

async function makeKeys({ app }: Databases): Promise<{ client: string; user: string }> {
  const account = await insertAccount(app.pool, 'Bench');
  const name = { account_id: account.id, name: 'Bench', version: '1' };
  return { client: (await insertApplication(app.pool, name)).apikey, user: account.apikey };
}

function shares(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  submissions: number,
): string {
  const used = [...after].map(([name, ms]) => {
    const us = ((ms - (before.get(name) ?? 0)) * 1000) / Math.max(submissions, 1);
    return `${name} ${us.toFixed(0)}`;
  });
  return used.join('  ');
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
