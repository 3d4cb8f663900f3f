import { uuid5 } from './uuid5.ts';

const FINGERPRINT_NAMESPACE = 'df7bef46-416e-4c57-a877-39b54325ef03';

/**
 * The gid of a fingerprint: UUID version 5 over its version (uint32, little-endian) and its hashes
 * (uint32 each, little-endian). Equal hashes give equal gids, so the gid finds exact duplicates.
 */
export function fingerprintGid(version: number, hashes: Uint32Array): string {
  const data = Buffer.allocUnsafe(4 + 4 * hashes.length);
  data.writeUInt32LE(version >>> 0, 0);
  for (let index = 0; index < hashes.length; index += 1) {
    data.writeUInt32LE(hashes[index] ?? 0, 4 + 4 * index);
  }
  return uuid5(FINGERPRINT_NAMESPACE, data);
}
