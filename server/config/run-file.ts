import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { runFileOf } from './data-dir.ts';

/**
 * `<data>/run.json`: how to reach the parts of the running appliance. The supervisor writes it
 * (mode 0600, for it holds passwords) once everything is ready and removes it at the stop.
 */
export const runFileSchema = z.object({
  pid: z.int().positive(),
  api: z.url(),
  index: z.url(),
  nats: z.string(),
  postgres: z.object({
    app: z.string(),
    fingerprint: z.string(),
    ingest: z.string(),
    musicbrainz: z.string(),
  }),
  services: z.record(
    z.string(),
    z.object({ pid: z.int().positive().nullable(), state: z.string() }),
  ),
});

export type RunFile = z.infer<typeof runFileSchema>;

/** Reads the run file of a data folder; `undefined` when none is there or its process is gone. */
export function findRunFile(dataDir: string): RunFile | undefined {
  let text: string;
  try {
    text = readFileSync(runFileOf(dataDir), 'utf8');
  } catch (error) {
    // ENOTDIR: a file is where the folder would be.
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
  const run = runFileSchema.parse(JSON.parse(text));
  return isAlive(run.pid) ? run : undefined;
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
