import type { Command } from 'commander';
import { ensureFirstKeys } from '../application/first-keys.ts';
import { openConfiguredDatabases } from './open-databases.ts';
import type { GlobalOptions, Output } from './output.ts';

/** `acoustid first-keys`: the keys for local use; made at the first start, shown whenever asked. */
export function registerFirstKeys(program: Command, output: Output): void {
  program
    .command('first-keys')
    .description('print the client key and the user key for local use, making them once')
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      await using databases = openConfiguredDatabases(options);
      const keys = await ensureFirstKeys(databases.app.pool);
      const text = keys
        ? `client key ${keys.application.apikey}\nuser key   ${keys.account.apikey}`
        : 'The first keys were deleted; make others with "acoustid application create".';
      output.result(options.json, keys ?? { created: false }, text);
    });
}
