/**
 * Puts scratch databases in the place of the real ones, all of them in one transaction: whoever is
 * killed in the middle leaves the old ones or the new ones, never a mix.
 *
 * A database can only be renamed while nobody is connected to it. `alter database … rename` first
 * takes the lock that keeps new connections waiting, then waits up to five seconds for the others to
 * leave; so while it waits, a second connection ends theirs. Those who come back find a database of
 * another identity under the old name (server/db/databases.ts), and start anew.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { escapeIdentifier } from 'pg';
import type { Connection } from './connection.ts';
import { REPLACED_SUFFIX } from './scratch.ts';
import type { ScratchDatabase } from './scratch.ts';

const END_EVERY_MS = 50;

/** Swaps and drops the old databases. `helper` is a second connection to the same server. */
export async function swapDatabases(
  server: Connection,
  helper: Connection,
  databases: readonly ScratchDatabase[],
): Promise<void> {
  const renamed = new AbortController();
  const ending = keepEndingSessions(
    helper,
    databases.flatMap(({ name, scratchName }) => [name, scratchName]),
    renamed.signal,
  );
  // Awaited below; until then its failure must not count as nobody's.
  ending.catch(() => undefined);
  try {
    await server.query('begin');
    for (const { name, replacedName, scratchName } of databases) {
      await rename(server, name, replacedName);
      await rename(server, scratchName, name);
    }
    await server.query('commit');
  } catch (error) {
    // A connection that cannot roll back is gone, and its transaction with it.
    await server.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    renamed.abort();
    await ending;
  }
  for (const { name } of databases) {
    const replaced = escapeIdentifier(name + REPLACED_SUFFIX);
    await server.query(`drop database if exists ${replaced} with (force)`);
  }
}

async function rename(server: Connection, from: string, to: string): Promise<void> {
  await server.query(`alter database ${escapeIdentifier(from)} rename to ${escapeIdentifier(to)}`);
}

async function keepEndingSessions(
  helper: Connection,
  names: readonly string[],
  until: AbortSignal,
): Promise<void> {
  while (!until.aborted) {
    // Only a superuser may end another's; if one stays, the renaming says that it does.
    await helper.query(
      `select pg_terminate_backend(a.pid)
       from pg_stat_activity a join pg_roles r on r.oid = a.usesysid
       where a.datname = any($1) and a.backend_type = 'client backend'
         and (not r.rolsuper or (select rolsuper from pg_roles where rolname = current_user))`,
      [names],
    );
    await delay(END_EVERY_MS, undefined, { signal: until }).catch(() => undefined);
  }
}
