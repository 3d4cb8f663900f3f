import { expect, test } from 'vitest';
import { listQueries } from '../../e2e/harness/fingerprint-vectors.ts';
import { extractQuery, QUERY_HASH_COUNT_MAX, SILENCE_HASH } from './query.ts';

const vectors = listQueries();
test(`queries are upstream's on ${vectors.length} vectors`, () => {
  for (const { name, hashes, expected } of vectors) {
    expect({ name, query: extractQuery(hashes) }).toEqual({ name, query: expected });
  }
});

test('silence gives no query, and leading silence moves the window', () => {
  expect(extractQuery(new Uint32Array(500).fill(SILENCE_HASH))).toHaveLength(0);
  const sound = Uint32Array.from({ length: 200 }, (_, index) => (index + 1) << 8);
  const late = Uint32Array.of(...Array.from({ length: 50 }, () => SILENCE_HASH), ...sound);
  expect(extractQuery(sound)[0]).toBe(81 << 8);
  expect(extractQuery(late)[0]).toBe(31 << 8);
  expect(extractQuery(late)).toHaveLength(QUERY_HASH_COUNT_MAX);
});
