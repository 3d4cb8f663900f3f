import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ConfigError } from '../server/config/config.ts';
import { databaseSettingsOf } from '../server/config/database-settings.ts';
import { findRunFile } from '../server/config/run-file.ts';
import { DATABASE_NAMES } from '../server/config/settings.ts';
import { resolveAppliance } from './config.ts';
import type { ApplianceConfig, Flags } from './config.ts';
import { measureSpace } from './data-folder.ts';
import { findElectron } from './electron-program.ts';
import { ApplianceError, codeOf, messageOf } from './errors.ts';
import { assertApiPort, chooseInternalPort } from './ports.ts';
import { findPortHolder } from './process-table.ts';
import { checkDatabase, checkIndex, checkNats, checkRedis } from './services/external.ts';
import { findNatsBinary } from './services/nats-binary.ts';
import { findPostgresBinaries } from './services/postgres-binaries.ts';
import { findClosedFolder, findUser } from './system-user.ts';

const run = promisify(execFile);

/** What one check found. */
export interface Finding {
  readonly name: string;
  /** `problem`: the appliance cannot start so; `note`: it can, and somebody should know. */
  readonly state: 'ok' | 'note' | 'problem';
  readonly text: string;
  /** What to do about it. */
  readonly cure?: string;
}

type Check = (config: ApplianceConfig) => Promise<Finding | readonly Finding[]>;

const NODE_MAJOR = 24;
const PROGRAM_LIMIT_MS = 10_000;
const GIBIBYTE = 1024 ** 3;

/** Gives the findings one by one, the cheap and the fundamental ones first. */
export async function* listChecks(flags: Flags): AsyncGenerator<Finding> {
  yield checkNode();
  let config: ApplianceConfig;
  try {
    config = resolveAppliance(flags);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    // Everything else depends on it.
    yield { name: 'configuration', state: 'problem', text: messageOf(error) };
    return;
  }
  for (const [name, check] of CHECKS) {
    try {
      yield* [await check(config)].flat();
    } catch (error) {
      // A doctor that falls over at the first wound helps nobody.
      yield { name, state: 'problem', text: `could not be looked at: ${messageOf(error)}` };
    }
  }
}

const CHECKS: readonly (readonly [name: string, check: Check])[] = [
  ['configuration', checkConfiguration],
  ['data folder', checkDataFolder],
  ['instance', checkInstance],
  ['PostgreSQL', checkPostgres],
  ['nats-server', checkNatsServer],
  ['external parts', checkExternal],
  ['ports', checkPorts],
  ['web pages', checkPages],
  ['window', checkWindow],
  ['fpcalc', async () => await checkOptional('fpcalc', 'libchromaprint-tools')],
  ['ffmpeg', async () => await checkOptional('ffmpeg', 'ffmpeg')],
];

function checkNode(): Finding {
  const name = 'Node';
  const text = process.versions.node;
  if (Number.parseInt(text, 10) >= NODE_MAJOR) return { name, state: 'ok', text };
  return {
    name,
    state: 'problem',
    text: `${text} is too old, ${NODE_MAJOR} is needed`,
    cure: 'use the one that npm installed: npx acoustid …',
  };
}

async function checkConfiguration(config: ApplianceConfig): Promise<readonly Finding[]> {
  const unknown = config.unknownEnvironment.map((variable): Finding => ({
    name: 'environment',
    state: 'note',
    text: `${variable} is set and means nothing here`,
    cure: 'acoustid config show --json lists what is known',
  }));
  const text = config.file ?? 'defaults; there is no acoustid.conf yet';
  return [{ name: 'configuration', state: 'ok', text }, ...unknown];
}

