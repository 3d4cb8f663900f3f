/**
 * Fetches the one program that npm does not bring, nats-server, into `resources/bin/<platform>/`:
 * the distribution's own package where there is one, else the official release with a pinned
 * SHA-256. `npm start` does this when the machine has none; by hand: `node scripts/fetch-binaries.ts`.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ApplianceError, messageOf } from '../main/errors.ts';
import { programPaths } from '../main/paths.ts';

const run = promisify(execFile);

const RELEASE = '2.10.29';
const RELEASES = 'https://github.com/nats-io/nats-server/releases/download';

/**
 * SHA-256 of the release's archives, as the image definitions of nats-io/nats-docker pin them
 * (2.10.x/alpine3.22 and 2.10.x/windowsservercore-ltsc2025). They name no archive for macOS.
 */
const RELEASE_HASHES: Readonly<Record<string, { archive: string; sha256: string }>> = {
  'linux-x64': {
    archive: 'linux-amd64.tar.gz',
    sha256: 'e314da74a83a1d3876db8814c27eb990fe729640fd6452025b441bcede8390da',
  },
  'linux-arm64': {
    archive: 'linux-arm64.tar.gz',
    sha256: 'da4b27942ecfb4c5f0c54553d2e7f470ddda9d7581cfe8131b351a0e223ed401',
  },
  'linux-arm': {
    archive: 'linux-arm7.tar.gz',
    sha256: 'a59e7336a32ef78b0ca8bc3e6707a5770461d3f45c4c2f96cfef263f26eaefd5',
  },
  'win32-x64': {
    archive: 'windows-amd64.zip',
    sha256: '98657bf4d5a9ce44168c019ba6894cda8e22e6adc8798edc05c168db7262de29',
  },
};

const DOWNLOAD_LIMIT_MS = 300_000;
const DOWNLOAD_BYTES_MAX = 64 * 1024 * 1024;
const APT_LIMIT_MS = 300_000;

export interface FetchOptions {
  /** Where to put it. */
  readonly folder: string;
  /** `linux-x64`, as Node names platforms. */
  readonly platform: string;
  readonly isRoot: boolean;
  /** Base address of the releases; a test's own. */
  readonly releases?: string;
  readonly hashes?: typeof RELEASE_HASHES;
}

/**
 * Puts nats-server into the folder and returns its path. Throws `ApplianceError` with the command
 * that helps when neither way works here.
 */
export async function fetchNatsServer(options: FetchOptions): Promise<string> {
  const work = await mkdtemp(join(tmpdir(), 'acoustid-fetch-'));
  try {
    const problems: string[] = [];
    for (const way of [fromDebian, fromRelease]) {
      try {
        return await install(await way(work, options), options);
      } catch (error) {
        problems.push(messageOf(error));
      }
    }
    throw new ApplianceError(
      `nats-server could not be fetched: ${problems.join('; ')}. Install it with: ${commandFor(options.platform)}`,
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** What a person types to have nats-server, by platform. */
function commandFor(platform: string): string {
  if (platform.startsWith('darwin')) return 'brew install nats-server';
  if (platform.startsWith('win32')) return 'winget install NATSAuthors.NATSServer';
  return 'apt-get install nats-server (or the package of that name of your distribution)';
}

/** The Debian family's own package, whose signature apt checks; needs no root. */
async function fromDebian(work: string, { isRoot, platform }: FetchOptions): Promise<string> {
  if (!platform.startsWith('linux') || !existsSync('/usr/bin/apt-get')) {
    throw new Error('there is no apt on this machine');
  }
  const download = async (...options: string[]): Promise<unknown> =>
    await run('apt-get', [...options, 'download', 'nats-server'], {
      cwd: work,
      timeout: APT_LIMIT_MS,
    });
  try {
    await download();
  } catch {
    // The package lists are missing or old, as in a fresh container. Root refreshes the system's;
    // anybody else keeps lists of their own for the moment.
    const own = isRoot ? [] : await ownLists(work);
    // One list of several may fail and the package still be found in another.
    const updated = await run('apt-get', [...own, 'update'], { timeout: APT_LIMIT_MS }).catch(
      (error: unknown) => error,
    );
    await download(...own).catch((error: unknown) => {
      throw updated instanceof Error ? updated : error;
    });
  }
  const archive = (await readdir(work)).find((name) => name.endsWith('.deb'));
  if (archive === undefined) throw new Error('apt-get brought no package');
  await run('dpkg-deb', ['-x', join(work, archive), join(work, 'package')]);
  return await findProgram(join(work, 'package'));
}

async function ownLists(work: string): Promise<string[]> {
  const state = join(work, 'apt');
  await mkdir(join(state, 'lists', 'partial'), { recursive: true });
  await mkdir(join(state, 'cache', 'archives', 'partial'), { recursive: true });
  return [
    `Dir::State::Lists=${join(state, 'lists')}`,
    `Dir::Cache=${join(state, 'cache')}`,
    'Debug::NoLocking=1',
  ].flatMap((option) => ['-o', option]);
}

/** The official release, refused unless it is byte for byte what was pinned. */
async function fromRelease(work: string, options: FetchOptions): Promise<string> {
  const { hashes = RELEASE_HASHES, platform, releases = RELEASES } = options;
  const pinned = hashes[platform];
  if (!pinned) throw new Error(`no release is pinned for ${platform}`);
  const url = `${releases}/v${RELEASE}/nats-server-v${RELEASE}-${pinned.archive}`;
  const bytes = await download(url);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== pinned.sha256) {
    throw new Error(`${url} is not what was pinned (SHA-256 ${sha256}), and was thrown away`);
  }
  const archive = join(work, pinned.archive);
  await writeFile(archive, bytes);
  const unpacked = join(work, 'release');
  await mkdir(unpacked);
  // Windows brings the same tar, which reads zip as well.
  await run('tar', ['-xf', archive, '-C', unpacked]);
  return await findProgram(unpacked);
}

async function download(url: string): Promise<Buffer> {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_LIMIT_MS) });
  } catch (cause) {
    throw new Error(`${url} cannot be reached`, { cause });
  }
  if (!response.ok || !response.body) throw new Error(`${url} answers status ${response.status}`);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > DOWNLOAD_BYTES_MAX) throw new Error(`${url} is larger than any release`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The program somewhere below a folder: packages and releases put it in different places. */
async function findProgram(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = entries.find((entry) => entry.isFile() && /^nats-server(\.exe)?$/.test(entry.name));
  if (!found) throw new Error('there is no nats-server in what was fetched');
  return join(found.parentPath, found.name);
}

/** Copied beside and renamed: a program that is there is whole. */
async function install(program: string, { folder, platform }: FetchOptions): Promise<string> {
  await mkdir(folder, { recursive: true });
  const target = join(folder, platform.startsWith('win32') ? 'nats-server.exe' : 'nats-server');
  await copyFile(program, `${target}.new`);
  await chmod(`${target}.new`, 0o755);
  await rename(`${target}.new`, target);
  return target;
}

/** This machine's own way: into the folder where the supervisor looks. */
export async function fetchForThisMachine(): Promise<string> {
  return await fetchNatsServer({
    folder: programPaths().programs,
    platform: `${process.platform}-${process.arch}`,
    isRoot: process.getuid?.() === 0,
  });
}

if (import.meta.main) {
  try {
    console.log(await fetchForThisMachine());
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
}
