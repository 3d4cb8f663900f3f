import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { fillIndex, startService } from '../e2e/harness/service.ts';
import { fingerprintText, syntheticHashes } from '../e2e/harness/synthetic-fingerprint.ts';
import { insertApplication } from './application/application-queries.ts';

const FORM = { duration: 30, fingerprint: fingerprintText(syntheticHashes(1)) };
const MBID = '11111111-2222-4333-8444-555555555555';

test('what the service does reaches StatsD, also what it did just before it stopped', async () => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  onTestFinished(() => void socket.close());
  await once(socket, 'listening');
  const lines: string[] = [];
  socket.on('message', (datagram) => lines.push(...datagram.toString().split('\n')));
  {
    await using service = await startService({
      settings: {
        'statsd.host': '127.0.0.1',
        'statsd.port': String(socket.address().port),
        'rate_limiter.limit_loopback': 'yes',
        // One request in any 20 seconds.
        'rate_limiter.application.1': '0.05',
      },
    });
    const { api } = service;
    await fillIndex(service.context);
    await api.lookup(FORM);
    expect(await api.post('/v2/lookup', FORM)).toMatchObject({ status: 429 });
    expect(await api.post('/v2/lookup', {})).toMatchObject({ status: 400 });
    const { apikey } = await insertApplication(service.context.databases.app.pool, {
      account_id: 1,
      name: 'Another',
      version: '1',
    });
    const submission = { client: apikey, user: api.keys.user, ...FORM, mbid: MBID };
    expect(await api.post('/v2/submit', submission)).toMatchObject({ status: 200 });
  }
  const counted = (): string[] => lines.filter((line) => line.endsWith('|c'));
  await expect
    .poll(counted)
    .toEqual([
      'api.requests_total,app=1,request=/v2/lookup:1|c',
      'api.lookup.searches.total:1|c',
      'api.lookup.matches.total:0|c',
      'api.requests_total,app=1,request=/v2/lookup:1|c',
      'api.rate_limit_exceeded_total,bucket=app,app=1:1|c',
      'api.handled_errors_total,code=too_many_requests,request=/v2/lookup:1|c',
      'api.handled_errors_total,code=missing_parameter,request=/v2/lookup:1|c',
      'api.requests_total,app=2,request=/v2/submit:1|c',
      'new_submissions:1|c',
    ]);
  const duration = /^api\.request_duration_seconds,request=\/v2\/(?:lookup|submit):[\d.]+\|ms$/;
  const timed = lines.filter((line) => duration.test(line));
  expect([timed.length, lines.length]).toEqual([4, 13]);
});
