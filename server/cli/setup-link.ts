import type { Command } from 'commander';
import { issueSetupToken } from '../account/setup.ts';
import { dataDirOf } from '../config/data-dir.ts';
import { loadConfig } from '../config/load-config.ts';
import { findRunFile } from '../config/run-file.ts';
import { openConfiguredDatabases } from './open-databases.ts';
import { CommandError } from './output.ts';
import type { GlobalOptions, Output } from './output.ts';

/** `acoustid setup-link`: the link of the start once more, with a new token. */
export function registerSetupLink(program: Command, output: Output): void {
  program
    .command('setup-link')
    .description('print a link that makes the first administrator; older links end')
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      await using databases = openConfiguredDatabases(options);
      const token = await issueSetupToken(databases.app.pool, Date.now());
      if (token === undefined) {
        throw new CommandError('An administrator has a password already; sign in with that.');
      }
      const setup = `${addressOf(options)}/setup#${token}`;
      output.result(options.json, { setup }, setup);
    });
}

/** Where the pages are: of the running appliance, else by the configuration. */
function addressOf({ config, dataDir }: GlobalOptions): string {
  const run = findRunFile(dataDirOf(dataDir));
  if (run) return run.api;
  const { settings } = loadConfig({ file: config, dataDir });
  return `http://${settings['server.host']}:${settings['server.port']}`;
}
