import type { Context } from '../context.ts';
import type { Queryable } from '../db/queryable.ts';
import { isRefusal } from '../errors.ts';
import type { Act } from '../moderation/acts.ts';
import type { ModerationParts } from '../moderation/listing.ts';
import { applyAct } from '../moderation/moderation.ts';
import { listRedirects } from '../musicbrainz/recording-queries.ts';

/** How long MusicBrainz, by its own clock, may not know an MBID before its links are disabled. */
const UNKNOWN_MS_MAX = 7 * 24 * 3600 * 1000;
/** In whose name links are disabled; without such an account none is. */
const BOT = 'acoustid_bot';
const NOTE = {
  merge: 'MusicBrainz merged the recording',
  disable: 'MBID has been unknown for too long',
} as const;

/**
 * Looks into a linked MBID that MusicBrainz did not know (behaviours.md section 4): follows its
 * redirect, or disables its links once it has been unknown for a week of replication. The first
 * sight is remembered in Redis and never forgotten, so an MBID that comes back and goes again is
 * disabled at once, as upstream. What it does is an act of moderation, listed and undone as those of
 * people.
 */
export async function mergeMissingMbid(
  { databases, redis }: Pick<Context, 'databases' | 'redis'>,
  mbid: string,
): Promise<void> {
  const { app, fingerprint, musicbrainz } = databases;
  const parts = { app: app.pool, fingerprint: fingerprint.pool };
  const redirects = await listRedirects(musicbrainz.pool, [mbid]);
  const target = redirects.get(mbid);
  if (target !== undefined) {
    const act: Act = { kind: 'mbid_merge', source: mbid, target };
    // In nobody's name, and so without rows of history, as upstream.
    await actOnce(parts, act, { accountId: null, note: NOTE.merge });
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
  await actOnce(parts, { kind: 'mbid_disable', mbid }, { accountId, note: NOTE.disable });
}

/** Does an act, if there is anything left to do. */
async function actOnce(
  parts: ModerationParts,
  act: Act,
  by: { readonly accountId: number | null; readonly note: string },
): Promise<void> {
  try {
    await applyAct(parts, act, by);
  } catch (error) {
    // Links come and go while a task waits for its turn; nothing to change is as good as changed.
    if (!isRefusal(error, 'act_refused') || error.details.reason !== 'already_so') throw error;
  }
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
