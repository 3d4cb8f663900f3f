import * as fc from 'fast-check';
import { Pool } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabases } from '../../e2e/harness/postgres.ts';
import type { TestDatabases } from '../../e2e/harness/postgres.ts';
import { degraded, syntheticHashes } from '../../e2e/harness/synthetic-fingerprint.ts';
import { EngineProcess, temporaryFolder } from '../../index-engine/testing/engine-process.ts';
import { intArrayBytes } from '../db/int-array.ts';
import { IndexClient } from '../index/client.ts';
import { IndexUpdater } from '../index/updater.ts';
import { createLog } from '../log.ts';
import { importSubmissions } from './import.ts';
import type { SubmissionResult, SubmissionRow } from './submission-queries.ts';

const SILENCE = 627_964_279;
/** Recordings of the random submissions; each is heard in copies that count as the same. */
const RECORDINGS = 6;

const stack = new AsyncDisposableStack();
let databases: TestDatabases;
let engine: EngineProcess;
let pool: Pool;
let index: IndexClient;
let updater: IndexUpdater;
let indexes = 0;

beforeAll(async () => {
  databases = stack.use(await createTestDatabases());
  const folder = stack.use(await temporaryFolder());
  engine = stack.use(await EngineProcess.start(folder.path));
  pool = new Pool({ connectionString: databases.urls.fingerprint, max: 8 });
  stack.defer(() => pool.end());
});

beforeEach(async () => {
  await reset();
});

afterAll(async () => {
  await stack.disposeAsync();
});

/** Empty tables and an index of their own. */
async function reset(): Promise<void> {
  await pool.query(
    'truncate track, source, format, meta, foreignid_vendor restart identity cascade',
  );
  await pool.query('truncate fpindex_changelog restart identity');
  indexes += 1;
  index = stack.use(new IndexClient(engine.url, `import-${indexes}`));
  updater = stack.use(new IndexUpdater(pool, index, createLog('fatal')));
  await index.ensureIndex();
}

interface Given {
  readonly hashes?: Uint32Array;
  readonly row?: Partial<SubmissionRow>;
}

function submission(id: number, { hashes = syntheticHashes(id), row }: Given = {}): SubmissionRow {
  return {
    id,
    fingerprint: intArrayBytes(hashes),
    length: 200,
    bitrate: null,
    format: null,
    mbid: mbidOf(1),
    puid: null,
    foreignid: null,
    meta: null,
    account_id: 1,
    application_id: 1,
    application_version: null,
    attempts: 0,
    ...row,
  };
}

function mbidOf(recording: number): string {
  return `00000000-0000-4000-8000-${String(recording).padStart(12, '0')}`;
}

async function importAll(
  submissions: readonly SubmissionRow[],
): Promise<ReadonlyMap<number, SubmissionResult>> {
  const parts = { fingerprint: pool, index, indexedPosition: await updater.readPosition() };
  return importSubmissions(parts, submissions);
}

async function verdicts(submissions: readonly SubmissionRow[]): Promise<string[]> {
  const results = await importAll(submissions);
  return submissions.map(({ id }) => results.get(id)?.verdict ?? 'none');
}

/** Every row but for ids and times: which submissions belong together, and all counts. */
async function outcome(): Promise<unknown> {
  const { rows } = await pool.query(`
    select array_agg(submission_id order by submission_id) as submissions,
      count(distinct f.id) as fingerprints, sum(distinct f.submission_count) as counted,
      (select jsonb_agg(jsonb_build_array(m.mbid, m.submission_count) order by m.mbid)
       from track_mbid m where m.track_id = f.track_id) as mbids
    from fingerprint_source s join fingerprint f on f.id = s.fingerprint_id
    group by f.track_id order by 1`);
  return rows;
}

