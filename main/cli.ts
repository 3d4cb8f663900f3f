import { existsSync, readFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command } from 'commander';
import { ConfigError } from '../server/config/config.ts';
import { dataDirOf } from '../server/config/data-dir.ts';
import { ApplianceError, messageOf } from './errors.ts';
import { dataPathsOf, programPaths } from './paths.ts';

/** Commands that others of our parts carry out, as `acoustid --help` lists them. */
const ELSEWHERE = {
  run: 'one role alone: api, web, worker, cron, import or fpindex-feed',
  index: 'the index engine alone',
  'rebuild-index': 'the index again, from PostgreSQL, while serving',
  db: 'the databases: migrate, backup, backups, verify, restore, extract',
  account: 'accounts and their keys',
  application: 'applications and their keys',
  export: 'what was submitted here, in the layout of the public data files',
  fp: 'fingerprint functions: one JSON value per line in, one per line out',
  job: 'long operations: start, list, show, log, pause, resume, cancel, retry',
  task: 'work in the background: list, retry what was given up, start',
  'first-keys': 'the keys for local use that the first start made',
  'setup-link': 'a link that makes the first administrator, while nobody has a password',
  config: 'the resolved configuration and where each value comes from',
} as const;

const EXIT_FAILURE = 1;

const HELP = new Set(['-h', '--help']);

/** Gives the command line to whoever carries the command out. */
async function main([, , name = '', ...args]: readonly string[]): Promise<void> {
  const program = programPaths();
  // `acoustid help db` and `acoustid db --help` are one question.
  const [asked = ''] = args;
  if (name === 'help' && asked in ELSEWHERE) return await main(['', '', asked, '--help']);
  if (name === 'index') return await runElsewhere(program.indexEngineMain, args);
  if (name === 'run') return await runElsewhere(program.serverMain, rolesOf(args));
  const isOurs = name === '' || name.startsWith('-') || ['serve', 'doctor', 'help'].includes(name);
  if (!isOurs) return await runElsewhere(program.serverCli, [name, ...args]);
  await buildProgram(program.root).parseAsync([name, ...args].filter(Boolean), { from: 'user' });
}

/** `acoustid run api` is the server with that role. */
function rolesOf([role, ...rest]: readonly string[]): readonly string[] {
  if (role === undefined || HELP.has(role)) return ['--help'];
  return ['--roles', role, ...rest];
}

/** Runs another entry in this process, which saves starting one: it sees its own command line. */
async function runElsewhere(entry: string, args: readonly string[]): Promise<void> {
  if (!existsSync(entry))
    throw new ApplianceError(`${entry} is missing. Install the program again.`);
  process.argv = [process.argv[0] ?? process.execPath, entry, ...args];
  await import(pathToFileURL(entry).href);
}

function buildProgram(root: string): Command {
  const acoustid = new Command('acoustid')
    .description('A complete AcoustID in one box')
    .version(versionOf(root))
    .showHelpAfterError('(acoustid --help lists the commands)');
  withCommonOptions(acoustid.command('serve'))
    .description('the whole appliance, without a window')
    .option('--host <address>', 'address the API and the web pages listen on')
    .option('--port <number>', 'port of the API and the web pages')
    .option('--pg-user <name>', 'system user that runs PostgreSQL when started as root')
    .action(async (options) => {
      reuseCompiledCode(options.dataDir);
      const { serve } = await import('./headless.ts');
      process.exitCode = await serve(options);
    });
  withCommonOptions(acoustid.command('doctor'))
    .description('checks everything the appliance needs and says what to do')
    .action(async (options) => {
      const { doctor } = await import('./doctor.ts');
      process.exitCode = await doctor(options);
    });
  for (const [name, about] of Object.entries(ELSEWHERE)) acoustid.command(name).description(about);
  return acoustid;
}

/** Saves a third of a second; the folder is the children's to make, for a start may be refused. */
function reuseCompiledCode(dataDir: string | undefined): void {
  const { codeCache } = dataPathsOf(dataDirOf(dataDir));
  if (existsSync(codeCache)) enableCompileCache(codeCache);
}

function withCommonOptions(command: Command): Command {
  return command
    .option('--data-dir <folder>', 'where everything is kept')
    .option('--config <file>', 'configuration file (default: <data folder>/config/acoustid.conf)')
    .option('--log-level <level>', 'trace, debug, info, warn, error or fatal')
    .option('--json', 'one JSON document on standard output, all else on standard error');
}

function versionOf(root: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
}

try {
  await main(process.argv);
} catch (error) {
  const isExpected = error instanceof ApplianceError || error instanceof ConfigError;
  // What nobody expected is a bug, and its stack is what helps to mend it.
  const text = isExpected || !(error instanceof Error) ? messageOf(error) : error.stack;
  process.stderr.write(`acoustid: ${text}\n`);
  process.exitCode = EXIT_FAILURE;
}
