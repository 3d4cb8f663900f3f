import type { Command } from 'commander';
import { insertAccount, listAccounts, rotateAccountKey } from '../account/account-queries.ts';
import { readId, table } from './arguments.ts';
import { openConfiguredDatabases } from './open-databases.ts';
import { CommandError } from './output.ts';
import type { GlobalOptions, Output } from './output.ts';

const NAME_LENGTH_MAX = 255;

/** `acoustid account …`: the people, and scripts, whose keys submissions are counted for. */
export function registerAccount(program: Command, output: Output): void {
  const account = program.command('account').description('accounts and their user keys');
  account
    .command('create <name>')
    .description('make an account and print its user key')
    .action(async (name: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      await using databases = openConfiguredDatabases(options);
      const { apikey, id } = await insertAccount(databases.app.pool, readName(name));
      output.result(options.json, { id, apikey }, `Account ${id} has the user key ${apikey}`);
    });
  account
    .command('list')
    .description('list accounts')
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      await using databases = openConfiguredDatabases(options);
      const accounts = await listAccounts(databases.app.pool);
      const rows = accounts.map(({ apikey, id, name }) => [String(id), name, apikey]);
      output.result(options.json, accounts, table(['id', 'name', 'user key'], rows));
    });
  account
    .command('rotate-key <id>')
    .description('give an account a new user key; the old one ends within a minute')
    .action(async (text: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const id = readId(text);
      await using databases = openConfiguredDatabases(options);
      const apikey = await rotateAccountKey(databases.app.pool, id);
      if (apikey === undefined) throw new CommandError(`There is no account ${id}.`);
      output.result(options.json, { id, apikey }, `Account ${id} has the user key ${apikey}`);
    });
}

function readName(name: string): string {
  const trimmed = name.trim();
  if (trimmed === '' || trimmed.length > NAME_LENGTH_MAX) {
    throw new CommandError(`A name has 1 to ${NAME_LENGTH_MAX} characters.`);
  }
  return trimmed;
}
