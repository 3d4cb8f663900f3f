import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { resolveConfig } from './config/config.ts';
import { createLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import { openStatsd, Statsd } from './statsd.ts';

const log = createLog('silent');
const HOST = '127.0.0.1';

/** A StatsD that only listens, and the lines it has heard. */
async function listen(): Promise<{ port: number; lines: () => string[] }> {
  const socket: Socket = createSocket('udp4');
  onTestFinished(() => void socket.close());
  const lines: string[] = [];
  socket.on('message', (datagram) => lines.push(...datagram.toString().split('\n')));
  socket.bind(0, HOST);
  await once(socket, 'listening');
  return { port: socket.address().port, lines: () => lines };
}

test('events reach StatsD under the names and tags upstream gives them', async () => {
  const { lines, port } = await listen();
  {
    await using statsd = new Statsd({ host: HOST, port }, log);
    const metrics = createMetrics(statsd);
    metrics.requestAdmitted('/v2/lookup', 7);
    metrics.lookupsAnswered(3, 0);
    metrics.requestAnswered('/v2/lookup', 0.012_345_678);
    metrics.requestRefused('/v2/lookup', 'invalid_apikey');
    metrics.requestFailed('/v2/lookup', 'redis');
    metrics.rateLimitExceeded('ip', undefined);
    metrics.requestAdmitted('/v2/submit', undefined);
    metrics.submissionsAccepted(20);
  }
  await expect
    .poll(lines)
    .toEqual([
      'api.requests_total,app=7,request=/v2/lookup:1|c',
      'api.lookup.searches.total:3|c',
      'api.lookup.matches.total:0|c',
      'api.request_duration_seconds,request=/v2/lookup:12.346|ms',
      'api.handled_errors_total,code=invalid_apikey,request=/v2/lookup:1|c',
      'api.unhandled_errors_total,request=/v2/lookup,cause=redis:1|c',
      'api.rate_limit_exceeded_total,bucket=ip,app=None:1|c',
      'api.requests_total,app=None,request=/v2/submit:1|c',
      'new_submissions:20|c',
    ]);
});

test('a prefix stands before every name', async () => {
  const { lines, port } = await listen();
  const flags = { 'statsd.host': HOST, 'statsd.port': String(port), 'statsd.prefix': 'acoustid' };
  {
    await using statsd = openStatsd(resolveConfig({ flags }).settings, log);
    createMetrics(statsd).submissionsAccepted(1);
  }
  await expect.poll(lines).toEqual(['acoustid.new_submissions:1|c']);
});

test('without a host there is no StatsD', () => {
  expect(openStatsd(resolveConfig({ flags: {} }).settings, log)).toBeUndefined();
});

test('a StatsD that cannot be reached is said once and stops nobody', async () => {
  const said: string[] = [];
  const loud = createLog('warn', { write: (line) => void said.push(line) });
  // A name that no resolver may know.
  const statsd = new Statsd({ host: 'statsd.invalid', port: 8125 }, loud);
  const metrics = createMetrics(statsd);
  // More than fits one datagram, so that several are tried.
  for (let at = 0; at < 200; at++) metrics.requestAdmitted('/v2/lookup', at);
  await expect.poll(() => said.length).toBe(1);
  await statsd[Symbol.asyncDispose]();
  expect(said).toHaveLength(1);
  expect(await metrics.print()).toMatchObject({
    text: expect.stringContaining('acoustid_api_requests_total{request="/v2/lookup",app="199"} 1'),
  });
});
