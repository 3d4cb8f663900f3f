import { Command } from 'commander';
import { PassThrough, Readable, Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { InvalidFingerprintError } from '../fingerprint/codec.ts';
import { convertFingerprint, registerFp } from './fp.ts';
import { convertJsonLines, InvalidInputError, LINE_LENGTH_MAX_BYTES } from './json-lines.ts';

async function run(
  chunks: Iterable<string | Buffer>,
  convert: (value: unknown) => unknown,
): Promise<unknown[]> {
  const written: Buffer[] = [];
  const output = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      written.push(chunk);
      done();
    },
  });
  const isExpected = (error: Error) => error instanceof InvalidFingerprintError;
  await convertJsonLines({ input: Readable.from(chunks), output, convert, isExpected });
  const lines = Buffer.concat(written).toString().split('\n');
  expect(lines.pop()).toBe('');
  return lines.map((line): unknown => JSON.parse(line));
}

const decode = (value: unknown) => convertFingerprint('decode', value);

test('each line is answered in its place, errors among them', async () => {
  const input = '"AQAAAQE"\n"x"\n{\n\n5\n"AQAAA0GCAA"';
  expect(await run([input], decode)).toEqual([
    { version: 1, hashes: [1] },
    { error: 'InvalidFingerprintError' },
    { error: 'InvalidJsonError' },
    { error: 'InvalidJsonError' },
    { error: 'InvalidInputError' },
    { version: 1, hashes: [1, 2, 3] },
  ]);
});

test('lines may arrive in any pieces, with or without carriage returns', async () => {
  const bytes = Buffer.from('"é"\r\n[1]\n"AQAAAQE"\r\n');
  const pieces = Array.from(bytes, (_byte, index) => bytes.subarray(index, index + 1));
  expect(await run(pieces, (value) => ({ value }))).toEqual([
    { value: 'é' },
    { value: [1] },
    { value: 'AQAAAQE' },
  ]);
});

test('a line that is too long is one error, and no more of it is kept', async () => {
  const piece = Buffer.alloc(1024 * 1024, '1');
  const pieces = function* (): Iterable<Buffer> {
    for (let sent = 0; sent <= 3 * LINE_LENGTH_MAX_BYTES; sent += piece.length) yield piece;
    yield Buffer.from('\n"AQAAAQE"\n');
  };
  expect(await run(pieces(), decode)).toEqual([
    { error: 'LineTooLongError' },
    { version: 1, hashes: [1] },
  ]);
});

test('a slow reader holds the input back', async () => {
  const input = new PassThrough({ highWaterMark: 1024 });
  const output = new Writable({ highWaterMark: 1024, write: () => undefined });
  void convertJsonLines({ input, output, convert: decode, isExpected: () => false });
  let accepted = 0;
  while (input.write('"AQAAAQE"\n') || (await drains(input))) accepted += 1;
  expect(accepted).toBeLessThan(10_000);
});

/** Whether the stream takes more after all, once everything under way has had its turns. */
async function drains(stream: PassThrough): Promise<boolean> {
  for (let turn = 0; turn < 100 && stream.writableNeedDrain; turn += 1) await setImmediate();
  return !stream.writableNeedDrain;
}

test('a bug ends the run instead of passing for a bad line', async () => {
  const bug = () => {
    throw new TypeError('a bug');
  };
  await expect(run(['1\n'], bug)).rejects.toThrow('a bug');
});

test('every subcommand converts between the shapes it names', () => {
  const fingerprint = { version: 1, hashes: [1, 2, 3] };
  expect(convertFingerprint('encode', fingerprint)).toEqual({ fingerprint: 'AQAAA0GCAA' });
  expect(convertFingerprint('encode', { hashes: [0] })).toEqual({ fingerprint: 'AQAAAQA' });
  expect(convertFingerprint('query', [-1, 32, 4294967295])).toEqual({ query: [4294967280, 32] });
  expect(convertFingerprint('simhash', [-1, -1, 1])).toEqual({ simhash: 4294967295 });
  expect(convertFingerprint('gid', fingerprint)).toEqual({
    gid: expect.stringMatching(
      /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    ),
  });
  const packed = convertFingerprint('pack', fingerprint) as { packed: string };
  expect(convertFingerprint('unpack', packed.packed)).toEqual(fingerprint);
});

test('scores are the shortest decimals of their float32', () => {
  const a = Array.from({ length: 100 }, (_, index) => index * 40_503_007);
  const b = a.map((hash, index) => (index % 7 === 0 ? (hash ^ 0x10101) >>> 0 : hash));
  for (const command of ['compare', 'compare3']) {
    const { score } = convertFingerprint(command, { a, b }) as { score: number };
    expect(score).toBeGreaterThan(0.9);
    expect(String(score).length).toBeLessThanOrEqual(11);
  }
});

test('signed and unsigned hashes are the same', () => {
  const unsigned = [4294967295, 2147483648, 5, 4000000000];
  const signed = unsigned.map((hash) => hash | 0);
  for (const command of ['query', 'simhash']) {
    expect(convertFingerprint(command, signed)).toEqual(convertFingerprint(command, unsigned));
  }
});

test.each([
  ['encode', []],
  ['encode', { version: 1 }],
  ['encode', { version: 256, hashes: [] }],
  ['encode', { version: 1, hashes: [4294967296] }],
  ['query', ['1']],
  ['query', { 0: 1 }],
  ['simhash', [1.5]],
  ['simhash', [null]],
  ['compare', { a: [1] }],
  ['compare', { a: [1], b: [1], max_offset: 'far' }],
  ['gid', null],
  ['unpack', '%'],
  ['unpack', 3],
])('%s refuses %j', (command, value) => {
  expect(() => convertFingerprint(command, value)).toThrow(InvalidInputError);
});

test('the command line has the subcommands', () => {
  const program = new Command();
  registerFp(program);
  const names = program.commands[0]?.commands.map((command) => command.name());
  expect(names?.join(' ')).toBe('decode encode query compare compare3 simhash gid pack unpack');
});
