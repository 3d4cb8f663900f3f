import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { DATABASE_NAMES } from '../config/settings.ts';
import type { DatabaseName } from '../config/settings.ts';
import type { Databases } from '../db/databases.ts';
import {
  fileNameOf,
  migrateDown,
  migrateUp,
  migrationHistory,
  migrationStatus,
} from '../db/migrate.ts';
import { createMigration } from '../db/migration-files.ts';
import { createVectorIndex, dropVectorIndex } from '../db/vector-index.ts';
import { table } from './arguments.ts';
import { registerBackup } from './db-backup.ts';
import { CommandError, Output } from './output.ts';
import type { GlobalOptions } from './output.ts';

/** Opens the databases that the options every command takes lead to; may throw `CommandError`. */
export type OpenDatabases = (options: GlobalOptions) => Databases;

interface MigrateOptions extends GlobalOptions {
  readonly database?: DatabaseName;
  readonly steps?: number;
  readonly to?: number;
  readonly vectorIndex?: boolean;
}

interface Migrated {
  readonly database: DatabaseName;
  readonly version: number;
  readonly name: string;
}

/** `acoustid db …`: the schema of the databases, and their backups. */
export function registerDb(
  program: Command,
  open: OpenDatabases,
  output = new Output(process.stdout, process.stderr),
): void {
  const db = program.command('db').description('the four databases');
  const migrate = db.command('migrate').description('their schema, step by step');
  registerUp(migrate, open, output);
  registerDown(migrate, open, output);
  registerStatus(migrate, open, output);
  registerHistory(migrate, open, output);
  registerNew(migrate, output);
  registerBackup(db, output);
}

function registerUp(migrate: Command, open: OpenDatabases, output: Output): void {
  migrate
    .command('up')
    .description('apply what is pending')
    .addOption(databaseOption())
    .addOption(stepsOption('apply so many at most; needs --database'))
    .addOption(toOption('stop after this version; needs --database'))
    .option('--vector-index', 'also index whole fingerprints: 33 kB each, for own SQL only')
    .option('--no-vector-index', 'drop that index')
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<MigrateOptions>();
      requireDatabaseFor(options, 'steps', 'to');
      await using databases = open(options);
      const applied: Migrated[] = [];
      for (const database of databasesOf(options)) {
        const target = { database, location: databases[database].location };
        for (const { name, version } of await migrateUp(target, rangeOf(options))) {
          applied.push({ database, version, name });
        }
      }
      if (options.vectorIndex === true) await createVectorIndex(databases.fingerprint.location);
      if (options.vectorIndex === false) await dropVectorIndex(databases.fingerprint.location);
      output.result(
        options.json,
        { applied },
        sentencesOf(applied, 'applied', 'Nothing to apply.'),
      );
    });
}

function registerDown(migrate: Command, open: OpenDatabases, output: Output): void {
  migrate
    .command('down')
    .description('undo the latest migration of a database; what it made is lost')
    .addOption(databaseOption().makeOptionMandatory())
    .addOption(stepsOption('undo so many instead of one'))
    .addOption(toOption('undo everything after this version; -1 undoes all'))
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<MigrateOptions>();
      await using databases = open(options);
      const undone: Migrated[] = [];
      for (const database of databasesOf(options)) {
        const target = { database, location: databases[database].location };
        for (const { name, version } of await migrateDown(target, rangeOf(options))) {
          undone.push({ database, version, name });
        }
      }
      output.result(options.json, { undone }, sentencesOf(undone, 'undone', 'Nothing to undo.'));
    });
}

function registerStatus(migrate: Command, open: OpenDatabases, output: Output): void {
  migrate
    .command('status')
    .description('how each database compares with this program')
    .addOption(databaseOption())
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<MigrateOptions>();
      await using databases = open(options);
      const states = [];
      for (const database of databasesOf(options)) {
        states.push(await migrationStatus({ database, location: databases[database].location }));
      }
      const rows = states.map(({ database, latest, pending, state, version }) => [
        database,
        state,
        String(version ?? '-'),
        String(latest),
        pending.join(' '),
      ]);
      const headings = ['database', 'state', 'version', 'latest', 'pending'];
      output.result(options.json, { databases: states }, table(headings, rows));
    });
}

function registerHistory(migrate: Command, open: OpenDatabases, output: Output): void {
  migrate
    .command('history')
    .description('what was applied, and when')
    .addOption(databaseOption())
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<MigrateOptions>();
      await using databases = open(options);
      const history = [];
      for (const database of databasesOf(options)) {
        const applied = await migrationHistory({
          database,
          location: databases[database].location,
        });
        history.push(...applied.map((row) => ({ database, ...row })));
      }
      const rows = history.map((row) => [
        row.database,
        fileNameOf(row),
        row.applied?.toISOString() ?? 'interrupted',
      ]);
      output.result(options.json, { history }, table(['database', 'migration', 'applied'], rows));
    });
}

function registerNew(migrate: Command, output: Output): void {
  migrate
    .command('new <name>')
    .description('make the two empty files of the next migration, named like add-track-colour')
    .addOption(databaseOption().makeOptionMandatory())
    .action(async (name: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<MigrateOptions>();
      const files: string[] = [];
      for (const database of databasesOf(options)) {
        files.push(...(await createMigration(database, name)));
      }
      output.result(options.json, { files }, files.join('\n'));
    });
}

function databaseOption(): Option {
  return new Option('--database <name>', 'only this database').choices(DATABASE_NAMES);
}

function stepsOption(description: string): Option {
  return new Option('--steps <number>', description).argParser((text) => readNumber(text, 1));
}

function toOption(description: string): Option {
  return new Option('--to <version>', description).argParser((text) => readNumber(text, -1));
}

function readNumber(text: string, least: number): number {
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || value < least) {
    throw new InvalidArgumentError(`It is a whole number from ${least}.`);
  }
  return value;
}

/** Versions are each database's own, so a version or a count for all four is a mistake. */
function requireDatabaseFor(options: MigrateOptions, ...names: ('steps' | 'to')[]): void {
  const given = names.find((name) => options[name] !== undefined);
  if (given !== undefined && options.database === undefined) {
    throw new CommandError(
      `--${given} counts one database's migrations: say which with --database.`,
    );
  }
}

function databasesOf({ database }: MigrateOptions): readonly DatabaseName[] {
  return database === undefined ? DATABASE_NAMES : [database];
}

function rangeOf({ steps, to }: MigrateOptions): { steps?: number; to?: number } {
  return { ...(steps === undefined ? {} : { steps }), ...(to === undefined ? {} : { to }) };
}

function sentencesOf(migrations: readonly Migrated[], what: string, none: string): string {
  if (migrations.length === 0) return none;
  return migrations
    .map((migration) => `${migration.database}: ${fileNameOf(migration)} ${what}`)
    .join('\n');
}
