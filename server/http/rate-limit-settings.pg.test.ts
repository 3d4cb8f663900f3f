import { expect, onTestFinished, test } from 'vitest';
import { findFreePort } from '../../e2e/harness/free-port.ts';
import { startService } from '../../e2e/harness/service.ts';
import type { ServiceOptions, TestService } from '../../e2e/harness/service.ts';

const MBID = '11111111-2222-4333-8444-555555555555';

async function start(settings: NonNullable<ServiceOptions['settings']>): Promise<TestService> {
  const service = await startService({ roles: ['api'], settings });
  onTestFinished(() => service[Symbol.asyncDispose]());
  return service;
}

/** How many of `count` requests are let through. */
async function allowed(
  send: () => Promise<{ readonly status: number }>,
  count: number,
): Promise<number> {
  let passed = 0;
  for (let n = 0; n < count; n += 1) if ((await send()).status !== 429) passed += 1;
  return passed;
}

test('requests from this machine are not limited unless asked for', async () => {
  const { api, context } = await start({ 'rate_limiter.global': '0' });
  expect(await allowed(() => api.get('/v2/track/list_by_mbid', { mbid: MBID }), 90)).toBe(90);
  expect(await context.redis.keys('*')).toEqual([]);
});

test('an application has the limit of its row, and the configuration wins over it', async () => {
  const { api, context } = await start({
    'rate_limiter.limit_loopback': 'yes',
    'rate_limiter.application.2': '0.1',
  });
  const { pool } = context.databases.app;
  await pool.query('update application set rate_limit = 1 where apikey = $1', [api.keys.client]);
  await pool.query(`insert into application (name, apikey, rate_limit) values ('b', 'second', 50)`);
  const status = (client: string) => () => api.get('/v2/submission_status', { client });
  expect(await allowed(status(api.keys.client), 25)).toBe(20);
  expect(await allowed(status('second'), 5)).toBe(2);
});

test('a missing Redis is told as a missing part, not as a limit or a fault', async () => {
  const { api } = await start({
    'rate_limiter.limit_loopback': 'yes',
    'redis.url': `redis://127.0.0.1:${await findFreePort()}`,
  });
  const { status, text } = await api.get('/v2/track/list_by_mbid', { mbid: MBID });
  expect([status, JSON.parse(text)]).toMatchObject([503, { error: { code: 13 } }]);
});

test('requests are counted by name and application, without addresses', async () => {
  const { api } = await start({ 'rate_limiter.limit_loopback': 'yes', 'rate_limiter.global': '0' });
  await api.get('/v2/submission_status', {});
  await api.get('/v2/submission_status', { client: 'nobody' });
  const { contentType, text } = await api.send('/metrics', {});
  expect(contentType).toContain('text/plain');
  expect(text).toContain('acoustid_api_requests_total{request="/v2/submission_status",app="1"} 1');
  expect(text).toContain('acoustid_api_rate_limit_exceeded_total{bucket="global",app="1"} 1');
  expect(text).toContain(
    'acoustid_api_handled_errors_total{request="/v2/submission_status",code="invalid_apikey"} 1',
  );
  expect(text).not.toContain('127.0.0.1');
});

test('metrics are for the allowed addresses only', async () => {
  const { api } = await start({ 'metrics.allow': '192.0.2.1' });
  expect((await api.send('/metrics', {})).status).toBe(404);
});
