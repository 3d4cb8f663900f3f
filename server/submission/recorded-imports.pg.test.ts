import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { compareRows, IdRanks } from '../../e2e/harness/case-comparison.ts';
import { CaseRows, resolveFingerprints } from '../../e2e/harness/case-rows.ts';
import type { ExpectedRows, Rows } from '../../e2e/harness/case-rows.ts';
import { hasReferenceData, REFERENCE } from '../../e2e/harness/dataset.ts';
import { createTestDatabases } from '../../e2e/harness/postgres.ts';
import type { TestDatabases } from '../../e2e/harness/postgres.ts';
import { EngineProcess, temporaryFolder } from '../../index-engine/testing/engine-process.ts';
import { intArrayBytes } from '../db/int-array.ts';
import { openDatabases } from '../db/databases.ts';
import type { Databases } from '../db/databases.ts';
import { IndexClient } from '../index/client.ts';
import { IndexUpdater } from '../index/updater.ts';
import { createLog } from '../log.ts';
import { cleanMeta } from '../meta/clean-meta.ts';
import { metaGid } from '../meta/meta-gid.ts';
import { upsertMetas } from '../meta/meta-queries.ts';
import { upsertFormats, upsertSources } from '../source/source-queries.ts';
import { importSubmissions } from './import.ts';
import type { SubmittedMeta } from './submission.ts';

interface RecordedCase {
  readonly name: string;
  readonly setup: { readonly load: readonly string[]; readonly rows?: Rows };
  readonly fn: string;
  readonly args: unknown;
  readonly expect: { readonly result: unknown; readonly rows?: readonly ExpectedRows[] };
}

const stack = new AsyncDisposableStack();
let databases: TestDatabases;
let opened: Databases;
let rows: CaseRows;
let index: IndexClient;

/** What each recorded function is here; their arguments have the shapes the file gives them. */
const FUNCTIONS: Readonly<Record<string, (args: never) => Promise<unknown>>> = {
  import_submission: importOne,
  find_or_insert_source: async ({ calls }: { calls: [number, number, string | null][] }) => {
    const ids: number[] = [];
    for (const [applicationId, accountId, version] of calls) {
      const source = { accountId, applicationId, version };
      ids.push(...(await upsertSources(opened.fingerprint.pool, [source])));
    }
    return ids;
  },
  find_or_insert_format: async ({ calls }: { calls: string[] }) => {
    const ids: (number | undefined)[] = [];
    for (const name of calls) {
      ids.push((await upsertFormats(opened.fingerprint.pool, [name])).get(name));
    }
    return ids;
  },
  insert_meta: (meta: SubmittedMeta) => findOrInsertMeta(meta),
  find_or_insert_meta: async ({ calls }: { calls: SubmittedMeta[] }) => {
    const found: unknown[] = [];
    for (const meta of calls) found.push(await findOrInsertMeta(meta));
    return found;
  },
};

async function findOrInsertMeta(meta: SubmittedMeta): Promise<unknown> {
  const values = cleanMeta(meta);
  const gid = metaGid(values);
  const ids = await upsertMetas(opened.fingerprint.pool, [{ gid, values }]);
  return [ids.get(gid), gid];
}

interface RecordedSubmission {
  readonly fingerprint: unknown;
  readonly length: number;
  readonly mbid: string;
  readonly puid: string;
}

async function importOne({ submission }: { submission: RecordedSubmission }): Promise<unknown> {
  const { pool } = opened.fingerprint;
  await using updater = new IndexUpdater(pool, index, createLog('fatal'));
  const { fingerprint, length, mbid, puid } = submission;
  const row = {
    id: 1,
    fingerprint: intArrayBytes(Uint32Array.from(resolveFingerprints(fingerprint) as number[])),
    length,
    mbid,
    puid,
    bitrate: null,
    format: null,
    foreignid: null,
    meta: null,
    account_id: 1,
    application_id: 1,
    application_version: null,
    attempts: 0,
  };
  const parts = { fingerprint: pool, index, indexedPosition: await updater.catchUp() };
  const result = (await importSubmissions(parts, [row])).get(1);
  return { handled: true, fingerprint_id: result?.fingerprint_id, track_id: result?.track_id };
}

const cases = hasReferenceData()
  ? (JSON.parse(readFileSync(`${REFERENCE}/data/cases/db.json`, 'utf8')) as RecordedCase[]).filter(
      ({ fn }) => fn in FUNCTIONS,
    )
  : [];

describe.skipIf(!hasReferenceData())('recorded calls', () => {
  beforeAll(async () => {
    databases = stack.use(await createTestDatabases());
    opened = stack.use(openDatabases(databases.urls));
    rows = stack.use(await CaseRows.open(databases));
  });

  beforeEach(async () => {
    const folder = stack.use(await temporaryFolder());
    const engine = stack.use(await EngineProcess.start(folder.path));
    index = stack.use(new IndexClient(engine.url, 'main'));
  });

  afterAll(async () => {
    await stack.disposeAsync();
  });

  test('are all there', () => {
    expect(cases).toHaveLength(7);
  });

  test.each(cases)('$name', async ({ args, expect: expected, fn, setup }) => {
    await rows.reset(setup.load);
    await rows.insert(setup.rows ?? {});
    expect(await FUNCTIONS[fn]?.(args as never)).toEqual(expected.result);
    const ids = { expected: new IdRanks(), actual: new IdRanks() };
    for (const table of expected.rows ?? []) {
      expect(compareRows(table, await rows.read(table), ids)).toEqual([]);
    }
  });
});