describe('skipping', () => {
  test.each([
    ['skipped:no_data', { row: { mbid: null } }],
    ['skipped:no_data', { row: { mbid: null, foreignid: 'vendor:1' } }],
    ['skipped:no_data', { row: { mbid: null, meta: {} } }],
    ['skipped:too_few_hashes', { hashes: syntheticHashes(1, 79) }],
    ['skipped:too_few_hashes', { hashes: new Uint32Array(500).fill(SILENCE) }],
    ['skipped:unknown_source', { row: { account_id: null } }],
    ['skipped:unknown_source', { row: { application_id: null } }],
  ])('%s changes nothing', async (verdict, given: Given) => {
    const results = await importAll([submission(1, given)]);
    expect(results.get(1)).toEqual({
      verdict,
      fingerprint_id: null,
      track_id: null,
      meta_id: null,
      meta_gid: null,
    });
    for (const table of ['track', 'fingerprint', 'fingerprint_source', 'source', 'track_mbid']) {
      expect((await pool.query(`select from ${table}`)).rowCount).toBe(0);
    }
  });

  test('eighty different hashes are enough, a PUID or a title alone is too', async () => {
    expect(
      await verdicts([
        submission(1, { hashes: Uint32Array.from({ length: 80 }, (_, at) => at * 7919) }),
        submission(2, { row: { mbid: null, puid: mbidOf(2) } }),
        submission(3, { row: { mbid: null, meta: { track: 'A title' } } }),
      ]),
    ).toEqual(['new_track', 'new_track', 'new_track']);
  });

  test('the others of a batch are imported', async () => {
    expect(
      await verdicts([submission(1), submission(2, { row: { mbid: null } }), submission(3)]),
    ).toEqual(['new_track', 'skipped:no_data', 'new_track']);
  });
});

describe('links', () => {
  test('a disabled link stays disabled and is counted, a merged one is counted where it is', async () => {
    await importAll([submission(1)]);
    await pool.query('update track_mbid set disabled = true');
    const { rows } = await pool.query<{ id: number }>(
      `insert into track_mbid (track_id, mbid) select track_id, $1 from track_mbid returning id`,
      [mbidOf(2)],
    );
    await pool.query('update track_mbid set merged_into = $1 where mbid = $2', [
      rows[0]?.id,
      mbidOf(1),
    ]);
    await importAll([submission(2, { hashes: syntheticHashes(1) })]);
    const links = await pool.query(
      `select mbid, submission_count, disabled, merged_into is not null as merged, updated
       from track_mbid order by mbid`,
    );
    expect(links.rows).toEqual([
      { mbid: mbidOf(1), submission_count: 2, disabled: true, merged: true, updated: null },
      { mbid: mbidOf(2), submission_count: 1, disabled: false, merged: false, updated: null },
    ]);
  });

  test('formats go by exact name, foreign ids split at the first colon, sources by version', async () => {
    await importAll([
      submission(1, { row: { format: 'FLAC', foreignid: 'a:b:c' } }),
      submission(2, { row: { format: 'flac', application_version: '1.0' } }),
      submission(3, { row: { format: 'FLAC', foreignid: 'a:b:c' } }),
    ]);
    const read = async (sql: string): Promise<unknown[]> => (await pool.query(sql)).rows;
    expect(await read('select name from format order by id')).toHaveLength(2);
    expect(
      await read(`select v.name as vendor, f.name from foreignid f
        join foreignid_vendor v on v.id = f.vendor_id`),
    ).toEqual([{ vendor: 'a', name: 'b:c' }]);
    expect(await read('select version from source order by id')).toEqual(
      expect.arrayContaining([{ version: null }, { version: '1.0' }]),
    );
    expect(await read('select from source')).toHaveLength(2);
  });

  test('rows of one batch get their ids in the order of the submissions', async () => {
    const of = (id: number): SubmissionRow =>
      submission(id, {
        hashes: syntheticHashes(1 + (id % 2)),
        row: {
          mbid: mbidOf(100 - id),
          format: `format ${100 - id}`,
          foreignid: `vendor ${100 - id}:${100 - id}`,
          meta: { track: `Title ${100 - id}` },
          application_version: String(100 - id),
        },
      });
    await importAll(Array.from({ length: 20 }, (_, at) => of(at + 1)));
    const descending = Array.from({ length: 20 }, (_, at) => String(99 - at));
    const columns = {
      track_mbid: 'right(mbid::text, 2)',
      format: 'right(name, 2)',
      foreignid_vendor: 'right(name, 2)',
      foreignid: 'name',
      meta: 'right(track, 2)',
      source: 'version',
    };
    for (const [table, column] of Object.entries(columns)) {
      const { rows } = await pool.query(`select ${column} as value from ${table} order by id`);
      expect(rows.map(({ value }) => value as string)).toEqual(descending);
    }
  });

  test('metadata is cleaned, and the same content is one row', async () => {
    const results = await importAll([
      submission(1, { row: { meta: { track: 'A\u0000 \t title', track_no: 10_001 } } }),
      submission(2, { row: { meta: { track: 'A title' } } }),
    ]);
    const metas = await pool.query('select track, track_no, year from meta');
    expect(metas.rows).toEqual([{ track: 'A title', track_no: null, year: null }]);
    expect(results.get(1)?.meta_id).toBe(results.get(2)?.meta_id);
  });
});

