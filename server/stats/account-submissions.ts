import type { Pool } from 'pg';
import { withTransaction } from '../db/databases.ts';
import type { Queryable } from '../db/queryable.ts';

/** Accounts on the list of those that submitted most. */
const TOP_ACCOUNTS_MAX = 100;
const ACCOUNTS_PER_PAGE = 10_000;

/**
 * Brings `account.submission_count` up to what was imported, and the list of top accounts with it.
 * The ingest database counts as it imports; here what is new since the last time is added, and how
 * far that goes is noted in the same transaction, so that nothing is added twice.
 */
export async function carrySubmissionCounts(
  ingest: Queryable,
  app: Pool,
  signal: AbortSignal,
): Promise<void> {
  let after = 0;
  for (;;) {
    signal.throwIfAborted();
    const { rows } = await ingest.query<{ account_id: number; count: number }>({
      name: 'list-account-submissions',
      text: `
        select account_id, count from account_submissions
        where account_id > $1 order by account_id limit $2`,
      values: [after, ACCOUNTS_PER_PAGE],
    });
    const last = rows.at(-1);
    if (!last) break;
    await addNew(app, rows);
    after = last.account_id;
  }
  await replaceTopAccounts(app);
}

async function addNew(
  app: Pool,
  counts: readonly { readonly account_id: number; readonly count: number }[],
): Promise<void> {
  await withTransaction(app, async (client) => {
    const values = [counts.map(({ account_id }) => account_id), counts.map(({ count }) => count)];
    // Taken in order, so that two runs at once wait for each other rather than both add.
    await client.query(
      `insert into counted_submissions (account_id)
       select a.id from unnest($1::int[]) as c (id) join account a on a.id = c.id order by a.id
       on conflict (account_id) do nothing`,
      [values[0]],
    );
    await client.query(
      `with counted as (
         select s.account_id, s.count as before, c.count as after
         from unnest($1::int[], $2::int8[]) as c (account_id, count)
         join counted_submissions s on s.account_id = c.account_id
         where s.count <> c.count
         order by s.account_id for update of s
       ), noted as (
         update counted_submissions s set count = c.after from counted c
         where s.account_id = c.account_id
       )
       -- Less than before means that the ingest database is an older one; nothing is taken back.
       update account a set submission_count =
         least(a.submission_count + greatest(c.after - c.before, 0), 2147483647)
       from counted c where a.id = c.account_id and c.after > c.before`,
      values,
    );
  });
}

async function replaceTopAccounts(app: Pool): Promise<void> {
  await withTransaction(app, async (client) => {
    await client.query('lock table stats_top_accounts in share row exclusive mode');
    await client.query(
      `with top as materialized (
         select id, submission_count from account where submission_count > 0
         order by submission_count desc, id limit $1
       ), gone as (
         delete from stats_top_accounts s where not exists (select from top where id = s.account_id)
       )
       insert into stats_top_accounts as s (account_id, count)
       select id, submission_count from top
       on conflict (account_id) do update set count = excluded.count where s.count <> excluded.count`,
      [TOP_ACCOUNTS_MAX],
    );
  });
}
