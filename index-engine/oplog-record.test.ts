import { expect, test } from 'vitest';
import { ChangeBatch } from './change.ts';
import { CorruptionError } from './errors.ts';
import { decodePayload, encodeChanges, type RecordHead, sealRecord } from './oplog-record.ts';

const encodeRecord = (head: RecordHead, batch: ChangeBatch): Buffer =>
  Buffer.concat(sealRecord(head, encodeChanges(batch)));

test('a record has the bytes upstream writes (fpindex.md section 9)', () => {
  const batch = new ChangeBatch();
  batch.insert(1, [100, 200]);
  expect(encodeRecord({ commitId: 1, version: 1 }, batch).toString('hex')).toBe(
    '140000008eb77b8f82a16901a1639181a16982a16901a1689264ccc8',
  );
});

test('what is encoded is decoded again: changes in order, metadata, a version of its own', () => {
  const batch = new ChangeBatch();
  batch.insert(7, [0, 127, 128, 255, 256, 65_535, 65_536, 0xffff_ffff]);
  batch.delete(0xffff_ffff);
  batch.insert(8, []);
  batch.metadata.set('köln', 'x'.repeat(1000));
  const record = encodeRecord({ commitId: 5, version: 2 ** 40 }, batch);
  const copy = new ChangeBatch();
  const head = decodePayload(record.subarray(8), copy, { file: 'x', offset: 0 });
  expect(head).toEqual({ commitId: 5, version: 2 ** 40 });
  expect([copy.size, copy.isInsert(0), copy.isInsert(1), copy.idAt(1)]).toEqual([
    3,
    true,
    false,
    0xffff_ffff,
  ]);
  expect(copy.hashes.values.subarray(0, copy.hashes.size)).toEqual(
    batch.hashes.values.subarray(0, batch.hashes.size),
  );
  expect(copy.hashesEndAt(2) - copy.hashesStartAt(2)).toBe(0);
  expect([...copy.metadata]).toEqual([['köln', 'x'.repeat(1000)]]);
});

test('a payload that makes no sense is corruption with file and offset', () => {
  const decode = (): unknown =>
    decodePayload(Buffer.from([0x81, 0xa1, 0x78, 1]), new ChangeBatch(), { file: 'f', offset: 9 });
  expect(decode).toThrow(CorruptionError);
  expect(decode).toThrow(/^f: damaged at byte 9: /);
});
