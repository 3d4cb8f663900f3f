import { encodeFingerprint } from '../../server/fingerprint/codec.ts';

/** Hashes of a recording that does not exist, the same for the same seed. */
export function syntheticHashes(seed: number, count = 400): Uint32Array {
  let state = seed * 2_654_435_761 + 1;
  const hashes = new Uint32Array(count);
  for (let at = 0; at < count; at += 1) {
    // An xorshift step; neighbours share most bits, as real hashes do, so that it packs alike.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    hashes[at] = at % 3 === 0 ? state >>> 0 : ((hashes[at - 1] ?? 0) ^ (state & 0xf0f)) >>> 0;
  }
  return hashes;
}

/** The same recording heard again: every n-th hash has one wrong bit. */
export function degraded(hashes: Uint32Array, everyNth: number): Uint32Array {
  return hashes.map((hash, at) => (at % everyNth === 0 ? (hash ^ (1 << (at % 18))) >>> 0 : hash));
}

/** The text a client sends for these hashes. */
export function fingerprintText(hashes: Uint32Array): string {
  return encodeFingerprint({ version: 1, hashes });
}
