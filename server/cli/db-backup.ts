import { createInterface } from 'node:readline/promises';
import { resolve } from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import { listBackups, pruneBackups } from '../backup/backup-folder.ts';
import { runBackup } from '../backup/backup.ts';
import { extractSection, listSections } from '../backup/extract.ts';
import { backupFolderOf, backupPartsOf, keepBackupsOf } from '../backup/parts.ts';
import type { BackupEntry, BackupParts, BackupSummary } from '../backup/parts.ts';
import { restoreBackup } from '../backup/restore.ts';
import { verifyBackup } from '../backup/verify.ts';
import { dataDirOf } from '../config/data-dir.ts';
import { loadConfig } from '../config/load-config.ts';
import { findRunFile } from '../config/run-file.ts';
import type { Settings } from '../config/settings.ts';
import { table } from './arguments.ts';
import { locateDatabases } from './open-databases.ts';
import { CommandError } from './output.ts';
import type { GlobalOptions, Output } from './output.ts';
import { untilServerIsBack } from './server-return.ts';
import { runOnTerminal } from './terminal-run.ts';

interface BackupFlags extends GlobalOptions {
  readonly to?: string;
  readonly withIndex?: boolean;
  readonly withMusicbrainz?: boolean;
  readonly withSecrets?: boolean;
  readonly prune?: boolean;
}

interface VerifyFlags extends GlobalOptions {
  readonly depth: 'checksums' | 'restore';
}

interface RestoreFlags extends GlobalOptions {
  readonly yes?: boolean;
  readonly withSecrets?: boolean;
}

/** `acoustid db backup|backups|verify|restore|extract`. */
export function registerBackup(db: Command, output: Output): void {
  registerMake(db, output);
  registerList(db, output);
  registerVerify(db, output);
  registerRestore(db, output);
  registerExtract(db, output);
}

function registerMake(db: Command, output: Output): void {
  db.command('backup')
    .description('write all that was gathered here into one file, while the appliance runs')
    .option('--to <folder>', 'where to put it (default: [backup] dir, else <data folder>/backups)')
    .option('--with-musicbrainz', 'also MusicBrainz, which can be imported again')
    .option('--with-index', 'also the index, which is made again from the databases')
    .option('--with-secrets', 'also passwords and secrets; keep the file safe')
    .option('--prune', 'then remove the backups that [backup] keep_* does not keep')
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<BackupFlags>();
      const { parts, settings } = openParts(options);
      const folder = folderOf(options, settings);
      const summary = await runOnTerminal(process.stderr, (run) =>
        runBackup(
          parts,
          {
            folder,
            withMusicbrainz: options.withMusicbrainz ?? settings['backup.with_musicbrainz'],
            withIndex: options.withIndex ?? settings['backup.with_index'],
            withSecrets: options.withSecrets === true,
          },
          run,
        ),
      );
      const removed =
        options.prune === true ? await pruneBackups(folder, keepBackupsOf(settings)) : [];
      const text = [...describe(summary), ...removed.map((file) => `removed    ${file}`)];
      output.result(options.json, { ...summary, removed }, text.join('\n'));
    });
}

function registerList(db: Command, output: Output): void {
  db.command('backups')
    .description('the backups there are, newest first')
    .option('--to <folder>', 'where to look (default: as for backup)')
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<BackupFlags>();
      const { settings } = loadConfig({ file: options.config, dataDir: options.dataDir });
      const folder = folderOf(options, settings);
      const backups = await listBackups(folder);
      const text = backups.length === 0 ? `There is no backup in ${folder}.` : listing(backups);
      output.result(options.json, { folder, backups }, text);
    });
}

function registerVerify(db: Command, output: Output): void {
  db.command('verify <file>')
    .description('read a backup against its checksums, and try it in scratch databases')
    .addOption(
      new Option('--depth <depth>', 'how far to go')
        .choices(['checksums', 'restore'])
        .default('restore'),
    )
    .action(async (file: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<VerifyFlags>();
      const { depth } = options;
      // Reading a file needs no database: it may lie on another machine than the appliance.
      const parts =
        depth === 'checksums' ? partsWithoutDatabases(options) : openParts(options).parts;
      const verified = await runOnTerminal(process.stderr, (run) =>
        verifyBackup(parts, { file: resolve(file), depth }, run),
      );
      const how = depth === 'restore' ? 'read and loaded' : 'read';
      const text = [...describe(verified), `It is whole: every byte was ${how}.`];
      output.result(options.json, verified, text.join('\n'));
    });
}

