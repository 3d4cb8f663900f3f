import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { BackupReader } from './backup-reader.ts';
import { BackupWriter } from './backup-writer.ts';
import { BackupDamagedError, BackupError } from './errors.ts';
import { CHUNK_SIZE_BYTES_MAX } from './format.ts';

const DESCRIBED = {
  created: '2026-01-01T00:00:00.000Z',
  program: '0',
  postgres: '18',
  databases: {},
  secrets: {},
} as const;

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'acoustid-backups-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a backup of sections that each come in these pieces. */
async function write(file: string, sections: readonly (readonly Uint8Array[])[]): Promise<void> {
  await rm(file, { force: true });
  await using writer = await BackupWriter.create(file);
  for (const [number, pieces] of sections.entries()) {
    const content = (async function* () {
      yield* pieces;
    })();
    await writer.addSection({ name: `section ${number}`, content, isTable: true });
  }
  await writer.finish(DESCRIBED);
}

async function readAll(file: string): Promise<Buffer[]> {
  await using reader = await BackupReader.open(file);
  const sections: Buffer[] = [];
  for (const number of reader.manifest.sections.keys()) sections.push(await reader.readAll(number));
  return sections;
}

test('what is written is read, however it came in pieces', async () => {
  const file = join(await temporaryFolder(), 'a');
  const piece = fc.uint8Array({ maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(piece, { maxLength: 5 }), { maxLength: 4 }),
      async (sections) => {
        await write(file, sections);
        expect(await readAll(file)).toEqual(sections.map((pieces) => Buffer.concat(pieces)));
      },
    ),
    { numRuns: 40 },
  );
});

test('a section of many chunks is read in its order, and its lines are counted', async () => {
  const file = join(await temporaryFolder(), 'a');
  const content = Buffer.alloc(3 * CHUNK_SIZE_BYTES_MAX + 7);
  for (let at = 0; at < content.length; at += 1) content[at] = (at * 7919) % 251;
  const lines = content.filter((byte) => byte === 10).length;
  await write(file, [[content.subarray(0, 5), content.subarray(5)]]);
  expect((await readAll(file))[0]?.equals(content)).toBe(true);
  await using reader = await BackupReader.open(file);
  expect(reader.manifest.sections[0]?.rows).toBe(lines);
});

test('no byte of a backup can change unnoticed', async () => {
  const file = join(await temporaryFolder(), 'a');
  await write(file, [[Buffer.from('1\ta\n2\tb\n')], [], [Buffer.from('x')]]);
  const whole = await readFile(file);
  for (let at = 0; at < whole.length; at += 1) {
    const bytes = Buffer.from(whole);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
    await writeFile(file, bytes);
    const error = await readAll(file).catch((thrown: unknown) => thrown);
    expect(error, `byte ${at}`).toBeInstanceOf(BackupDamagedError);
    expect((error as BackupDamagedError).offset).toBeLessThanOrEqual(at);
  }
});

test('the worked example of the grammar is what is written', async () => {
  const file = join(await temporaryFolder(), 'a');
  await write(file, [[Buffer.from('1\ta\n')]]);
  const begins = [
    '4143424b01000000a4d7f920',
    '01000000000000000d0000002f3a609f28b52ffd00582100003109610a',
    '0200000000000000300000006eea9c2804000000000000000100000000000000',
    '85999f8a9988bf18a1b5d48f40c16b524730f2a864dd898f784e51d065411a89',
  ].join('');
  const written = await readFile(file);
  expect(written.toString('hex', 0, begins.length / 2)).toBe(begins);
});

test('a later format is refused by name, and a file that is not there as well', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'a');
  await write(file, []);
  const bytes = await readFile(file);
  // Format 2, with the checksum that belongs to it.
  bytes.writeUInt32LE(2, 4);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 8)), 8);
  await writeFile(file, bytes);
  await expect(BackupReader.open(file)).rejects.toThrow(
    /is of backup format 2, and this program reads 1/,
  );
  await expect(BackupReader.open(join(folder, 'none'))).rejects.toThrow(BackupError);
});
