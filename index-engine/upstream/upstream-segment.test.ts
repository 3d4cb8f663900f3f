import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { CorruptionError } from '../errors.ts';
import { temporaryFolder } from '../testing/engine-process.ts';
import { Crc64 } from './crc64.ts';
import { decodeUpstreamBlock, StreamVByteWriter } from './streamvbyte.ts';
import { type UpstreamSegment, writeUpstreamSegment } from './upstream-segment.ts';
import { openUpstreamSegment } from './upstream-segment-reader.ts';

/** fpindex.md section 9, byte for byte. */
type Posting = readonly [hash: number, id: number];

function blocksOf(postings: readonly Posting[], idMin: number): Buffer[] {
  const blocks: Buffer[] = [];
  const writer = new StreamVByteWriter(idMin, (block) => blocks.push(block));
  for (const [hash, id] of postings) writer.push(hash, id);
  writer.finish();
  return blocks;
}

function segmentOf(postings: readonly Posting[], rest: Partial<UpstreamSegment>): UpstreamSegment {
  return {
    identity: { first: 1, last: 1, version: 1 },
    metadata: new Map(),
    documents: Uint32Array.from(new Set(postings.map(([, id]) => id))).sort(),
    tombstones: new Uint32Array(0),
    postings: (onBlock) =>
      onBlock(
        Uint32Array.from(postings, ([hash]) => hash),
        Uint32Array.from(postings, ([, id]) => id),
      ),
    ...rest,
  };
}

function written(segment: UpstreamSegment): Buffer {
  const pieces: Uint8Array[] = [];
  writeUpstreamSegment(segment, (bytes) => pieces.push(Uint8Array.from(bytes)));
  return Buffer.concat(pieces);
}

test('CRC-64/XZ has its check value', () => {
  const digest = new Crc64().update(Buffer.from('123456789')).digest();
  expect(digest.toString(16)).toBe('995dc9bbdf1939fa');
});

test.each<[string, readonly Posting[], number]>([
  [
    '64000000 0400 0300 506464 00 00010203',
    [
      [100, 1],
      [100, 2],
      [200, 3],
      [300, 4],
    ],
    1,
  ],
  [
    '01000000 0500 0500 5001020101 4001 32 64 fa 5e01 c201',
    [
      [1, 100],
      [1, 200],
      [3, 300],
      [4, 400],
      [5, 500],
    ],
    50,
  ],
  [
    '64000000 0800 0400 40046464 4004 01 04 05 e903 01 d107 01 01',
    [
      [100, 1001],
      [100, 1005],
      [100, 1010],
      [200, 2001],
      [200, 2002],
      [300, 3001],
      [300, 3002],
      [300, 3003],
    ],
    1000,
  ],
  [
    '78563412 0200 0500 0c87a9cbed 0c 06 feffffff 0000',
    [
      [0x1234_5678, 7],
      [0xffff_ffff, 0xffff_ffff],
    ],
    1,
  ],
])('block %s', (hex, postings, idMin) => {
  const [block, ...more] = blocksOf(postings, idMin);
  expect(more).toEqual([]);
  expect(block?.toString('hex')).toBe(hex.replaceAll(' ', '').padEnd(1024, '0'));
});

test('a segment file has the bytes upstream writes', () => {
  const postings: Posting[] = [
    [100, 1],
    [100, 2],
    [200, 1],
    [200, 2],
    [300, 1],
  ];
  const file = written(segmentOf(postings, {}));
  expect(file.length).toBe(1565);
  const hex = (text: string): string => text.replaceAll(' ', '');
  expect(file.toString('hex', 0, 26)).toBe(
    hex('8500ce53474d310193 0100c0 02c303c304cd0200 80 8201c302c3'),
  );
  expect(file.toString('hex', 512, 512 + 22)).toBe(
    hex('64000000 0500 0400 1001 6464 0000 00010001 00 000000'),
  );
  expect(file.toString('hex', 1536)).toBe(
    hex('2c010000 8400ce314d4753 0105 0201 03cf2f71e1afdf0567e0 15000000'),
  );
});

test('postings of any kind come back from blocks', () => {
  const hash = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 0xffff_ffff }));
  const id = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 0xffff_ffff }));
  fc.assert(
    fc.property(fc.array(fc.tuple(hash, id), { minLength: 1, maxLength: 900 }), (pairs) => {
      const unique = new Map(pairs.map((pair) => [pair.join(':'), pair]));
      const postings = [...unique.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      const idMin = Math.min(...postings.map((posting) => posting[1]));
      const back = blocksOf(postings, idMin).flatMap((block) => {
        const decoded = decodeUpstreamBlock(block, idMin);
        return Array.from(decoded?.hashes ?? [], (h, i) => [h, decoded?.ids[i]]);
      });
      expect(back).toEqual(postings);
    }),
  );
});

/** More documents than one window holds, so that their map is read in several. */
const DOCUMENTS = 200_000;

test('a segment file is read back whole, and damage to its blocks is noticed', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'x');
  const postings: Posting[] = Array.from({ length: 2000 }, (_, i) => [i * 3, 1 + (i % 50)]);
  const segment = segmentOf(postings, {
    identity: { first: 5, last: 9, version: 1000 },
    metadata: new Map([['key', 'value'.repeat(50)]]),
    documents: Uint32Array.from({ length: DOCUMENTS }, (_, i) => i * 70_000 + 1).sort(),
    tombstones: Uint32Array.of(77, 4_000_000_000),
  });
  const file = written(segment);
  await writeFile(path, file);
  {
    using back = openUpstreamSegment(path, 'x');
    expect(back).toMatchObject({ identity: segment.identity, metadata: segment.metadata });
    expect(back.documents).toEqual(segment.documents);
    expect(back.tombstones).toEqual(segment.tombstones);
    const pairs: number[][] = [];
    back.postings((hashes, ids) => hashes.forEach((hash, i) => pairs.push([hash, ids[i] ?? 0])));
    expect(pairs).toEqual(postings);
  }
  const inBlocks = file.length - 3000;
  file[inBlocks] = (file[inBlocks] ?? 0) ^ 1;
  for (const bytes of [
    file,
    file.subarray(0, 900),
    file.subarray(0, 0),
    Buffer.alloc(5000, 0xc1),
  ]) {
    await writeFile(path, bytes);
    expect(() => openUpstreamSegment(path, 'x')).toThrow(CorruptionError);
  }
});
