import { afterAll, beforeAll, expect, test } from 'vitest';
import { startService } from '../../../e2e/harness/service.ts';
import type { TestService } from '../../../e2e/harness/service.ts';
import { insertAccount } from '../../account/account-queries.ts';
import { openSession } from '../../account/session.ts';

let service: TestService;
let cookie = '';
let accountId = 0;

beforeAll(async () => {
  service = await startService({ roles: ['api'] });
  const app = service.context.databases.app.pool;
  ({ id: accountId } = await insertAccount(app, 'Anna'));
  await app.query('update account set is_admin = true where id = $1', [accountId]);
  const session = { ip: '127.0.0.1', now: Date.now(), userAgent: undefined };
  cookie = `acoustid_session=${(await openSession(app, accountId, session)).token}`;
  await app.query(
    `insert into stats (name, date, value) values
       ('track.all', '2026-01-01', 10), ('mbid.all', '2026-01-01', 7),
       ('track.all', '2026-01-02', 12), ('fingerprint.all', '2026-01-02', 15)`,
  );
  const { rows } = await app.query<{ id: number }>('select id from application limit 1');
  await app.query(
    `insert into stats_lookups (hour, application_id, count_hits, count_misses) values
       ('2026-01-01T23:00Z', $1, 5, 2), ('2026-01-03T00:00Z', $1, 1, 0)`,
    [rows[0]?.id],
  );
  await app.query(
    `insert into stats_user_agents (date, application_id, user_agent, ip, count) values
       ('2026-01-01', $1, 'beets', '10.0.0.1', 3), ('2026-01-01', $1, 'beets', '10.0.0.2', 4),
       ('2026-01-01', $1, 'Picard', '10.0.0.1', 1)`,
    [rows[0]?.id],
  );
  await app.query('insert into stats_top_accounts (account_id, count) values ($1, 42)', [
    accountId,
  ]);
});

afterAll(() => service[Symbol.asyncDispose]());

async function get(path: string, headers: Record<string, string> = { cookie }) {
  const response = await fetch(`${service.api.url}/api/admin/statistics${path}`, { headers });
  const answer: unknown = await response.json();
  return { status: response.status, answer };
}

const JANUARY = '?from=2026-01-01&to=2026-01-03';

test('the totals are those of the newest day', async () => {
  expect((await get('/totals', {})).answer).toEqual({
    date: '2026-01-02',
    values: { 'track.all': 12, 'fingerprint.all': 15 },
  });
});

test('growth leaves out what was not counted', async () => {
  const none = { fingerprints: null, submissions: null };
  expect((await get(`/growth${JANUARY}`, {})).answer).toEqual([
    { date: '2026-01-01', tracks: 10, mbids: 7, ...none },
    { date: '2026-01-02', tracks: 12, mbids: null, fingerprints: 15, submissions: null },
  ]);
});

test('every day has its lookups, also one without any', async () => {
  expect((await get(`/lookups${JANUARY}`, {})).answer).toEqual([
    { date: '2026-01-01', hits: 5, misses: 2 },
    { date: '2026-01-02', hits: 0, misses: 0 },
    { date: '2026-01-03', hits: 1, misses: 0 },
  ]);
});

test('applications, programs and accounts come busiest first', async () => {
  expect((await get(`/applications${JANUARY}`)).answer).toMatchObject([
    { name: 'Test', version: '1', hits: 6, misses: 2 },
  ]);
  expect((await get(`/user-agents${JANUARY}`)).answer).toEqual([
    { userAgent: 'beets', addresses: 2, requests: 7 },
    { userAgent: 'Picard', addresses: 1, requests: 1 },
  ]);
  expect((await get('/accounts')).answer).toEqual([
    { id: accountId, name: 'Anna', submissions: 42 },
  ]);
});

test.each(['/applications', '/user-agents', '/accounts'])(
  '%s is for administrators',
  async (path) => {
    expect((await get(`${path}${JANUARY}`, {})).status).toBe(401);
  },
);

test.each([
  ['no days', ''],
  ['no date', '?from=yesterday&to=2026-01-01'],
  ['days the wrong way round', '?from=2026-01-02&to=2026-01-01'],
  ['too many days', '?from=1900-01-01&to=2026-01-01'],
])('%s are refused', async (_what, query) => {
  expect((await get(`/lookups${query}`)).status).toBe(400);
});
