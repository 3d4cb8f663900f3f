import { renameSync, rmSync, writeFileSync } from 'node:fs';
import type { RunFile } from '../server/config/run-file.ts';

/** Writes `run.json`, whole or not at all: a reader sees the old or the new one. */
export function writeRunFile(file: string, run: RunFile): void {
  const fresh = `${file}.new`;
  rmSync(fresh, { force: true });
  writeFileSync(fresh, `${JSON.stringify(run, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(fresh, file);
}

export function removeRunFile(file: string): void {
  rmSync(file, { force: true });
}