async function checkDataFolder(config: ApplianceConfig): Promise<readonly Finding[]> {
  const name = 'data folder';
  const { root } = config.data;
  // What does not exist yet is made in the nearest folder that does.
  let folder = root;
  while (!existsSync(folder)) folder = dirname(folder);
  const findings: Finding[] = [];
  if (!(await stat(folder)).isDirectory()) {
    const cure = 'remove it, or choose another folder with --data-dir';
    return [{ name, state: 'problem', text: `${folder} is a file and in the way`, cure }];
  }
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    const cure = 'give it to this user, or choose another with --data-dir';
    return [{ name, state: 'problem', text: `${folder}: ${codeOf(error) ?? 'closed'}`, cure }];
  }
  const { freeBytes, neededBytes } = await measureSpace(config.data, folder);
  const free = `${(freeBytes / GIBIBYTE).toFixed(1)} GiB free`;
  if (freeBytes < neededBytes) {
    const cure = 'free some space, or choose another folder with --data-dir';
    findings.push({ name, state: 'problem', text: `${root}: only ${free}`, cure });
  } else {
    const text = `${root}, ${folder === root ? '' : 'not made yet, '}${free}`;
    findings.push({ name, state: 'ok', text });
  }
  return [...findings, ...(await checkUser(config, folder))];
}

/** Only root needs one: PostgreSQL refuses to run as root. */
async function checkUser(config: ApplianceConfig, folder: string): Promise<readonly Finding[]> {
  if (!config.isRoot) return [];
  const name = 'system user';
  const wanted = config.settings['appliance.pg_user'];
  const user = await findUser(wanted);
  if (!user) return [{ name, state: 'ok', text: `${wanted} will be made to run PostgreSQL` }];
  const closed = await findClosedFolder(folder, user);
  // Our own folder we open ourselves.
  if (closed === undefined || closed === config.data.root) {
    return [{ name, state: 'ok', text: `${wanted} runs PostgreSQL` }];
  }
  const cure = `choose a data folder elsewhere with --data-dir, or: chmod o+x ${closed}`;
  return [{ name, state: 'problem', text: `${wanted} cannot pass ${closed}`, cure }];
}

async function checkInstance({ data }: ApplianceConfig): Promise<Finding> {
  const name = 'instance';
  const running = findRunFile(data.root);
  if (running) {
    const services = Object.entries(running.services)
      .map(([service, { state }]) => `${service} ${state}`)
      .join(', ');
    const isWell = Object.values(running.services).every(({ state }) => /ready|done/.test(state));
    const text = `process ${running.pid} at ${running.api}: ${services}`;
    if (isWell) return { name, state: 'ok', text };
    return { name, state: 'problem', text, cure: `see the logs in ${data.logs}` };
  }
  if (existsSync(data.lock)) {
    const text = 'none runs; one is starting, or was killed (the next start clears up after it)';
    return { name, state: 'note', text };
  }
  return { name, state: 'ok', text: 'none runs' };
}

async function checkPostgres(config: ApplianceConfig): Promise<Finding> {
  const name = 'PostgreSQL';
  const { data, program, settings } = config;
  if (DATABASE_NAMES.every((database) => databaseSettingsOf(settings, database))) {
    return { name, state: 'ok', text: 'external' };
  }
  try {
    const { major, postgres } = await findPostgresBinaries(program);
    const { stdout } = await run(postgres, ['--version'], { timeout: PROGRAM_LIMIT_MS });
    const made = await readFile(join(data.postgres, 'PG_VERSION'), 'utf8').catch(() => undefined);
    if (made !== undefined && Number.parseInt(made, 10) !== major) {
      const text = `${data.postgres} was made by version ${made.trim()}, this one is ${major}`;
      const cure = 'use the appliance that made it, or another folder with --data-dir';
      return { name, state: 'problem', text, cure };
    }
    return { name, state: 'ok', text: stdout.trim() };
  } catch (error) {
    if (error instanceof ApplianceError) {
      return { name, state: 'problem', text: error.message };
    }
    const cure = 'install what it misses, or set [database] host to a PostgreSQL of your own';
    return { name, state: 'problem', text: `it does not run: ${messageOf(error)}`, cure };
  }
}

