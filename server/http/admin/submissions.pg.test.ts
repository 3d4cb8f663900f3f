import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { asking, signIn } from '../../../e2e/harness/admin-client.ts';
import type { Ask } from '../../../e2e/harness/admin-client.ts';
import { startService } from '../../../e2e/harness/service.ts';
import type { TestService } from '../../../e2e/harness/service.ts';
import { fingerprintText, syntheticHashes } from '../../../e2e/harness/synthetic-fingerprint.ts';

const MBID = '0a000001-0000-4000-8000-000000000000';

interface Listed {
  readonly id: number;
  readonly state: string;
  readonly track: string | null;
}

interface Page {
  readonly rows: readonly Listed[];
  readonly next: string | null;
}

let service: TestService;
let ask: Ask;
let asModerator: Ask;

beforeAll(async () => {
  service = await startService();
  ask = (await signIn(service, 'Anna', { isAdmin: true })).ask;
  asModerator = (await signIn(service, 'Mo', { mbuser: 'mo' })).ask;
});

afterAll(() => service[Symbol.asyncDispose]());

beforeEach(() =>
  service.context.databases.ingest.pool.query('truncate submission, submission_result cascade'),
);

async function rows(query = ''): Promise<readonly Listed[]> {
  return ((await ask(`/submissions${query}`)).answer as Page).rows;
}

/** Submissions that nobody announces, waiting or parked. */
async function insertUnhandled(count: number, isParked: boolean): Promise<number[]> {
  const { rows: made } = await service.context.databases.ingest.pool.query<{ id: number }>(
    `insert into submission (fingerprint, length, account_id, application_id, mbid, attempts, error)
     select '{1,2,3}', 100, 1, 1, $3::uuid, case when $2 then 5 else 0 end,
       case when $2 then 'the disk is full' end
     from generate_series(1, $1::int) returning id`,
    [count, isParked, MBID],
  );
  const ids = made.map(({ id }) => id);
  if (!isParked) {
    await service.context.databases.ingest.pool.query(
      'insert into pending_submission (id) select unnest($1::int[])',
      [ids],
    );
  }
  return ids;
}

test('a submission is seen with what became of it', async () => {
  const { status } = await service.api.post('/v2/submit', {
    user: service.api.keys.user,
    duration: '125',
    fingerprint: fingerprintText(syntheticHashes(4711)),
    track: 'Yesterday',
    mbid: MBID,
  });
  expect(status).toBe(200);
  await vi.waitFor(async () => {
    expect(await rows('?state=imported')).toMatchObject([{ verdict: 'new_track', mbid: MBID }]);
  });
  const [listed] = await rows('?verdict=new_track');
  expect(listed).toMatchObject({
    account: { name: 'Tester' },
    application: { name: 'Test' },
    track: expect.stringMatching(/^[\da-f-]{36}$/) as unknown,
    error: null,
  });
  expect((await ask(`/submissions/${listed?.id}`)).answer).toMatchObject({
    state: 'imported',
    detail: { lengthSeconds: 125, meta: { track: 'Yesterday' }, hashes: 400 },
  });
  expect(await rows('?state=skipped')).toEqual([]);
  expect(await rows(`?mbid=${MBID}&account=1`)).toHaveLength(1);
  expect(await rows('?account=2')).toEqual([]);
});

test('submissions come newest first, page by page, whatever their state', async () => {
  const parked = await insertUnhandled(3, true);
  await service.context.databases.ingest.pool.query(
    `insert into submission_result (submission_id, verdict) values (900, 'skipped:no_data'), (901, null)`,
  );
  const first = (await ask('/submissions?limit=3')).answer as Page;
  expect(first.rows.map(({ id }) => id)).toEqual([901, 900, parked[2]]);
  expect(first.rows.map(({ state }) => state)).toEqual(['imported', 'skipped', 'parked']);
  const second = (await ask(`/submissions?limit=3&cursor=${first.next}`)).answer as Page;
  expect([second.rows.map(({ id }) => id), second.next]).toEqual([[parked[1], parked[0]], null]);
  expect(await rows(`?id=${parked[0]}`)).toHaveLength(1);
});

test('a parked submission is put back into the queue, once', async () => {
  const [id] = await insertUnhandled(1, true);
  expect((await ask('/submission-counts')).answer).toEqual({ pending: 0, parked: 1 });
  expect(await rows('?state=parked')).toMatchObject([
    { id, attempts: 5, error: 'the disk is full' },
  ]);
  expect((await ask(`/submissions/${id}/retry`, { method: 'POST' })).status).toBe(204);
  expect((await ask(`/submissions/${id}/retry`, { method: 'POST' })).status).toBe(409);
  await vi.waitFor(async () => {
    expect(await rows('?state=skipped')).toMatchObject([{ id, error: null }]);
  });
});

test('all parked submissions are put back together, and none that waits', async () => {
  const parked = await insertUnhandled(3, true);
  const waiting = await insertUnhandled(2, false);
  const { answer } = await ask('/submissions/retry', { method: 'POST' });
  expect(answer).toEqual({ retried: parked.length, isMore: false });
  await vi.waitFor(async () => {
    const done = (await rows('?state=skipped')).map(({ id }) => id);
    expect(done).toEqual(expect.arrayContaining(parked));
  });
  expect(await rows('?state=parked')).toEqual([]);
  expect(await rows()).toHaveLength(parked.length + waiting.length);
});

test.each([
  { path: '/submissions?state=nothing', status: 400 },
  { path: '/submissions?verdict=nothing', status: 400 },
  { path: '/submissions?mbid=nothing', status: 400 },
  { path: '/submissions?id=0', status: 400 },
  { path: '/submissions?cursor=zzz', status: 400 },
  { path: '/submissions/9999999', status: 404 },
  { path: '/submissions/x', status: 404 },
])('$path is refused with $status', async ({ path, status }) => {
  expect((await ask(path)).status).toBe(status);
});

test.each([
  ['GET', '/submissions'],
  ['GET', '/submission-counts'],
  ['GET', '/submissions/1'],
  ['POST', '/submissions/retry'],
  ['POST', '/submissions/1/retry'],
])('%s %s is for administrators', async (method, path) => {
  expect((await asking(service.api.url)(path, { method })).status).toBe(401);
  expect((await asModerator(path, { method })).status).toBe(403);
});