describe('the changelog', () => {
  test('gets one entry for each new fingerprint, with the hashes SQL would take', async () => {
    await importAll([
      submission(1),
      submission(2, { hashes: syntheticHashes(1) }),
      submission(3),
      submission(4, { hashes: Uint32Array.from([SILENCE, ...syntheticHashes(4)]) }),
    ]);
    const { rows } = await pool.query<{ query: number[]; expected: number[] }>(
      `select l.query, acoustid_extract_query(f.fingerprint) as expected
       from fpindex_changelog l join fingerprint f on f.id = l.fingerprint_id order by l.id`,
    );
    expect(rows).toHaveLength(3);
    for (const { expected, query } of rows) expect(query).toEqual(expected);
  });

  test('an insert by hand beside an import is logged by itself', async () => {
    await importAll([submission(1)]);
    await pool.query(
      `insert into fingerprint (track_id, fingerprint, length)
       select track_id, fingerprint, length from fingerprint, generate_series(1, 2)`,
    );
    const { rows } = await pool.query(
      `select count(*)::int as entries, count(distinct query)::int as queries,
         array_agg(fingerprint_id order by id) as ids from fpindex_changelog`,
    );
    expect(rows).toEqual([{ entries: 3, queries: 1, ids: [1, 2, 3] }]);
  });

  test('an insert no partition covers is refused as a whole', async () => {
    const { rows } = await pool.query<{ name: string; bounds: string }>(
      `select c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bounds
       from pg_class c where c.relname = 'fpindex_changelog_' ||
         to_char(now() at time zone 'UTC', 'YYYYMM')`,
    );
    const { bounds = '', name = '' } = rows[0] ?? {};
    await pool.query(`alter table fpindex_changelog detach partition ${name}`);
    try {
      await expect(importAll([submission(1)])).rejects.toThrow(/no partition of relation/);
      for (const table of ['track', 'fingerprint']) {
        expect((await pool.query(`select from ${table}`)).rowCount).toBe(0);
      }
    } finally {
      await pool.query(`alter table fpindex_changelog attach partition ${name} ${bounds}`);
    }
    expect(await verdicts([submission(1)])).toEqual(['new_track']);
  });
});

describe('at once and in any order', () => {
  test('importers that meet a new recording at the same time make one track', async () => {
    for (let round = 1; round <= 10; round += 1) {
      const batches = [0, 1, 2, 3].map((importer) =>
        [0, 1, 2].map((copy) =>
          submission(round * 100 + importer * 10 + copy, {
            hashes: degraded(syntheticHashes(round), 8 + importer * 3 + copy),
            row: { mbid: mbidOf(round) },
          }),
        ),
      );
      await Promise.all(batches.map(importAll));
      if (round % 3 === 0) await updater.catchUp();
    }
    const { rows } = await pool.query(
      `select count(distinct f.track_id)::int as tracks, count(*)::int as sources,
         (select sum(submission_count)::int from track_mbid) as links
       from fingerprint_source s join fingerprint f on f.id = s.fingerprint_id`,
    );
    expect(rows).toEqual([{ tracks: 10, sources: 120, links: 120 }]);
  });

  test('the same submission in two importers at once is imported once', async () => {
    const both = await Promise.all([importAll([submission(1)]), importAll([submission(1)])]);
    expect(both[0]).toEqual(both[1]);
    expect((await pool.query('select from fingerprint_source')).rowCount).toBe(1);
  });

  test('copies of recordings end in the same tracks and counts in any order and batches', async () => {
    const submissions = Array.from({ length: 24 }, (_, at) =>
      submission(at + 1, {
        hashes: degraded(syntheticHashes(at % RECORDINGS), 20 + at),
        row: { mbid: mbidOf(at % 4), meta: { track: `Title ${at % 5}` } },
      }),
    );
    await importAll(submissions);
    const expected = await outcome();
    expect(expected).toHaveLength(RECORDINGS);
    const order = fc.shuffledSubarray(submissions, { minLength: submissions.length });
    await fc.assert(
      fc.asyncProperty(order, fc.integer({ min: 1, max: 9 }), async (shuffled, size) => {
        await reset();
        for (let at = 0; at < shuffled.length; at += size) {
          await importAll(shuffled.slice(at, at + size));
          if (at % 2 === 0) await updater.catchUp();
        }
        expect(await outcome()).toEqual(expected);
      }),
      { numRuns: 12 },
    );
  });
});
