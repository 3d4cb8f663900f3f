import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { OneTimeTokens } from './one-time-tokens.ts';

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

function loginsAt(start: number): { logins: OneTimeTokens; clock: { now: number } } {
  const clock = { now: start };
  return { clock, logins: new OneTimeTokens(60_000, () => clock.now) };
}

test('an announced token is good once', () => {
  const { logins } = loginsAt(0);
  logins.announce(hashOf('one'));
  expect(logins.redeem('one')).toBe(true);
  expect(logins.redeem('one')).toBe(false);
});

test('a token nobody announced is good for nothing, nor is the hash itself', () => {
  const { logins } = loginsAt(0);
  logins.announce(hashOf('one'));
  expect(logins.redeem('two')).toBe(false);
  expect(logins.redeem(hashOf('one'))).toBe(false);
});

test('a token is good for a minute', () => {
  const { clock, logins } = loginsAt(1000);
  logins.announce(hashOf('one'));
  logins.announce(hashOf('two'));
  clock.now = 60_999;
  expect(logins.redeem('one')).toBe(true);
  clock.now = 61_000;
  expect(logins.redeem('two')).toBe(false);
});

test('no more than eight wait to be used; the oldest goes', () => {
  const { logins } = loginsAt(0);
  for (let index = 0; index < 9; index++) logins.announce(hashOf(String(index)));
  expect(logins.redeem('0')).toBe(false);
  expect(logins.redeem('1')).toBe(true);
  expect(logins.redeem('8')).toBe(true);
});
