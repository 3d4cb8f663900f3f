import type { Command } from 'commander';
import { dataDirOf } from '../config/data-dir.ts';
import { loadConfig } from '../config/load-config.ts';
import { findRunFile } from '../config/run-file.ts';
import { IndexClient } from '../index/client.ts';
import { rebuildIndex } from '../index/rebuild.ts';
import type { JobProgress, JobRun } from '../jobs/job.ts';
import { createLog } from '../log.ts';
import { openConfiguredDatabases } from './open-databases.ts';
import { CommandError } from './output.ts';
import type { GlobalOptions, Output } from './output.ts';

const REPORT_EVERY_MS = 1000;

/** `acoustid rebuild-index`: the index again, from PostgreSQL, while the service goes on. */
export function registerRebuildIndex(program: Command, output: Output): void {
  program
    .command('rebuild-index')
    .description('build the index anew from PostgreSQL while it serves; goes on where it stopped')
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      await using databases = openConfiguredDatabases(options);
      await using index = openIndex(options);
      const stop = new AbortController();
      const onSignal = (): void => stop.abort(new CommandError(STOPPED));
      process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
      const begunMs = performance.now();
      const { pool } = databases.fingerprint;
      const log = createLog(options.logLevel ?? 'warn');
      const fingerprints = await rebuildIndex({ pool, index, log }, shownRun(stop.signal));
      const seconds = Math.round((performance.now() - begunMs) / 100) / 10;
      output.result(
        options.json,
        { fingerprints, seconds },
        `built from ${fingerprints} fingerprints in ${seconds} s`,
      );
    });
}

const STOPPED = 'Stopped; the old index serves on. The same command goes on from here.';

/** The engine that is configured, else that of the running appliance of the data folder. */
function openIndex(options: GlobalOptions): IndexClient {
  const { settings } = loadConfig({ file: options.config, dataDir: options.dataDir });
  const dataDir = dataDirOf(options.dataDir);
  const url = settings['index.url'] ?? findRunFile(dataDir)?.index;
  if (url === undefined) {
    throw new CommandError(
      `The appliance of ${dataDir} is not running, so its index cannot be reached; start it with "npm start" or "acoustid serve", or configure [index] url.`,
    );
  }
  return new IndexClient(url, settings['index.name']);
}

/** Progress goes to standard error, where logs go; standard output is the result's. */
function shownRun(signal: AbortSignal): JobRun {
  const begunMs = performance.now();
  let first: number | undefined;
  let reportedMs = Number.NEGATIVE_INFINITY;
  let stage: string | undefined;
  const report = ({ current, done, total = done, unit }: JobProgress): void => {
    const nowMs = performance.now();
    first ??= done;
    if (current === stage && nowMs - reportedMs < REPORT_EVERY_MS) return;
    reportedMs = nowMs;
    stage = current;
    const perSecond = Math.round(((done - first) / (nowMs - begunMs)) * 1000);
    process.stderr.write(`${current}: ${done} of ${total} ${unit}, ${perSecond}/s\n`);
  };
  return {
    signal,
    saved: undefined,
    report,
    log: (line) => process.stderr.write(`${line}\n`),
    save: () => Promise.resolve(),
  };
}
