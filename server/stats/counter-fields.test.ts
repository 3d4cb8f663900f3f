import { expect, test } from 'vitest';
import { readLookupField, readUserAgentField } from './counter-fields.ts';

test('a field of lookups is an hour of one application, hits or misses', () => {
  const hour = { applicationId: 7, date: '2026-11-20', hour: 1 };
  expect(readLookupField('2026-11-20:1:7:hit', '5')).toEqual({ ...hour, hits: 5, misses: 0 });
  // Upstream pads the hour.
  expect(readLookupField('2026-11-20:01:7:miss', '3')).toEqual({ ...hour, hits: 0, misses: 3 });
});

test('a field of user agents is a day of one agent at one address', () => {
  expect(
    readUserAgentField('2026-11-20:7:Foo/1.0%20%28x%3B%20%C3%A9%29:2001%3Adb8%3A%3A1', '2'),
  ).toEqual({
    applicationId: 7,
    date: '2026-11-20',
    userAgent: 'Foo/1.0 (x; é)',
    ip: '2001:db8::1',
    count: 2,
  });
  expect(readUserAgentField('2026-11-20:7::1.2.3.4', '1')).toMatchObject({ userAgent: '' });
});

test.each([
  ['2026-11-20:1:7', '1'],
  ['2026-02-31:1:7:hit', '1'],
  ['2026-11-20:1:7:hit', 'many'],
  ['2026-11-20:1:7:hit', '-1'],
  ['2026-11-20:1:99999999999:hit', '1'],
  ['', '1'],
])('%s = %s counts no lookup', (field, value) => {
  expect(readLookupField(field, value)).toBeUndefined();
});

test.each([
  ['2026-11-20:7:Foo', '1'],
  ['2026-11-20:7:Foo:nowhere', '1'],
  ['2026-11-20:7:%FF:1.2.3.4', '1'],
  ['2026-11-20:7:Foo:fe80%3A%3A1%25eth0', '1'],
])('%s = %s counts no user agent', (field, value) => {
  expect(readUserAgentField(field, value)).toBeUndefined();
});
