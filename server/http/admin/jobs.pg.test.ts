import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { startService } from '../../../e2e/harness/service.ts';
import type { TestService } from '../../../e2e/harness/service.ts';
import { insertAccount } from '../../account/account-queries.ts';
import { openSession } from '../../account/session.ts';

let service: TestService;
let cookie = '';

beforeAll(async () => {
  service = await startService({ roles: ['api'] });
  const app = service.context.databases.app.pool;
  const { id } = await insertAccount(app, 'Anna');
  await app.query('update account set is_admin = true where id = $1', [id]);
  const session = { ip: '127.0.0.1', now: Date.now(), userAgent: undefined };
  cookie = `acoustid_session=${(await openSession(app, id, session)).token}`;
});

afterAll(() => service[Symbol.asyncDispose]());

beforeEach(async () => {
  await service.context.databases.app.pool.query('delete from job');
});

async function ask<T>(path: string, body?: unknown, headers: Record<string, string> = { cookie }) {
  const response = await fetch(`${service.api.url}/api/admin${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    answer: (text === '' || text === 'No Content' ? undefined : JSON.parse(text)) as T,
  };
}

interface Job {
  readonly id: number;
  readonly state: string;
}

async function start(): Promise<number> {
  return (await ask<Job>('/jobs', { kind: 'backup', params: {} })).answer.id;
}

test('a job is started, listed, paused, resumed and cancelled', async () => {
  const id = await start();
  const { answer } = await ask<{ rows: Job[] }>('/jobs');
  expect(answer.rows).toMatchObject([{ id, kind: 'backup', state: 'queued', request: null }]);
  const changes = [];
  for (const change of ['pause', 'resume', 'cancel']) {
    changes.push((await ask<Job>(`/jobs/${id}/${change}`, {})).answer.state);
  }
  expect(changes).toEqual(['paused', 'queued', 'cancelled']);
  expect((await ask(`/jobs/${id}/resume`, {})).status).toBe(409);
});

test('jobs come page by page, newest first, and by state', async () => {
  const ids = [await start(), await start(), await start()];
  interface Page {
    readonly rows: Job[];
    readonly next: string | null;
  }
  const first = (await ask<Page>('/jobs?limit=2')).answer;
  expect(first.rows.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
  const second = (await ask<Page>(`/jobs?limit=2&cursor=${first.next}`)).answer;
  expect([second.rows.map(({ id }) => id), second.next]).toEqual([[ids[0]], null]);
  expect((await ask<Page>('/jobs?state=done')).answer.rows).toEqual([]);
});

test.each([
  { path: '/jobs', body: { kind: 'nothing', params: {} }, status: 400 },
  { path: '/jobs', body: { kind: 'backup', params: { more: 1 } }, status: 400 },
  {
    path: '/jobs',
    body: { kind: 'verify-backup', params: { name: '../../etc/passwd' } },
    status: 400,
  },
  { path: '/jobs/1/explode', body: {}, status: 404 },
  { path: '/jobs/x/pause', body: {}, status: 404 },
  { path: '/jobs/99999/pause', body: {}, status: 404 },
  { path: '/jobs?cursor=zzz', body: undefined, status: 400 },
  { path: '/tasks/1/retry', body: {}, status: 404 },
])('$path with $body is refused with $status', async ({ body, path, status }) => {
  expect((await ask(path, body)).status).toBe(status);
});

test.each(['/jobs', '/job-kinds', '/backups', '/tasks/dead'])(
  '%s is for administrators',
  async (path) => {
    expect((await ask(path, undefined, {})).status).toBe(401);
  },
);

test('the log of a job is read on from its last line', async () => {
  const id = await start();
  await service.context.databases.app.pool.query(
    `insert into job_log (job_id, line) select $1, 'line ' || n from generate_series(1, 3) n`,
    [id],
  );
  interface Line {
    readonly id: number;
    readonly line: string;
  }
  const lines = (await ask<Line[]>(`/jobs/${id}/log`)).answer;
  expect(lines.map(({ line }) => line)).toEqual(['line 1', 'line 2', 'line 3']);
  const later = (await ask<Line[]>(`/jobs/${id}/log?after=${lines[1]?.id}`)).answer;
  expect(later.map(({ line }) => line)).toEqual(['line 3']);
});

test('backups are listed, the unusable ones with what is wrong with them', async () => {
  const folder = join(service.context.dataDir, 'backups');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'acoustid-2026-01-01T00-00-00Z.acoustid-backup'), 'not one');
  const { answer } = await ask<{ folder: string; backups: unknown[] }>('/backups');
  expect(answer.folder).toBe(folder);
  expect(answer.backups).toMatchObject([
    {
      name: 'acoustid-2026-01-01T00-00-00Z.acoustid-backup',
      problem: expect.any(String) as string,
    },
  ]);
});

test('a dead task is listed and tried again', async () => {
  const app = service.context.databases.app.pool;
  await app.query(
    `insert into task (name, args, key, state, attempts, error)
     values ('update_stats', '{}', 'update_stats {}', 'dead', 5, 'it did not work')`,
  );
  const { answer } = await ask<{ id: number }[]>('/tasks/dead');
  expect(answer).toMatchObject([{ name: 'update_stats', error: 'it did not work', attempts: 5 }]);
  expect((await ask(`/tasks/${answer[0]?.id}/retry`, {})).status).toBe(204);
  await vi.waitFor(async () => {
    const { rows } = await app.query(`select state from task where name = 'update_stats'`);
    expect(rows).toEqual([{ state: 'queued' }]);
  });
});
