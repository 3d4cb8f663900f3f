import { Client } from 'pg';
import { startPostgres } from '../../e2e/harness/postgres.ts';
import type { Corpus } from './corpus.ts';
import type { Report } from './report.ts';

/** Building the GIN index of a million takes the better part of an hour. */
const COUNT_MAX = 100_000;
const BATCH = 1000;
const QUERY_COUNT = 500;

/** The peer AcoustID began with: an array column with a GIN index of intarray, at 100,000 rows at most. */
export async function postgresGin(corpus: Corpus, report: Report): Promise<void> {
  const count = Math.min(corpus.count, COUNT_MAX);
  await using postgres = await startPostgres({
    templates: 'none',
    settings: ['maintenance_work_mem=512MB', 'shared_buffers=512MB'],
  });
  const client = new Client(`${postgres.url}/postgres`);
  await client.connect();
  await client.query('create extension intarray');
  await client.query('create table fingerprint (id int primary key, hashes int[] not null)');
  for (let from = 1; from <= count; from += BATCH) await insertBatch(client, corpus, from);
  await client.query('create index on fingerprint using gin (hashes gin__int_ops)');
  await client.query('vacuum analyze fingerprint');
  const text = `select id, icount(hashes & $1::int[]) as score from fingerprint
    where hashes && $1::int[] order by score desc, id limit 40`;
  for (const kind of ['hit', 'miss'] as const) {
    const times: number[] = [];
    for (const { hashes } of corpus.queries[kind].slice(0, QUERY_COUNT)) {
      const values = [Array.from(hashes, (hash) => hash | 0)];
      const startedMs = performance.now();
      await client.query({ name: 'search', text, values });
      times.push(performance.now() - startedMs);
    }
    report.times(`peer: PostgreSQL GIN intarray, ${count} rows, ${kind}`, times);
  }
  await client.end();
}

async function insertBatch(client: Client, corpus: Corpus, from: number): Promise<void> {
  const ids = Array.from({ length: BATCH }, (_, i) => from + i).filter((id) => id <= corpus.count);
  const arrays = ids.map((id) => `{${Array.from(corpus.hashesOf(id), (h) => h | 0).join(',')}}`);
  await client.query(
    `insert into fingerprint select id, hashes::int[]
     from unnest($1::int[], $2::text[]) as row (id, hashes)`,
    [ids, arrays],
  );
}
