import { expect, test } from 'vitest';
import { clientOf, RecentRequests } from './recent-requests.ts';

const REQUEST = {
  at: new Date(0),
  method: 'POST',
  path: '/v2/lookup',
  userAgent: 'x',
  applicationId: 1,
  outcome: 'ok',
  tookMs: 1,
};

test('the newest come first, and the oldest are forgotten', () => {
  const requests = new RecentRequests();
  for (let at = 0; at < 1000; at += 1) requests.note(REQUEST);
  const listed = requests.list(1000).map(({ id }) => id);
  expect(listed).toHaveLength(200);
  expect(listed.slice(0, 2)).toEqual([1000, 999]);
  expect(requests.list(3)).toHaveLength(3);
});

test('what a client says of itself is cut', () => {
  const requests = new RecentRequests();
  requests.note({ ...REQUEST, userAgent: 'y'.repeat(9999) });
  requests.note({ ...REQUEST, userAgent: undefined });
  expect(requests.list(2).map(({ userAgent }) => userAgent?.length)).toEqual([undefined, 200]);
});

test.each([
  ['MusicBrainz-Picard/2.8.5.final0 (Linux)', 'picard'],
  ['python-requests/2.28.1', 'python'],
  ['Python-urllib/3.11', 'quodlibet'],
  ['strawberry 1.0.14', 'strawberry'],
  ['Clementine 1.4 rc2', 'clementine'],
  ['Mozilla/5.0', 'browser'],
  ['curl/8.5.0', 'curl'],
  ['something', 'other'],
  ['', 'silent'],
  [null, 'silent'],
])('%s is %s', (userAgent, client) => {
  expect(clientOf(userAgent)).toBe(client);
});
