/**
 * The index over whole fingerprint vectors, which serves administrators' own `&&` queries and
 * nothing in the program. It is large (docs/decisions/0014-vector-index.md), so it is made only
 * on request and is no part of the sequence of migrations.
 */
import { Client } from 'pg';
import { clientConfigOf } from './databases.ts';
import type { DatabaseLocation } from './databases.ts';

/** Makes the index beside running imports. May take hours; returns at once when it is there. */
export async function createVectorIndex(fingerprint: DatabaseLocation): Promise<void> {
  await withClient(fingerprint, async (client) => {
    // What an interrupted build leaves behind has the name but answers nothing.
    if (await hasInvalidIndex(client)) await dropIndex(client);
    await client.query(
      `create index concurrently if not exists fingerprint_fingerprint_idx
       on fingerprint using gin (fingerprint gin__int_ops)`,
    );
  });
}

/** Drops the index; returns at once when there is none. */
export async function dropVectorIndex(fingerprint: DatabaseLocation): Promise<void> {
  await withClient(fingerprint, dropIndex);
}

async function dropIndex(client: Client): Promise<void> {
  await client.query('drop index concurrently if exists fingerprint_fingerprint_idx');
}

async function hasInvalidIndex(client: Client): Promise<boolean> {
  const { rows } = await client.query(
    `select from pg_index
     where indexrelid = to_regclass('fingerprint_fingerprint_idx') and not indisvalid`,
  );
  return rows.length > 0;
}

async function withClient(
  location: DatabaseLocation,
  work: (client: Client) => Promise<void>,
): Promise<void> {
  const client = new Client({ ...clientConfigOf(location), application_name: 'acoustid migrate' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
