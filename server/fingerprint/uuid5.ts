import { createHash } from 'node:crypto';

/**
 * Name-based UUID, version 5 (RFC 9562 section 5.5): SHA-1 over the namespace's bytes and the data,
 * of which the first 16 bytes count.
 */
export function uuid5(namespace: string, data: Uint8Array | string): string {
  const digest = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(data)
    .digest()
    .subarray(0, 16);
  digest[6] = (digest.readUInt8(6) & 0x0f) | 0x50;
  digest[8] = (digest.readUInt8(8) & 0x3f) | 0x80;
  return digest.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
