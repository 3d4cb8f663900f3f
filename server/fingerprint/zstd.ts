/** The only user of Node's zstd, which its documentation still calls experimental. */
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** Compresses into one zstd frame at the library's default level, with the content size in it. */
export function compressZstd(bytes: Uint8Array): Buffer {
  return zstdCompressSync(bytes);
}

/** Decompresses; throws whatever zlib throws if it is no zstd or longer than the limit. */
export function decompressZstd(bytes: Uint8Array, sizeMaxBytes: number): Buffer {
  return zstdDecompressSync(bytes, { maxOutputLength: sizeMaxBytes });
}
