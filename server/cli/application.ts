import type { Command } from 'commander';
import {
  disableApplication,
  insertApplication,
  listApplications,
  rotateApplicationKey,
} from '../application/application-queries.ts';
import { readId, table } from './arguments.ts';
import { openConfiguredDatabases } from './open-databases.ts';
import { CommandError } from './output.ts';
import type { GlobalOptions, Output } from './output.ts';

interface CreateOptions extends GlobalOptions {
  readonly account: string;
  readonly name: string;
  readonly version: string;
}

const FOREIGN_KEY_VIOLATION = '23503';

/** `acoustid application …`: the programs that may ask, each with its client key. */
export function registerApplication(program: Command, output: Output): void {
  const application = program
    .command('application')
    .description('applications and their client keys');
  registerCreate(application, output);
  application
    .command('list')
    .description('list applications')
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      await using databases = openConfiguredDatabases(options);
      const applications = await listApplications(databases.app.pool);
      const rows = applications.map((each) => [
        String(each.id),
        each.name,
        each.version,
        each.apikey,
        each.active ? 'active' : 'disabled',
      ]);
      output.result(
        options.json,
        applications,
        table(['id', 'name', 'version', 'client key', 'state'], rows),
      );
    });
  application
    .command('disable <id>')
    .description('refuse an application from now on')
    .action(async (text: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const id = readId(text);
      await using databases = openConfiguredDatabases(options);
      const found = await disableApplication(databases.app.pool, id);
      if (!found) throw new CommandError(`There is no application ${id}.`);
      output.result(options.json, { id, active: false }, `Application ${id} is disabled`);
    });
  application
    .command('rotate-key <id>')
    .description('give an application a new client key; the old one ends within a minute')
    .action(async (text: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const id = readId(text);
      await using databases = openConfiguredDatabases(options);
      const apikey = await rotateApplicationKey(databases.app.pool, id);
      if (apikey === undefined) throw new CommandError(`There is no application ${id}.`);
      output.result(options.json, { id, apikey }, `Application ${id} has the client key ${apikey}`);
    });
}

function registerCreate(application: Command, output: Output): void {
  application
    .command('create')
    .description('make an application and print its client key')
    .requiredOption('--account <id>', 'account that owns it')
    .requiredOption('--name <name>', 'name of the program')
    .requiredOption('--version <version>', 'version of the program')
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<CreateOptions>();
      await using databases = openConfiguredDatabases(options);
      const accountId = readId(options.account);
      const { apikey, id } = await insertApplication(databases.app.pool, {
        account_id: accountId,
        name: options.name,
        version: options.version,
      }).catch((cause: unknown) => {
        throw isForeignKeyViolation(cause)
          ? new CommandError(`There is no account ${accountId}.`, { cause })
          : cause;
      });
      output.result(options.json, { id, apikey }, `Application ${id} has the client key ${apikey}`);
    });
}

function isForeignKeyViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === FOREIGN_KEY_VIOLATION;
}
