import { open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

/** What an unfinished file is called after its final name. */
const PARTIAL_SUFFIX = '.partial';

/** Writes a file beside its name, which it gets when it is whole and on the disk, or never. */
export async function writeWhole(
  file: string,
  write: (handle: FileHandle) => Promise<void>,
): Promise<void> {
  const partial = `${file}${PARTIAL_SUFFIX}`;
  const handle = await open(partial, 'w', 0o644);
  try {
    await write(handle);
    await handle.sync();
    await handle.close();
    await rename(partial, file);
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(partial, { force: true });
    throw error;
  }
}
