import { open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { CorruptionError, FormatVersionError } from './errors.ts';
import { TEMPORARY_SUFFIX } from './file-names.ts';

/** Makes renames and removals in a folder durable. Windows cannot open folders and needs no such call. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Replaces a file as a whole: temporary name, fsync, rename, fsync of the folder. */
export async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = path + TEMPORARY_SUFFIX;
  const handle = await open(temporary, 'w');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

/** Removes what an earlier process left unfinished. Returns the names removed. */
export async function sweepFolder(
  folder: string,
  isOrphan: (name: string) => boolean,
): Promise<string[]> {
  const orphans = (await readdir(folder)).filter(
    (name) => name.endsWith(TEMPORARY_SUFFIX) || isOrphan(name),
  );
  for (const name of orphans) await rm(join(folder, name), { recursive: true, force: true });
  return orphans;
}

/**
 * Small files that point at others (redirect, manifest) share one frame:
 *
 *   file    := magic version length payload crc
 *   magic   := 4 bytes ASCII     what the file is
 *   version := u32 LE            1
 *   length  := u32 LE            bytes of the payload
 *   payload := JSON
 *   crc     := u32 LE            CRC-32 of everything before it
 */
const FRAME_VERSION = 1;
const FRAME_HEADER_SIZE_BYTES = 12;

export function frame(magic: string, value: unknown): Buffer {
  const payload = Buffer.from(JSON.stringify(value));
  const bytes = Buffer.alloc(FRAME_HEADER_SIZE_BYTES + payload.length + 4);
  bytes.write(magic, 0, 4, 'latin1');
  bytes.writeUInt32LE(FRAME_VERSION, 4);
  bytes.writeUInt32LE(payload.length, 8);
  payload.copy(bytes, FRAME_HEADER_SIZE_BYTES);
  const crcAt = bytes.length - 4;
  bytes.writeUInt32LE(crc32(bytes.subarray(0, crcAt)), crcAt);
  return bytes;
}

/** The payload of a framed file, still unknown in type. Throws CorruptionError, FormatVersionError. */
export function unframe(magic: string, bytes: Buffer, file: string): unknown {
  if (bytes.length < FRAME_HEADER_SIZE_BYTES + 4) {
    throw new CorruptionError(file, bytes.length, 'the file is cut short');
  }
  const crcAt = bytes.length - 4;
  if (crc32(bytes.subarray(0, crcAt)) !== bytes.readUInt32LE(crcAt)) {
    throw new CorruptionError(file, 0, 'checksum mismatch');
  }
  if (bytes.toString('latin1', 0, 4) !== magic) throw new CorruptionError(file, 0, 'wrong magic');
  const version = bytes.readUInt32LE(4);
  if (version !== FRAME_VERSION) throw new FormatVersionError(file, version, FRAME_VERSION);
  if (bytes.readUInt32LE(8) !== crcAt - FRAME_HEADER_SIZE_BYTES) {
    throw new CorruptionError(file, 8, 'wrong length');
  }
  return JSON.parse(bytes.toString('utf8', FRAME_HEADER_SIZE_BYTES, crcAt));
}
