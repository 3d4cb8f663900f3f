/** The roles as processes of their own, which share a PostgreSQL, a NATS, an index and a Redis. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient } from '../e2e/harness/api-client.ts';
import { hasProgram } from '../e2e/harness/audio.ts';
import { startRedis } from '../e2e/harness/redis.ts';
import { databaseFlags, startService } from '../e2e/harness/service.ts';
import type { TestService } from '../e2e/harness/service.ts';
import { fingerprintText, syntheticHashes } from '../e2e/harness/synthetic-fingerprint.ts';
import { environmentNameOf } from './config/settings.ts';
import type { SettingKey } from './config/settings.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const MBID = '11111111-2222-4333-8444-555555555555';

let service: TestService;
let stack: AsyncDisposableStack;

beforeAll(async () => {
  stack = new AsyncDisposableStack();
  service = stack.use(await startService({ roles: [] }));
});

afterAll(async () => {
  await stack.disposeAsync();
});

function startRole(role: string, redisUrl?: string): ChildProcess {
  const flags: Partial<Record<SettingKey, string>> = {
    ...databaseFlags(service.databases.settings),
    'nats.url': service.nats.url,
    'nats.token': service.nats.token,
    'index.url': service.engine.url,
    'server.port': '0',
    'appliance.log_level': 'fatal',
    ...(redisUrl !== undefined && { 'redis.url': redisUrl }),
  };
  const settings = Object.entries(flags).map(([key, value]) => [
    environmentNameOf(key as SettingKey), // a key of `flags`
    value,
  ]);
  const env = { ...process.env, ...(Object.fromEntries(settings) as Record<string, string>) };
  return fork(MAIN, ['--roles', role], { env, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
}

/** Starts a role and waits until it is ready. Returns its port, 0 where it does not listen. */
async function untilReady(child: ChildProcess): Promise<number> {
  stack.defer(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
  const [message] = (await once(child, 'message')) as [{ readonly port: number }];
  return message.port;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 25_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('it did not come about in 25 s');
    await delay(25);
  }
}

test.skipIf(!hasProgram('redis-server'))(
  'api, import, worker and cron work together as four processes',
  { timeout: 60_000 },
  async () => {
    const redis = stack.use(await startRedis());
    const { pool } = service.context.databases.app;
    // As if the minute's flush were due: the first start of a cron would only note the time.
    await pool.query(
      `insert into cron_run (schedule, last_run)
       values ('update_all_lookup_stats', now() - interval '1 hour')`,
    );
    const port = await untilReady(startRole('api', redis.url));
    const { rows } = await pool.query<{ client: string; user: string }>(
      'select p.apikey as client, a.apikey as user from application p, account a',
    );
    const keys = rows[0];
    if (!keys) throw new Error('there are no keys');
    const api = new ApiClient(`http://127.0.0.1:${port}`, keys);
    const fingerprint = fingerprintText(syntheticHashes(1));
    const ids = await api.submit({
      'fingerprint.0': fingerprint,
      'duration.0': 200,
      'mbid.0': MBID,
    });
    await untilReady(startRole('import', redis.url));
    await api.untilImported(ids);
    expect(await api.lookup({ fingerprint, duration: 200 })).toHaveLength(1);
    await untilReady(startRole('cron', redis.url));
    await until(async () => (await pool.query('select from task')).rowCount === 1);
    await untilReady(startRole('worker', redis.url));
    await until(async () => (await pool.query('select from stats_lookups')).rowCount === 1);
    const counted = await pool.query('select count_hits, count_misses from stats_lookups');
    expect(counted.rows).toEqual([{ count_hits: 1, count_misses: 0 }]);
  },
);

test('without a Redis they are refused, with the reason', async () => {
  const child = startRole('worker');
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).toBe(1);
  expect(said).toContain('Without a Redis the roles api, worker and cron must run in one process');
});
