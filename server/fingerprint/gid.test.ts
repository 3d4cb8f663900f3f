import { expect, test } from 'vitest';
import { listFpSamples, listGids } from '../../e2e/harness/fingerprint-vectors.ts';
import { fingerprintGid } from './gid.ts';

const vectors = listGids();
test(`gids are upstream's on ${vectors.length} vectors`, () => {
  const differing = vectors.filter(
    ({ hashes, expected }) => fingerprintGid(1, hashes) !== expected,
  );
  expect(differing.map(({ name }) => name)).toEqual([]);
});

const samples = listFpSamples().filter(({ gid }) => gid !== undefined);
test(`gids of other versions are upstream's on ${samples.length} vectors`, () => {
  for (const { gid, hashes, version } of samples) {
    expect(fingerprintGid(version, hashes)).toBe(gid);
  }
});

test('another version gives another gid, negative ones included', () => {
  const hashes = Uint32Array.of(1, 2, 3);
  expect(fingerprintGid(2, hashes)).not.toBe(fingerprintGid(1, hashes));
  expect(fingerprintGid(-1, hashes)).toBe(fingerprintGid(0xffffffff, hashes));
});
