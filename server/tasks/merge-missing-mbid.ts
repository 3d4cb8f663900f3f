import type { Context } from '../context.ts';
import { withTransaction } from '../db/databases.ts';
import type { Queryable } from '../db/queryable.ts';
import { disableMbid } from '../moderation/disable-mbid.ts';
import { mergeMbids } from '../moderation/merge-mbids.ts';
import { listRedirects } from '../musicbrainz/recording-queries.ts';
import { lockImports } from '../submission/import-queries.ts';

/** How long MusicBrainz, by its own clock, may not know an MBID before its links are disabled. */
const UNKNOWN_MS_MAX = 7 * 24 * 3600 * 1000;
/** In whose name links are disabled; without such an account none is. */
const BOT = 'acoustid_bot';
const NOTE = 'MBID has been unknown for too long';

/**
 * Looks into a linked MBID that MusicBrainz did not know (behaviours.md section 4): follows its
 * redirect, or disables its links once it has been unknown for a week of replication. The first
 * sight is remembered in Redis and never forgotten, so an MBID that comes back and goes again is
 * disabled at once, as upstream.
 */
export async function mergeMissingMbid(
  { databases, redis }: Pick<Context, 'databases' | 'redis'>,
  mbid: string,
): Promise<void> {
  const { app, fingerprint, musicbrainz } = databases;
  const redirects = await listRedirects(musicbrainz.pool, [mbid]);
  const target = redirects.get(mbid);
  if (target !== undefined) {
    await withTransaction(fingerprint.pool, async (transaction) => {
      await lockImports(transaction);
      await mergeMbids(transaction, mbid, target, undefined);
    });
    return;
  }
  if (await hasRecording(musicbrainz.pool, mbid)) return;
  const replicated = await findReplicationDate(musicbrainz.pool);
  // Without a clock nobody can say for how long.
  if (replicated === undefined) return;
  const key = `unknown_mbid:${mbid}`;
  const isFirst = await redis.setnx(key, replicated);
  if (isFirst === 1) return;
  const firstSeen = Date.parse((await redis.get(key)) ?? replicated);
  if (!(Date.parse(replicated) - firstSeen >= UNKNOWN_MS_MAX)) return;
  const accountId = await findBot(app.pool);
  if (accountId === undefined) return;
  await withTransaction(fingerprint.pool, async (transaction) => {
    await lockImports(transaction);
    await disableMbid(transaction, mbid, { accountId, note: NOTE });
  });
}

async function hasRecording(musicbrainz: Queryable, mbid: string): Promise<boolean> {
  const { rowCount } = await musicbrainz.query({
    name: 'has-recording',
    text: 'select from musicbrainz.recording where gid = $1',
    values: [mbid],
  });
  return rowCount === 1;
}

/** Up to when MusicBrainz was replicated, as Python writes it: microseconds only where there are. */
async function findReplicationDate(musicbrainz: Queryable): Promise<string | undefined> {
  const { rows } = await musicbrainz.query<{ date: string | null }>({
    name: 'find-replication-date',
    text: `
      select replace(to_char(max(last_replication_date) at time zone 'UTC',
        'YYYY-MM-DD"T"HH24:MI:SS.US'), '.000000', '') || '+00:00' as date
      from musicbrainz.replication_control`,
  });
  return rows[0]?.date ?? undefined;
}

async function findBot(app: Queryable): Promise<number | undefined> {
  const { rows } = await app.query<{ id: number }>(
    'select id from account where name = $1 order by id limit 1',
    [BOT],
  );
  return rows[0]?.id;
}
