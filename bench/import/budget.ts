/** Where the time of an import goes: each statement of a batch by its name, and what is left. */
import type { Pool, PoolClient, QueryConfig } from 'pg';
import { openDatabases, withTransaction } from '../../server/db/databases.ts';
import type { RunFile } from '../../server/config/run-file.ts';
import { IndexClient } from '../../server/index/client.ts';
import { IndexUpdater } from '../../server/index/updater.ts';
import { createLog } from '../../server/log.ts';
import { importSubmissions } from '../../server/submission/import.ts';
import { prepareSubmission } from '../../server/submission/prepare.ts';
import {
  claimPendingSubmissions,
  finishSubmissions,
} from '../../server/submission/submission-queries.ts';

/** Mean microseconds per submission of each step, over batches of these pending submissions. */
export async function measureImportBudget(
  run: RunFile,
  batches: readonly (readonly number[])[],
): Promise<ReadonlyMap<string, number>> {
  await using databases = openDatabases(run.postgres);
  await using index = new IndexClient(run.index, 'main');
  const log = createLog('fatal');
  await using updater = new IndexUpdater(databases.fingerprint.pool, index, log);
  const spent = new Map<string, number>();
  const add = (step: string, begunMs: number): void => {
    spent.set(step, (spent.get(step) ?? 0) + (performance.now() - begunMs) * 1000);
  };
  const time = async <T>(step: string, work: () => T | Promise<T>): Promise<T> => {
    const begun = performance.now();
    const result = await work();
    add(step, begun);
    return result;
  };
  for (const pool of [databases.ingest.pool, databases.fingerprint.pool]) timeQueries(pool, add);
  timeSearches(index, add);
  let submissions = 0;
  for (const ids of batches) {
    await withTransaction(databases.ingest.pool, async (ingest) => {
      const rows = await claimPendingSubmissions(ingest, ids);
      submissions += rows.length;
      await time('(prepare alone)', () => rows.map(prepareSubmission));
      const parts = {
        fingerprint: databases.fingerprint.pool,
        index,
        indexedPosition: await updater.readPosition(),
      };
      const results = await time('= import', () => importSubmissions(parts, rows));
      await time('= index catches up', () => updater.catchUp());
      await finishSubmissions(ingest, results);
    });
  }
  return new Map([...spent].map(([step, us]) => [step, us / submissions]));
}

/** Times every statement of a pool's connections, by name or by how it begins. */
function timeQueries(pool: Pool, add: (step: string, begunMs: number) => void): void {
  pool.on('connect', (client: PoolClient) => {
    const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
    const timed = async (...args: unknown[]): Promise<unknown> => {
      const [first] = args;
      const config = first as string | QueryConfig; // what our own code passes
      const name = typeof config === 'string' ? config.trim().slice(0, 24) : config.name;
      const begun = performance.now();
      try {
        return await query(...args);
      } finally {
        add(name ?? 'unnamed', begun);
      }
    };
    Object.assign(client, { query: timed });
  });
}

function timeSearches(index: IndexClient, add: (step: string, begunMs: number) => void): void {
  const search = index.search.bind(index);
  const update = index.update.bind(index);
  Object.assign(index, {
    search: async (...args: Parameters<IndexClient['search']>) => {
      const begun = performance.now();
      const hits = await search(...args);
      add('index search (many at once)', begun);
      return hits;
    },
    update: async (...args: Parameters<IndexClient['update']>) => {
      const begun = performance.now();
      const version = await update(...args);
      add('index update', begun);
      return version;
    },
  });
}
