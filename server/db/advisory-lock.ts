/**
 * Locks between processes that share a database, by name. They guard work, not rows: who leads,
 * who migrates. Each belongs to a connection and ends with it, so a crash never leaves one behind.
 */
import type { Pool } from 'pg';
import type { Queryable } from './queryable.ts';

/** A lock held on a connection of its own; disposing gives both back. */
export interface AdvisoryLock extends AsyncDisposable {
  /** Aborted when the connection is lost, and with it the lock: somebody else may hold it now. */
  readonly lost: AbortSignal;
}

/** Takes the lock for the connection, without waiting. False when another connection has it. */
export async function tryAdvisoryLock(client: Queryable, name: string): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    'select pg_try_advisory_lock(hashtextextended($1, 0)) as locked',
    [name],
  );
  return rows[0]?.locked === true;
}

/**
 * Takes the lock and keeps it on a connection of the pool until disposed. `undefined` when
 * somebody else has it; ask again later.
 */
export async function holdAdvisoryLock(
  pool: Pool,
  name: string,
): Promise<AdvisoryLock | undefined> {
  const client = await pool.connect();
  const lost = new AbortController();
  const onLost = (): void => lost.abort();
  client.once('error', onLost).once('end', onLost);
  const giveBack = (): void => {
    client.off('error', onLost).off('end', onLost);
    // Closed rather than kept: the lock must not live on in a connection others use.
    client.release(true);
  };
  try {
    if (await tryAdvisoryLock(client, name)) {
      return {
        lost: lost.signal,
        [Symbol.asyncDispose]: () => Promise.resolve(giveBack()),
      };
    }
  } catch (error) {
    giveBack();
    throw error;
  }
  giveBack();
  return undefined;
}
