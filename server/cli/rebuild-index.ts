import type { Command } from 'commander';
import { dataDirOf } from '../config/data-dir.ts';
import { loadConfig } from '../config/load-config.ts';
import { findRunFile } from '../config/run-file.ts';
import { IndexClient } from '../index/client.ts';
import { rebuildIndex } from '../index/rebuild.ts';
import { createLog } from '../log.ts';
import { openConfiguredDatabases } from './open-databases.ts';
import { CommandError } from './output.ts';
import type { GlobalOptions, Output } from './output.ts';
import { runOnTerminal } from './terminal-run.ts';

/** `acoustid rebuild-index`: the index again, from PostgreSQL, while the service goes on. */
export function registerRebuildIndex(program: Command, output: Output): void {
  program
    .command('rebuild-index')
    .description('build the index anew from PostgreSQL while it serves; goes on where it stopped')
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      await using databases = openConfiguredDatabases(options);
      await using index = openIndex(options);
      const begunMs = performance.now();
      const { pool } = databases.fingerprint;
      const log = createLog(options.logLevel ?? 'warn');
      const fingerprints = await runOnTerminal(
        process.stderr,
        (run) => rebuildIndex({ pool, index, log }, run),
        STOPPED,
      );
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
