import { open } from 'node:fs/promises';
import type { JobRun } from '../jobs/job.ts';
import { BackupReader } from './backup-reader.ts';
import { BackupError } from './errors.ts';
import type { ManifestSection } from './manifest.ts';

/** What lies in a backup, in the order of the file. */
export async function listSections(file: string): Promise<readonly ManifestSection[]> {
  await using reader = await BackupReader.open(file);
  return reader.manifest.sections;
}

/**
 * Takes one section out of a backup into a file of its own: the rows of a table as COPY reads them,
 * the configuration, or the index for `acoustid index restore`. Throws `BackupError` when there is
 * no such section or the file is there already.
 */
export async function extractSection(
  { file, section, to }: { readonly file: string; readonly section: string; readonly to: string },
  run: JobRun,
): Promise<ManifestSection> {
  await using reader = await BackupReader.open(file);
  const number = reader.manifest.sections.findIndex(({ name }) => name === section);
  const found = reader.manifest.sections[number];
  if (!found) {
    const names = reader.manifest.sections.map(({ name }) => name).join(', ');
    throw new BackupError(`${file} has no section ${section}; it has ${names}.`);
  }
  const handle = await open(to, 'wx', 0o600).catch((cause: Error) => {
    throw new BackupError(`${to} cannot be written: ${cause.message}.`, { cause });
  });
  try {
    let done = 0;
    for await (const chunk of reader.content(number, run.signal)) {
      await handle.writeFile(chunk);
      done += chunk.length;
      run.report({ done, total: found.sizeBytes, unit: 'bytes', current: section });
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return found;
}
