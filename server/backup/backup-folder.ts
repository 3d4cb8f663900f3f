import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BackupReader } from './backup-reader.ts';
import { databasesIn } from './manifest.ts';
import type { BackupEntry, BackupSummary, KeepBackups } from './parts.ts';

const SUFFIX = '.acoustid-backup';
/** What an unfinished file is called: `<final name>.<pid>.partial`. */
export const PARTIAL_SUFFIX = '.partial';
const PARTIAL = /\.acoustid-backup\.(?<pid>\d+)\.partial$/;
/** An unfinished file whose process seems to live, but which nobody wrote to for so long. */
const PARTIAL_AGE_MS_MAX = 24 * 3600 * 1000;

/** The name of a backup made now: sorts by time, and holds nothing a file system minds. */
export function backupFileOf(folder: string, created: string): string {
  const time = created.replace(/\.\d+Z$/, 'Z').replaceAll(':', '-');
  return join(folder, `acoustid-${time}${SUFFIX}`);
}

/** Makes the folder and removes what killed backups have left in it. */
export async function prepareBackupFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of await readdir(folder)) {
    const pid = Number(PARTIAL.exec(name)?.groups?.['pid'] ?? 0);
    if (pid === 0) continue;
    const file = join(folder, name);
    if (!isAlive(pid) || (await ageMsOf(file)) > PARTIAL_AGE_MS_MAX)
      await rm(file, { force: true });
  }
}

/** The backups of a folder, newest first; none when there is no such folder. */
export async function listBackups(folder: string): Promise<BackupEntry[]> {
  const names = await readdir(folder).catch((error: unknown): string[] => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  const entries: BackupEntry[] = [];
  for (const name of names.filter((each) => each.endsWith(SUFFIX)).sort()) {
    entries.push(await readEntry(join(folder, name)));
  }
  return entries.sort((a, b) => (b.created ?? '').localeCompare(a.created ?? ''));
}

/**
 * Removes the backups that no rule keeps: the newest of each of the latest days, weeks and months
 * that have one. The newest of all stays whatever the rules say, and so does every file that cannot
 * be read: a person should look at it. Returns the files removed.
 */
export async function pruneBackups(folder: string, keep: KeepBackups): Promise<string[]> {
  const entries = await listBackups(folder);
  const kept = keptBackups(entries, keep);
  const removed: string[] = [];
  for (const { created, file } of entries) {
    if (created === undefined || kept.has(file)) continue;
    await rm(file, { force: true });
    removed.push(file);
  }
  return removed;
}

/** Which of these backups, newest first, the rules keep; times are UTC and weeks begin on Monday. */
export function keptBackups(
  entries: readonly Pick<BackupEntry, 'created' | 'file'>[],
  keep: KeepBackups,
): ReadonlySet<string> {
  const dated = entries.flatMap(({ created, file }) =>
    created === undefined ? [] : [{ file, created: new Date(created) }],
  );
  const kept = new Set(dated.slice(0, 1).map(({ file }) => file));
  const periods: [number, (date: Date) => string][] = [
    [keep.daily, dayOf],
    [keep.weekly, mondayOf],
    [keep.monthly, (date) => dayOf(date).slice(0, 7)],
  ];
  for (const [count, periodOf] of periods) {
    const newest = new Map<string, string>();
    for (const { created, file } of dated) {
      const period = periodOf(created);
      if (!newest.has(period)) newest.set(period, file);
    }
    for (const file of [...newest.values()].slice(0, count)) kept.add(file);
  }
  return kept;
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function mondayOf(date: Date): string {
  const sinceMonday = (date.getUTCDay() + 6) % 7;
  return dayOf(new Date(date.getTime() - sinceMonday * 24 * 3600 * 1000));
}

async function readEntry(file: string): Promise<BackupEntry> {
  try {
    await using reader = await BackupReader.open(file);
    return { ...summaryOf(reader), problem: undefined };
  } catch (error) {
    const { size } = await stat(file).catch(() => ({ size: 0 }));
    const problem = error instanceof Error ? error.message : String(error);
    return { file, sizeBytes: size, created: undefined, rows: undefined, databases: [], problem };
  }
}

/** What a backup is, in short. */
export function summaryOf(reader: BackupReader): BackupSummary {
  const { file, manifest, sizeBytes } = reader;
  return {
    file,
    sizeBytes,
    created: manifest.created,
    rows: manifest.sections.reduce((sum, { rows }) => sum + rows, 0),
    databases: databasesIn(manifest),
  };
}

async function ageMsOf(file: string): Promise<number> {
  const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Date.now() }));
  return Date.now() - mtimeMs;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
