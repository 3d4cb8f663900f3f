import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CaseRows } from '../../e2e/harness/case-rows.ts';
import type { ExpectedRows, Rows } from '../../e2e/harness/case-rows.ts';
import { hasReferenceData, REFERENCE } from '../../e2e/harness/dataset.ts';
import { createTestDatabases } from '../../e2e/harness/postgres.ts';
import type { TestDatabases } from '../../e2e/harness/postgres.ts';
import { openDatabases, withTransaction } from '../db/databases.ts';
import type { Databases } from '../db/databases.ts';
import { DomainError } from '../errors.ts';
import { mergeMbids } from './merge-mbids.ts';
import { mergeTracks } from './merge-tracks.ts';

interface DatabaseCase {
  readonly name: string;
  readonly setup: {
    readonly load: readonly string[];
    readonly clear_tables?: readonly string[];
    readonly rows?: Rows;
  };
  readonly fn: string;
  readonly args: {
    readonly source_mbid: string;
    readonly target_mbid: string;
    readonly target_id: number;
    readonly source_ids: readonly number[];
  };
  readonly expect: { readonly error?: string; readonly rows: readonly ExpectedRows[] };
}

const BY = { accountId: null, note: 'a recorded case' };

const cases = hasReferenceData()
  ? (JSON.parse(readFileSync(`${REFERENCE}/data/cases/db.json`, 'utf8')) as DatabaseCase[]).filter(
      ({ fn }) => fn === 'merge_mbids' || fn === 'merge_tracks',
    )
  : [];

describe.skipIf(!hasReferenceData())('recorded merges', () => {
  let testDatabases: TestDatabases;
  let databases: Databases;
  let stage: CaseRows;

  beforeAll(async () => {
    testDatabases = await createTestDatabases();
    databases = openDatabases(testDatabases.urls);
    stage = await CaseRows.open(testDatabases);
  });

  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
    await databases[Symbol.asyncDispose]();
    await testDatabases[Symbol.asyncDispose]();
  });

  beforeEach(() => stage.reset(['base']));

  test('are all there', () => {
    expect(cases).toHaveLength(10);
  });

  test.each(cases)('$name', async ({ args, expect: expected, fn, setup }) => {
    for (const table of setup.clear_tables ?? []) {
      await stage.execute(table, `truncate ${table} restart identity cascade`);
    }
    await stage.insert(setup.rows ?? {});
    const done = withTransaction(databases.fingerprint.pool, async (transaction) => {
      if (fn === 'merge_mbids') {
        await mergeMbids(transaction, args.source_mbid, args.target_mbid, BY);
      } else {
        await mergeTracks(transaction, args.target_id, args.source_ids, BY);
      }
    });
    if (expected.error === undefined) await done;
    else await expect(done).rejects.toThrow(DomainError);
    for (const rows of expected.rows) expect(await stage.read(rows)).toEqual(rows.rows);
  });
});
