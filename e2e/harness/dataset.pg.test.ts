import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CASE_FIXTURES, GOLDEN_DATASET, hasReferenceData, loadDataset } from './dataset.ts';
import { createTestDatabases } from './postgres.ts';
import type { TestDatabases } from './postgres.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from './temporary-folder.ts';

let databases: TestDatabases;

beforeEach(async () => {
  databases = await createTestDatabases();
});

afterEach(() => databases[Symbol.asyncDispose]());

async function query(database: keyof TestDatabases['urls'], sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: databases.urls[database] });
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return rows;
}

describe.skipIf(!hasReferenceData())('recorded data', () => {
  test('the golden dataset loads whole', async () => {
    const report = await loadDataset(databases);
    const dataset = JSON.parse(await readFile(GOLDEN_DATASET, 'utf8')) as Record<string, unknown[]>; // the file's shape
    const rows = Object.values(dataset).reduce((sum, table) => sum + table.length, 0);
    expect(report).toContain(`${rows} rows loaded`);
    // foreignid_id is null in every row.
    expect(report).toContain('columns the target lacks: submission.foreignid_id\n');
  });

  test('it brings hours of lookups as upstream counts them', async () => {
    await loadDataset(databases);
    const rows = await query(
      'app',
      `select date::text, hour, count_hits, count_nohits from stats_lookups_upstream where id in (2, 5)
       order by id`,
    );
    expect(rows).toEqual([
      { date: '2024-04-01', hour: 5, count_hits: 7, count_nohits: 3 },
      { date: '2024-04-03', hour: 23, count_hits: 1, count_nohits: 0 },
    ]);
  });

  test('it counts nothing while loading, and nothing reaches the changelog', async () => {
    await loadDataset(databases);
    const counted = await query(
      'fingerprint',
      `select from fingerprint where submission_count < 1`,
    );
    expect(counted).toEqual([]);
    expect(await query('fingerprint', 'select from fpindex_changelog')).toEqual([]);
  });

  test('it reaches the changelog when triggers are asked to fire', async () => {
    await loadDataset(databases, { triggers: 'fire' });
    const rows = await query(
      'fingerprint',
      `select from fpindex_changelog c join fingerprint f on f.id = c.fingerprint_id
       where c.query = acoustid_extract_query(f.fingerprint)`,
    );
    expect(rows).toHaveLength(157);
  });

  test('it loads a second time over the first', async () => {
    await loadDataset(databases);
    await loadDataset(databases, { triggers: 'fire' });
    expect(await query('fingerprint', 'select from fingerprint')).toHaveLength(157);
  });

  test('the fixtures of the case files load', async () => {
    const folder = await makeTemporaryFolder('fixtures');
    try {
      const text = await readFile(CASE_FIXTURES, 'utf8');
      const { tables } = JSON.parse(text) as { tables: Record<string, object[]> }; // the file's shape
      const dataset = join(folder, 'tables.json');
      const dated = JSON.stringify(tables).replaceAll(/"now-\d+d"/g, '"2026-11-21T00:00:00Z"');
      await writeFile(dataset, dated);
      const report = await loadDataset(databases, { dataset, missingTables: 'skip' });
      // MusicBrainz tables that no lookup reads are left out; of ours, none is missing.
      const missing = /not found in any database: (.*)/.exec(report)?.[1]?.split(', ') ?? [];
      expect(missing.filter((name) => !name.startsWith('musicbrainz.'))).toEqual([]);
      expect(report).not.toContain('columns the target lacks');
    } finally {
      removeTemporaryFolder(folder);
    }
  });
});
