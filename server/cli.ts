/**
 * The subcommands of `acoustid` that work on the configuration and the databases. `serve` and
 * `doctor` are the supervisor's, `index` is the engine's (main/cli.ts sends each where it belongs).
 */
import { Command, CommanderError } from 'commander';
import { registerAccount } from './cli/account.ts';
import { registerApplication } from './cli/application.ts';
import { registerConfig } from './cli/config.ts';
import { registerDb } from './cli/db.ts';
import { registerExport } from './cli/export.ts';
import { registerFirstKeys } from './cli/first-keys.ts';
import { registerFp } from './cli/fp.ts';
import { registerJob } from './cli/job.ts';
import { registerModeration } from './cli/moderation.ts';
import { openConfiguredDatabases } from './cli/open-databases.ts';
import { registerRebuildIndex } from './cli/rebuild-index.ts';
import { Output } from './cli/output.ts';
import { registerSetupLink } from './cli/setup-link.ts';
import { registerTask } from './cli/task.ts';

const EXIT = { failure: 1, usage: 2 } as const;

/** Builds the whole command line; tests parse it with arguments of their own. */
export function createProgram(output: Output): Command {
  const program = new Command('acoustid')
    .description('A complete AcoustID in one box.')
    .option('--config <file>', 'configuration file')
    .option('--data-dir <folder>', 'data folder')
    .option('--log-level <level>', 'how much is logged')
    .option('--json', 'one JSON document on standard output')
    .exitOverride();
  registerConfig(program, output);
  registerAccount(program, output);
  registerApplication(program, output);
  registerFirstKeys(program, output);
  registerSetupLink(program, output);
  registerDb(program, openConfiguredDatabases, output);
  registerRebuildIndex(program, output);
  registerExport(program, output);
  registerFp(program);
  registerModeration(program, { open: openConfiguredDatabases, input: process.stdin, output });
  registerJob(program, openConfiguredDatabases, output);
  registerTask(program, openConfiguredDatabases, output);
  return program;
}

async function main(argv: readonly string[]): Promise<void> {
  const output = new Output(process.stdout, process.stderr);
  try {
    await createProgram(output).parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : EXIT.usage;
      return;
    }
    output.fail(error);
    process.exitCode = EXIT.failure;
  }
}

await main(process.argv.slice(2));
