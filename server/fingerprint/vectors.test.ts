import { expect, test } from 'vitest';
import { unitCases } from '../../e2e/harness/unit-cases.ts';
import * as vectors from '../../e2e/harness/fingerprint-vectors.ts';

const counts: Readonly<Record<string, number>> = {
  decode: vectors.listDecodings().length,
  'decode as the server': vectors.listServerDecodings().length,
  encode: vectors.listEncodings().length,
  'extract query': vectors.listQueries().length,
  compare: vectors.listOldComparisons().length,
  compare2: vectors.listComparisons().length,
  compare3: vectors.listComparisons3().length,
  simhash: vectors.listSimhashes().length,
  shingles: vectors.listShingles().length,
  gid: vectors.listGids().length,
  'meta gid': unitCases('meta_gid').length + unitCases('meta_canonical_json').length,
  '"Fp" form': vectors.listFpSamples().length,
};

test('there are vectors for every function', () => {
  const listed = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  process.stdout.write(`vectors from upstream: ${listed.join(', ')}; ${total} in all\n`);
  expect(Object.values(counts).every((count) => count > 0)).toBe(true);
});
