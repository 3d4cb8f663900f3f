import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { isOurHost } from './our-host.ts';

test.each(['127.0.0.1:8380', '[::1]:8380', 'localhost', 'LocalHost:80', hostname(), '192.168.1.9'])(
  '%s is a name of this machine',
  (host) => {
    expect(isOurHost(host)).toBe(true);
  },
);

test.each(['evil.example:8380', '127.0.0.1.evil.example', 'localhost.evil.example', '', undefined])(
  '%s is none',
  (host) => {
    expect(isOurHost(host)).toBe(false);
  },
);

test('a configured name is one', () => {
  expect(isOurHost('music.example', ['music.example'])).toBe(true);
});