function registerRestore(db: Command, output: Output): void {
  db.command('restore <file>')
    .description('put a backup in the place of what is there, while the appliance runs')
    .option('--yes', 'do not ask')
    .option('--with-secrets', 'also the secrets the backup holds')
    .action(async (name: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<RestoreFlags>();
      const file = resolve(name);
      const { parts } = openParts(options);
      if (options.yes !== true) await confirm(file, options);
      const before = findRunFile(parts.dataDir);
      const restored = await runOnTerminal(process.stderr, (run) =>
        restoreBackup(parts, { file, withSecrets: options.withSecrets === true }, run),
      );
      if (before) await untilServerIsBack(parts.dataDir, before);
      const text = [
        ...describe(restored),
        ...(restored.configFile === undefined ? [] : [`settings   ${restored.configFile}`]),
        'Restored. Settings and secrets are in force after the next start.',
      ];
      output.result(options.json, restored, text.join('\n'));
    });
}

function registerExtract(db: Command, output: Output): void {
  db.command('extract <file> [section]')
    .description('take one part out of a backup, or list its parts')
    .option('--to <file>', 'where to put it')
    .action(
      async (name: string, section: string | undefined, _options: object, command: Command) => {
        const options = command.optsWithGlobals<GlobalOptions & { readonly to?: string }>();
        const file = resolve(name);
        if (section === undefined) {
          const sections = await listSections(file);
          const rows = sections.map((each) => [
            each.name,
            String(each.rows),
            sizeText(each.sizeBytes),
          ]);
          output.result(options.json, { sections }, table(['section', 'rows', 'size'], rows));
          return;
        }
        if (options.to === undefined) throw new CommandError('Say where to put it with --to.');
        const to = resolve(options.to);
        const found = await runOnTerminal(process.stderr, (run) =>
          extractSection({ file, section, to }, run),
        );
        output.result(options.json, { ...found, to }, `${to} holds ${section}.`);
      },
    );
}

function openParts(options: GlobalOptions): { parts: BackupParts; settings: Settings } {
  const config = loadConfig({ file: options.config, dataDir: options.dataDir });
  const dataDir = dataDirOf(options.dataDir);
  const indexUrl = config.settings['index.url'] ?? findRunFile(dataDir)?.index;
  const databases = locateDatabases(options);
  return {
    parts: backupPartsOf(config, { databases, dataDir, indexUrl }),
    settings: config.settings,
  };
}

function partsWithoutDatabases(options: GlobalOptions): BackupParts {
  const nowhere = '';
  return {
    databases: { app: nowhere, fingerprint: nowhere, ingest: nowhere, musicbrainz: nowhere },
    dataDir: dataDirOf(options.dataDir),
    configFile: undefined,
    index: undefined,
  };
}

function folderOf({ dataDir, to }: BackupFlags, settings: Settings): string {
  return to === undefined ? backupFolderOf(settings, dataDirOf(dataDir)) : resolve(to);
}

async function confirm(file: string, options: GlobalOptions): Promise<void> {
  if (!process.stdin.isTTY) {
    const data = options.dataDir === undefined ? '' : ` --data-dir ${options.dataDir}`;
    throw new CommandError(
      `A restore replaces what is there. Say that it may: acoustid db restore ${file} --yes${data}`,
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(
    `This replaces what is in the databases with ${file}. Type yes to go on: `,
  );
  terminal.close();
  if (answer.trim() !== 'yes') throw new CommandError('Nothing was changed.');
}

function describe({ created, databases, file, rows, sizeBytes }: BackupSummary): string[] {
  return [
    `backup     ${file}`,
    `made       ${created}`,
    `size       ${sizeText(sizeBytes)}`,
    `rows       ${rows.toLocaleString('en-US')} of ${databases.join(', ')}`,
  ];
}

function listing(backups: readonly BackupEntry[]): string {
  return table(
    ['made', 'size', 'rows', 'databases', 'file'],
    backups.map(({ created, databases, file, problem, rows, sizeBytes }) => [
      created ?? 'unusable',
      sizeText(sizeBytes),
      rows?.toLocaleString('en-US') ?? '-',
      databases.join(' '),
      problem ?? file,
    ]),
  );
}

function sizeText(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit += 1) value /= 1024;
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
