/** `acoustid fp …`: the fingerprint functions for scripts, JSON lines in and out. */
import type { Command } from 'commander';
import {
  decodeFingerprint,
  encodeFingerprint,
  InvalidFingerprintError,
} from '../fingerprint/codec.ts';
import { compare2 } from '../fingerprint/compare.ts';
import { compare3, ComparisonTooLongError } from '../fingerprint/compare-exhaustive.ts';
import { shortestFloat32 } from '../fingerprint/float32.ts';
import { fingerprintGid } from '../fingerprint/gid.ts';
import { packFingerprint, unpackFingerprint } from '../fingerprint/packed.ts';
import { extractQuery } from '../fingerprint/query.ts';
import { simhash } from '../fingerprint/simhash.ts';
import { convertJsonLines, InvalidInputError } from './json-lines.ts';

interface Subcommand {
  readonly description: string;
  readonly convert: (value: unknown) => unknown;
}

/** What the server compares with, and what compare takes when not told. */
const MAX_OFFSET_DEFAULT = 80;
/** compare3's own default: any offset. */
const MAX_OFFSET_ANY = -1;
const VERSION_DEFAULT = 1;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

const SUBCOMMANDS: Readonly<Record<string, Subcommand>> = {
  decode: {
    description: '"AQAD…" → {"version":1,"hashes":[…]}',
    convert: (value) => toPlain(decodeFingerprint(readText(value))),
  },
  encode: {
    description: '{"version":1,"hashes":[…]} → {"fingerprint":"AQAD…"}',
    convert: (value) => ({ fingerprint: encodeFingerprint(readFingerprint(value)) }),
  },
  query: {
    description: '[hash, …] → {"query":[…]}, the hashes to search by',
    convert: (value) => ({ query: [...extractQuery(readHashes(value))] }),
  },
  compare: {
    description: '{"a":[…],"b":[…],"max_offset":80} → {"score":0.93}, as the server scores',
    convert: (value) => {
      const { a, b, maxOffset } = readPair(value, MAX_OFFSET_DEFAULT);
      return { score: shortestFloat32(compare2(a, b, maxOffset)) };
    },
  },
  compare3: {
    description: '{"a":[…],"b":[…],"max_offset":-1} → {"score":0.95}, over every pair of positions',
    convert: (value) => {
      const { a, b, maxOffset } = readPair(value, MAX_OFFSET_ANY);
      return { score: shortestFloat32(compare3(a, b, maxOffset)) };
    },
  },
  simhash: {
    description: '[hash, …] → {"simhash":2735450}',
    convert: (value) => ({ simhash: simhash(readHashes(value)) }),
  },
  gid: {
    description: '{"version":1,"hashes":[…]} → {"gid":"…"}',
    convert: (value) => {
      const { version, hashes } = readFingerprint(value);
      return { gid: fingerprintGid(version, hashes) };
    },
  },
  pack: {
    description: '{"version":1,"hashes":[…]} → {"packed":"…"}, base64 of the stored form',
    convert: (value) => {
      const { version, hashes } = readFingerprint(value);
      return { packed: packFingerprint(hashes, version).toString('base64') };
    },
  },
  unpack: {
    description: '"…", base64 of a stored form, ours or upstream\'s → {"version":1,"hashes":[…]}',
    convert: (value) => toPlain(unpackFingerprint(readBase64(value))),
  },
};

/** Adds `fp` with its subcommands, which read standard input and write standard output. */
export function registerFp(program: Command): void {
  const fp = program
    .command('fp')
    .description('fingerprint functions: one JSON value per line in, one per line out');
  for (const [name, { convert, description }] of Object.entries(SUBCOMMANDS)) {
    fp.command(name)
      .description(description)
      .action(() =>
        convertJsonLines({ input: process.stdin, output: process.stdout, convert, isExpected }),
      );
  }
}

/** The conversion of one subcommand, without streams around it. */
export function convertFingerprint(name: string, value: unknown): unknown {
  const subcommand = SUBCOMMANDS[name];
  if (subcommand === undefined) throw new Error(`there is no ${name}`);
  return subcommand.convert(value);
}

function isExpected(error: Error): boolean {
  return error instanceof InvalidFingerprintError || error instanceof ComparisonTooLongError;
}

function toPlain(fingerprint: { version: number; hashes: Uint32Array }): unknown {
  return { version: fingerprint.version, hashes: [...fingerprint.hashes] };
}

function readText(value: unknown): string {
  if (typeof value !== 'string') throw new InvalidInputError('a string is expected');
  return value;
}

function readBase64(value: unknown): Buffer {
  const text = readText(value);
  if (!BASE64.test(text)) throw new InvalidInputError('base64 is expected');
  return Buffer.from(text, 'base64');
}

function readObject(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidInputError('an object is expected');
  }
  return value as Readonly<Record<string, unknown>>;
}

function readFingerprint(value: unknown): { version: number; hashes: Uint32Array } {
  const { version = VERSION_DEFAULT, hashes } = readObject(value);
  // The decoder reports the upper half of the byte's range as negative numbers.
  return { version: readInteger(version, -128, 255), hashes: readHashes(hashes) };
}

function readPair(
  value: unknown,
  maxOffsetDefault: number,
): { a: Uint32Array; b: Uint32Array; maxOffset: number } {
  const { a, b, max_offset: maxOffset = maxOffsetDefault } = readObject(value);
  return {
    a: readHashes(a),
    b: readHashes(b),
    maxOffset: readInteger(maxOffset, -(2 ** 31), 2 ** 31 - 1),
  };
}

/** Hashes signed, as databases have them, or unsigned. */
function readHashes(value: unknown): Uint32Array {
  if (!Array.isArray(value)) throw new InvalidInputError('an array of hashes is expected');
  // Storing into a Uint32Array takes a number modulo 2^32, which makes signed ones unsigned.
  return Uint32Array.from(value, (hash: unknown) => readInteger(hash, -(2 ** 31), 2 ** 32 - 1));
}

function readInteger(value: unknown, min: number, max: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    throw new InvalidInputError(`a whole number from ${min} to ${max} is expected`);
  }
  return value;
}
