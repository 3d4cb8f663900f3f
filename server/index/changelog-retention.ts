/**
 * Keeps the changelog's monthly partitions: makes those to come, drops those too old to be needed
 * (behaviours.md section 8). Why unread months are dropped too: docs/decisions/0070.
 */
import { Client } from 'pg';
import { clientConfigOf } from '../db/databases.ts';
import type { DatabaseLocation } from '../db/databases.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Log } from '../log.ts';
import { ensureChangelogPartitions } from './changelog-queries.ts';

/** Whole months kept behind the current one. */
const MONTHS_KEPT = 2;
/**
 * Making or dropping a partition locks the whole changelog, and every import queues up behind
 * whoever waits for that; so the wait is short, and the next hour tries again.
 */
const LOCK_TIMEOUT_MS = 1000;
const CONNECT_TIMEOUT_MS = 5000;
const STATEMENT_TIMEOUT_MS = 60_000;

const PARTITION_NAME = /^fpindex_changelog_(\d{4})(0[1-9]|1[0-2])$/;

export interface ChangelogRetention {
  /** Names of the partitions dropped, oldest first. */
  readonly dropped: readonly string[];
  /** Partitions that could not be made or dropped this time. */
  readonly failures: number;
  /** Months from this one on that have a partition, without a gap; at 0 no import succeeds. */
  readonly monthsCovered: number;
}

/**
 * Makes the partitions of this month and the next twelve and drops those of months more than two
 * whole months back, the highest position of each remembered in `fpindex_meta` first. On a
 * connection of its own, each statement by itself: what fails is logged and left to the next call.
 */
export async function manageFpindexChangelog(
  fingerprint: { readonly location: DatabaseLocation },
  log: Log,
): Promise<ChangelogRetention> {
  const client = new Client({
    ...clientConfigOf(fingerprint.location),
    application_name: 'acoustid-changelog',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
  });
  // A connection that breaks between two statements would be an uncaught exception.
  client.on('error', (error) => log.warn({ err: error }, 'changelog connection lost'));
  await client.connect();
  try {
    let failures = 0;
    const attempt = async (name: string, work: () => Promise<void>): Promise<boolean> => {
      try {
        await work();
        return true;
      } catch (error) {
        log.warn({ err: error, partition: name }, 'changelog partition left for the next time');
        failures += 1;
        return false;
      }
    };
    await attempt('ahead', () => ensureChangelogPartitions(client));
    const dropped: string[] = [];
    const thisMonth = await readThisMonth(client);
    for (const name of await listPartitions(client)) {
      const month = monthOf(name);
      if (month === undefined || month >= thisMonth - MONTHS_KEPT) continue;
      if (await attempt(name, () => dropPartition(client, name))) dropped.push(name);
    }
    const monthsCovered = countCovered(await listPartitions(client), thisMonth);
    if (monthsCovered === 0) log.error({}, 'the changelog has no partition for this month');
    else log.info({ dropped, monthsCovered }, 'changelog partitions managed');
    return { dropped, failures, monthsCovered };
  } finally {
    await client.end();
  }
}

/** The mark comes first: a reader must never find rows gone without being able to tell. */
async function dropPartition(client: Queryable, name: string): Promise<void> {
  // Both statements take a name of the catalogue that matched PARTITION_NAME.
  await client.query(`
    insert into fpindex_meta as m
      (singleton, last_deleted_id, last_deleted_created, last_deleted_xid)
    select true, id, created, xid from ${name} order by id desc limit 1
    on conflict (singleton) do update set
      last_deleted_id = excluded.last_deleted_id,
      last_deleted_created = excluded.last_deleted_created,
      last_deleted_xid = excluded.last_deleted_xid
    where m.last_deleted_id is null or m.last_deleted_id < excluded.last_deleted_id`);
  await client.query(`drop table ${name}`);
}

/** Names of the changelog's partitions, oldest first. */
async function listPartitions(client: Queryable): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'fpindex_changelog'::regclass order by c.relname`,
  );
  return rows.map(({ name }) => name);
}

/** Partitions go by UTC months of the database's clock. */
async function readThisMonth(client: Queryable): Promise<number> {
  const { rows } = await client.query<{ month: string }>(
    `select to_char(clock_timestamp() at time zone 'UTC', 'YYYYMM') as month`,
  );
  const month = monthOf(`fpindex_changelog_${rows[0]?.month ?? ''}`);
  if (month === undefined) throw new Error('the database does not know the month');
  return month;
}

/** Months since year 0 of a partition's name; `undefined` for a name that is not ours to drop. */
function monthOf(name: string): number | undefined {
  const [, year, month] = PARTITION_NAME.exec(name) ?? [];
  if (year === undefined || month === undefined) return undefined;
  return Number(year) * 12 + Number(month) - 1;
}

function countCovered(names: readonly string[], thisMonth: number): number {
  const months = new Set(names.map(monthOf));
  let covered = 0;
  while (months.has(thisMonth + covered)) covered += 1;
  return covered;
}
