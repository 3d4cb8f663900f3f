import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hasReferenceData, REFERENCE } from '../../e2e/harness/dataset.ts';
import { demoKeyOf, isDemoKey } from './demo-key.ts';

const SECRET = 'websitesecret';
const NOON = Date.parse('2026-11-20T12:00:00Z');
const DAY_MS = 86_400_000;

describe.skipIf(!hasReferenceData())('recorded demo keys', () => {
  test('are made again', () => {
    const { vectors } = JSON.parse(
      readFileSync(`${REFERENCE}/data/golden/demo_key.json`, 'utf8'),
    ) as { vectors: { secret: string; date: string; key: string }[] }; // the file's shape
    expect(vectors.length).toBeGreaterThan(5);
    for (const { date, key, secret } of vectors) {
      expect(demoKeyOf(secret, Date.parse(`${date}T23:59:59Z`))).toBe(key);
    }
  });
});

test('a demo key is good for a week, and not before its day', () => {
  const good = [-1, 0, 1, 6, 7].filter((daysAgo) =>
    isDemoKey(SECRET, demoKeyOf(SECRET, NOON - daysAgo * DAY_MS), NOON),
  );
  expect(good).toEqual([0, 1, 6]);
});

test('a key of another secret or shape is none', () => {
  expect(isDemoKey(SECRET, demoKeyOf('other', NOON), NOON)).toBe(false);
  expect(isDemoKey(SECRET, 'short', NOON)).toBe(false);
  expect(isDemoKey(SECRET, 'žžžžžžžžžAž', NOON)).toBe(false);
});
