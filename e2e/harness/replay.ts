/** Replays recorded exchanges against a running service, with the tool of the reference material. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { DATABASE_NAMES } from '../../server/config/settings.ts';
import { loadDataset, REFERENCE } from './dataset.ts';
import { fillIndex, startService } from './service.ts';
import type { ServiceOptions, TestService } from './service.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const TOOL = `${REFERENCE}/tools/replay.mjs`;
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

/** The secrets and proxies the recording was made with. */
const RECORDED_SETTINGS = {
  'website.secret': 'websitesecret',
  'cluster.secret': 'clustersecret',
  // Every address that stands behind another in a recorded X-Forwarded-For.
  'server.trusted_proxies': '127.0.0.1, 10.0.0.1, 198.51.100.9',
} as const;

export interface Replayed {
  /** Names of the exchanges that went otherwise than recorded, with what differed. */
  readonly failures: Readonly<Record<string, string>>;
  /** What was left out and why, as the tool says it. */
  readonly skipped: string;
  /** The tool's last line: `N passed, N failed`. */
  readonly closing: string;
}

/** A recorded exchange we answer otherwise on purpose: why, and how the tool puts it. */
export interface OnPurpose {
  readonly why: string;
  readonly seen: string;
}

/** The failures that differences on purpose amount to, as `Replayed.failures` has them. */
export function failuresOf(differences: Readonly<Record<string, OnPurpose>>): object {
  return Object.fromEntries(Object.entries(differences).map(([name, { seen }]) => [name, seen]));
}

/** The recording names the default format, whatever was sent. */
export function unknownFormat(sent: string): OnPurpose {
  const message = (name: string): string => JSON.stringify(`unknown format "${name}"`);
  return {
    why: 'the message names the format that was sent',
    seen: `$.error.message expected ${message('json')} got ${message(sent)}`,
  };
}

/** Starts the service with the recorded rows in its databases and its index. */
export async function startRecordedService(options: ServiceOptions = {}): Promise<TestService> {
  const service = await startService({
    ...options,
    settings: { ...RECORDED_SETTINGS, ...options.settings },
  });
  try {
    await loadDataset(service.databases, { triggers: 'fire' });
    await fillIndex(service.context);
  } catch (error) {
    await service[Symbol.asyncDispose]();
    throw error;
  }
  return service;
}

/** Replays one file of the recording; `options` are the tool's own. */
export async function replayGolden(
  { api, databases }: TestService,
  file: string,
  options: readonly string[] = [],
): Promise<Replayed> {
  const golden = `${REFERENCE}/data/golden/${file}`;
  const urls = DATABASE_NAMES.flatMap((name) => [`--${name}`, databases.urls[name]]);
  const args = [TOOL, '--base', api.url, '--golden', golden, '--max-diffs', '1000'].concat(
    urls,
    options,
  );
  const lines = (await run(args)).trim().split('\n');
  const failures = lines.flatMap((line): [string, string][] => {
    const { difference = '', name } =
      /^FAIL (?<name>.+?): (?<difference>.*)$/.exec(line)?.groups ?? {};
    return name === undefined ? [] : [[name, difference]];
  });
  return {
    failures: Object.fromEntries(failures),
    skipped: lines.find((line) => line.startsWith('skipped: ')) ?? '',
    closing: lines.at(-1) ?? '',
  };
}

/** The tool's output; its exit status says less than its lines. */
function run(args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const options = { cwd: REPOSITORY, maxBuffer: OUTPUT_BYTES_MAX };
    execFile(process.execPath, args, options, (_error, stdout, stderr) => {
      resolve(stdout === '' ? stderr : stdout);
    });
  });
}