async function checkNatsServer(config: ApplianceConfig): Promise<Finding> {
  const name = 'nats-server';
  if (config.settings['nats.url'] !== undefined) return { name, state: 'ok', text: 'external' };
  try {
    const binary = findNatsBinary(config);
    const { stdout } = await run(binary, ['--version'], { timeout: PROGRAM_LIMIT_MS });
    return { name, state: 'ok', text: `${stdout.trim()} (${binary})` };
  } catch (error) {
    return { name, state: 'problem', text: messageOf(error) };
  }
}

async function checkExternal({ settings }: ApplianceConfig): Promise<readonly Finding[]> {
  const checks: [name: string, check: () => Promise<void>][] = [];
  for (const database of DATABASE_NAMES) {
    const external = databaseSettingsOf(settings, database);
    const section = `database:${database}`;
    if (external) checks.push([section, () => checkDatabase(section, external)]);
  }
  const { 'index.url': index, 'nats.url': nats, 'redis.url': redis } = settings;
  if (nats !== undefined) checks.push(['external NATS', () => checkNats(nats)]);
  if (index !== undefined) checks.push(['external index', () => checkIndex(index)]);
  if (redis !== undefined) checks.push(['external Redis', () => checkRedis(redis)]);
  const findings: Finding[] = [];
  for (const [name, check] of checks) {
    const problem = await check().then(() => undefined, messageOf);
    if (problem === undefined) findings.push({ name, state: 'ok', text: 'answers' });
    else findings.push({ name, state: 'problem', text: problem });
  }
  return findings;
}

async function checkPorts(config: ApplianceConfig): Promise<readonly Finding[]> {
  const { data, settings } = config;
  // The ports that a running instance holds are as they should be.
  if (findRunFile(data.root)) return [];
  const findings: Finding[] = [];
  const { 'server.host': host, 'server.port': port } = settings;
  const problem = await assertApiPort(host, port).then(() => undefined, messageOf);
  if (problem === undefined) {
    findings.push({ name: 'API port', state: 'ok', text: `${host}:${port} is free` });
  } else {
    findings.push({ name: 'API port', state: 'problem', text: problem });
  }
  for (const key of ['postgres.port', 'nats.port', 'index.port'] as const) {
    const preferred = settings[key];
    if ((await chooseInternalPort(preferred)) === preferred || preferred === 0) continue;
    const holder = (await findPortHolder(preferred)) ?? 'another program';
    const text = `${preferred} is in use by ${holder}; a free one is taken instead`;
    findings.push({ name: key, state: 'note', text });
  }
  return findings;
}

async function checkPages({ program }: ApplianceConfig): Promise<readonly Finding[]> {
  const name = 'web pages';
  if (existsSync(join(program.root, 'renderer', 'dist', 'index.html'))) {
    return [{ name, state: 'ok', text: 'built' }];
  }
  return [{ name, state: 'note', text: 'not built; the API works without', cure: 'npm run build' }];
}

/** Only a checkout can lack it: what is installed is the application itself, or a server's. */
async function checkWindow({ program }: ApplianceConfig): Promise<readonly Finding[]> {
  const name = 'window';
  if (program.electronPackage === undefined) return [];
  const electron = findElectron(program);
  if (electron !== undefined) return [{ name, state: 'ok', text: `Electron is at ${electron}` }];
  const text = 'Electron is not fetched; the appliance runs without a window';
  return [{ name, state: 'note', text, cure: 'npm run desktop' }];
}

async function checkOptional(program: string, debian: string): Promise<Finding> {
  try {
    const { stdout } = await run(program, ['-version'], { timeout: PROGRAM_LIMIT_MS });
    return { name: program, state: 'ok', text: stdout.split('\n', 1)[0] ?? '' };
  } catch (error) {
    // EACCES: a folder of PATH is closed to this user, and the others do not have it.
    const isMissing = ['ENOENT', 'EACCES'].includes(codeOf(error) ?? '');
    const text = isMissing ? 'not installed' : messageOf(error);
    const cure = `only the scan of audio files needs it; on Debian: apt-get install ${debian}`;
    return { name: program, state: 'note', text, cure };
  }
}
