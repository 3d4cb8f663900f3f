/** The only user of Node's zstd, which its documentation still calls experimental. */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** Compresses into one zstd frame at the library's default level. */
export function compressZstd(bytes: Uint8Array): Buffer {
  return zstdCompressSync(bytes, {
    params: { [constants.ZSTD_c_contentSizeFlag]: 1, [constants.ZSTD_c_checksumFlag]: 0 },
  });
}

/** Decompresses; throws whatever zlib throws if it is no zstd or longer than the limit. */
export function decompressZstd(bytes: Uint8Array, lengthMaxBytes: number): Buffer {
  return zstdDecompressSync(bytes, { maxOutputLength: lengthMaxBytes });
}
