import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CaseRows } from '../../e2e/harness/case-rows.ts';
import type { ExpectedRows, Rows } from '../../e2e/harness/case-rows.ts';
import { hasReferenceData, REFERENCE } from '../../e2e/harness/dataset.ts';
import { replayGolden, startRecordedService } from '../../e2e/harness/replay.ts';
import { startService } from '../../e2e/harness/service.ts';
import type { TestService } from '../../e2e/harness/service.ts';
import { withTransaction } from '../db/databases.ts';
import { mergeTracks } from '../moderation/merge-tracks.ts';
import { findCurrentStatistics } from '../stats/daily-statistics.ts';
import { TASK_KINDS } from './task-table.ts';

type RedisContent = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

interface TaskCase {
  readonly name: string;
  readonly setup: {
    readonly load: readonly string[];
    readonly rows?: Rows;
    readonly redis?: RedisContent;
  };
  readonly fn: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly expect: {
    readonly rows?: readonly ExpectedRows[];
    readonly redis?: RedisContent;
    readonly result?: unknown;
  };
}

const cases = hasReferenceData()
  ? (JSON.parse(readFileSync(`${REFERENCE}/data/cases/db.json`, 'utf8')) as TaskCase[]).filter(
      ({ fn }) => fn.startsWith('run_'),
    )
  : [];
const ASK = fileURLToPath(new URL('../../e2e/harness/ask-task.ts', import.meta.url));
const never = new AbortController().signal;

async function runTask(service: TestService, name: string, args: unknown): Promise<void> {
  const kind = TASK_KINDS[name];
  if (!kind) throw new Error(`there is no task ${name}`);
  await kind.run(service.context, kind.parse(args), never);
}

/** Everything in the store, as the cases write it down; what is empty is not there. */
async function redisContent({ context: { redis } }: TestService): Promise<RedisContent> {
  const content: Record<string, string | Record<string, string>> = {};
  for (const key of await redis.keys('*')) {
    const isHash = (await redis.type(key)) === 'hash';
    content[key] = isHash ? await redis.hgetall(key) : ((await redis.get(key)) ?? '');
  }
  return content;
}

describe.skipIf(!hasReferenceData())('recorded calls', () => {
  let service: TestService;
  let stage: CaseRows;

  beforeAll(async () => {
    service = await startService({ roles: [] });
    stage = await CaseRows.open(service.databases);
  });

  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
    await service[Symbol.asyncDispose]();
  });

  test('are all there', () => {
    expect(cases).toHaveLength(6);
  });

  test.each(cases)('$name', async ({ args, expect: expected, fn, setup }) => {
    const { redis } = service.context;
    await redis.flushall();
    await stage.reset(setup.load);
    const clock = 'musicbrainz.replication_control';
    await stage.execute(clock, `truncate ${clock}`);
    await stage.insert(setup.rows ?? {});
    for (const [key, value] of Object.entries(setup.redis ?? {})) {
      if (typeof value === 'string') await redis.set(key, value);
      else await redis.hset(key, value);
    }
    await runTask(service, fn.replace(/^run_/, ''), args);
    for (const rows of expected.rows ?? []) expect(await stage.read(rows)).toEqual(rows.rows);
    expect(await redisContent(service)).toEqual(expected.redis);
  });

  test('find_current_stats', async () => {
    await stage.reset(['base']);
    const insert = `insert into stats (name, value, date) values
      ('account.all', 3, '2011-04-26'), ('account.all', 4, '2011-04-27'),
      ('track.all', 13, '2011-04-26'), ('track.all', 14, '2011-04-27')`;
    await stage.execute('stats', insert);
    const current = await findCurrentStatistics(service.context.databases.app.pool);
    expect(current).toEqual({ 'account.all': 4, 'track.all': 14 });
  });
});

describe.skipIf(!hasReferenceData())('recorded tasks', () => {
  test('change the rows they changed upstream, and lookups after them answer alike', async () => {
    await using service = await startRecordedService();
    const { databases } = service.context;
    const carryOut = async (asked: Readonly<Record<string, string>>): Promise<void> => {
      if (asked['GOLDEN_TASK'] === 'merge_missing_mbid') {
        await runTask(service, 'merge_missing_mbid', { mbid: asked['GOLDEN_MBID'] });
        return;
      }
      const sources = (asked['GOLDEN_SOURCES'] ?? '').split(',').map(Number);
      await withTransaction(databases.fingerprint.pool, (transaction) =>
        mergeTracks(transaction, Number(asked['GOLDEN_TARGET']), sources, {
          accountId: null,
          note: 'as recorded',
        }),
      );
    };
    const server = createServer((request, response) => {
      void json(request)
        .then((asked) => carryOut(asked as Record<string, string>))
        .then(
          () => response.end('done'),
          (error: unknown) => response.writeHead(500).end(String(error)),
        );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const ask = `${process.execPath} ${ASK} http://127.0.0.1:${port}/`;
    const replayed = await replayGolden(service, 'tasks.json', ['--rows', '--task-cmd', ask]);
    server.close();
    expect(replayed).toEqual({ failures: {}, skipped: '', closing: '23 passed, 0 failed' });
    const unknown = 'unknown_mbid:ca762880-4997-578e-97d2-cc4c353f6c04';
    expect(await redisContent(service)).toMatchObject({ [unknown]: '2024-05-01T00:00:00+00:00' });
  });
});
