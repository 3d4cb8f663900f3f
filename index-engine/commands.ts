/** The engine's commands besides serving: `acoustid index snapshot | restore | verify`. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readCurrent, writeCurrent } from './current.ts';
import { isIndexName, TEMPORARY_SUFFIX } from './file-names.ts';
import { lockDataFolder } from './lock-file.ts';
import { codecNamed, OptionError, parseFlags } from './options.ts';
import { adoptSnapshot, stageSnapshot } from './restore.ts';
import { verifyDataFolder } from './verify.ts';

/** Runs with the words after its own; prints JSON lines; returns the exit code. */
type Command = (argv: readonly string[], print: (text: string) => void) => Promise<number>;

const COMMANDS: Readonly<Record<string, Command>> = { snapshot, restore, verify };

/** The command a command line begins with; undefined if it is for serving. */
export function commandOf(argv: readonly string[]): Command | undefined {
  const [name = ''] = argv;
  return Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
}

/** Saves a running engine's index to a file. */
async function snapshot(argv: readonly string[], print: (text: string) => void): Promise<number> {
  const flags = parseFlags(argv, {
    url: { type: 'string', default: 'http://127.0.0.1:6081' },
    index: { type: 'string', default: '' },
    output: { type: 'string', default: '' },
    format: { type: 'string', default: 'own' },
  });
  const { output } = flags;
  if (output === '') throw new OptionError('--output is missing');
  if (flags.format !== 'own' && flags.format !== 'upstream') {
    throw new OptionError('--format must be own or upstream');
  }
  const route = flags.format === 'own' ? '_backup' : '_snapshot';
  const response = await fetch(`${flags.url}/${indexName(flags.index)}/${route}`);
  if (!response.ok || !response.body) {
    throw new Error(`${flags.url} answered ${response.status}: ${await response.text()}`);
  }
  const unfinished = output + TEMPORARY_SUFFIX;
  await pipeline(Readable.fromWeb(response.body), createWriteStream(unfinished, { flush: true }));
  await rename(unfinished, output);
  print(`${JSON.stringify({ index: flags.index, output })}\n`);
  return 0;
}

/** Makes a snapshot of either format the contents of an index that is absent or deleted. */
async function restore(argv: readonly string[], print: (text: string) => void): Promise<number> {
  const flags = parseFlags(argv, {
    dir: { type: 'string', default: 'data' },
    index: { type: 'string', default: '' },
    input: { type: 'string', default: '' },
    codec: { type: 'string', default: 'ef' },
  });
  const codec = codecNamed(flags.codec);
  if (flags.input === '') throw new OptionError('--input is missing');
  const folder = join(flags.dir, indexName(flags.index));
  await mkdir(folder, { recursive: true });
  const release = await lockDataFolder(flags.dir);
  try {
    const current = await readCurrent(folder);
    if (current && !current.deleted) {
      throw new Error(`index ${flags.index} exists; delete it first or give another name`);
    }
    const generation = (current?.generation ?? 0) + 1;
    const staging = await stageSnapshot(createReadStream(flags.input), folder, codec);
    await adoptSnapshot(staging, folder, generation);
    await writeCurrent(folder, { generation, deleted: false, codec });
    print(`${JSON.stringify({ index: flags.index, generation })}\n`);
    return 0;
  } finally {
    await release();
  }
}

/** Checks every checksum of a data folder; exit code 1 if anything is wrong. */
async function verify(argv: readonly string[], print: (text: string) => void): Promise<number> {
  const { dir } = parseFlags(argv, { dir: { type: 'string', default: 'data' } });
  const release = await lockDataFolder(dir);
  try {
    const verifications = await verifyDataFolder(dir);
    for (const verification of verifications) print(`${JSON.stringify(verification)}\n`);
    return verifications.some(({ problem }) => problem !== undefined) ? 1 : 0;
  } finally {
    await release();
  }
}

function indexName(name: string): string {
  if (!isIndexName(name)) throw new OptionError('--index must name an index');
  return name;
}
