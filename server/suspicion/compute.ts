/** Keeping the queues of suspicion up to date, a bounded step at a time. */
import type { Pool } from 'pg';
import { withTransaction } from '../db/databases.ts';
import type { Queryable } from '../db/queryable.ts';
import { needsMusicbrainz, nextStep, saveCursor } from './cursor.ts';
import { evaluate } from './evaluate.ts';
import { SUSPICION_KINDS } from './finding.ts';
import type { Finding, SuspicionKind } from './finding.ts';

/** Tracks evaluated together: their vectors are in memory at once. */
const CHUNK_TRACKS = 50;
/** Open suspicions looked at again in one step, those longest untouched. */
const RECHECKS_MAX = 100;
/** How old the numbers of an open suspicion may get before it is looked at again. */
const RECHECK_AFTER_MS = 24 * 3_600_000;
/** Rows of each watched table in one step. */
const STEP_ROWS = 500;

export interface SuspicionParts {
  readonly fingerprint: Pool;
  readonly musicbrainz: Pool;
}

export interface ComputeLimits {
  /** New rows taken from each watched table, and tracks of a round, per kind. */
  readonly limit?: number | undefined;
  readonly recheckAfterMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a step did. */
export interface Computed {
  readonly kind: SuspicionKind;
  /** Tracks looked at. */
  readonly tracks: number;
  /** Suspicions that hold, new ones and known. */
  readonly found: number;
  /** Suspicions that no longer hold. */
  readonly resolved: number;
  /** Whether a further step has something to do at once. */
  readonly more: boolean;
}

/**
 * One step of every kind; what the cron task calls. Ends between kinds when the signal fires. A kind
 * that fails keeps none of the others from their step; the first failure is thrown after them.
 */
export async function refreshSuspicions(
  parts: SuspicionParts,
  limits: ComputeLimits = {},
): Promise<readonly Computed[]> {
  const done: Computed[] = [];
  const failures: unknown[] = [];
  for (const kind of SUSPICION_KINDS) {
    limits.signal?.throwIfAborted();
    try {
      done.push(await computeSuspicions(parts, kind, limits));
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return done;
}

/**
 * One step of one kind: looks at the tracks of rows that are new since the last step, of acts done
 * since, of a round over all tracks if MusicBrainz has new data, and of open suspicions not looked at
 * for a day. All or nothing; a second process that comes meanwhile does nothing.
 */
export async function computeSuspicions(
  parts: SuspicionParts,
  kind: SuspicionKind,
  { limit = STEP_ROWS, recheckAfterMs = RECHECK_AFTER_MS, signal }: ComputeLimits = {},
): Promise<Computed> {
  const musicbrainzState = needsMusicbrainz(kind)
    ? await readMusicbrainzState(parts.musicbrainz)
    : null;
  return withTransaction(parts.fingerprint, async (transaction) => {
    const { rows } = await transaction.query<{ locked: boolean }>(
      'select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as locked',
      [`suspicion:${kind}`],
    );
    if (rows[0]?.locked !== true) return { kind, tracks: 0, found: 0, resolved: 0, more: true };
    const step = await nextStep(transaction, { kind, limit, musicbrainzState });
    const stale = await listStale(transaction, kind, recheckAfterMs);
    const tracks = [...new Set([...step.tracks, ...stale])];
    let found = 0;
    let resolved = 0;
    for (let at = 0; at < tracks.length; at += CHUNK_TRACKS) {
      signal?.throwIfAborted();
      const chunk = tracks.slice(at, at + CHUNK_TRACKS);
      const result = await recompute(
        { fingerprint: transaction, musicbrainz: parts.musicbrainz },
        kind,
        chunk,
      );
      found += result.found;
      resolved += result.resolved;
    }
    await saveCursor(transaction, kind, step.cursor);
    return { kind, tracks: tracks.length, found, resolved, more: step.more };
  });
}

/**
 * Looks at tracks again at once, all kinds of suspicion: after an act, so that the queues agree with
 * it without waiting for the next step. Names at most CHUNK_TRACKS tracks; others wait.
 */
export async function recheckTracks(
  parts: SuspicionParts,
  trackIds: readonly number[],
): Promise<void> {
  const chunk = trackIds.slice(0, CHUNK_TRACKS);
  await withTransaction(parts.fingerprint, async (transaction) => {
    for (const kind of SUSPICION_KINDS) {
      await recompute({ fingerprint: transaction, musicbrainz: parts.musicbrainz }, kind, chunk);
    }
  });
}

/** Changes whenever MusicBrainz data were imported or replicated. */
async function readMusicbrainzState(musicbrainz: Queryable): Promise<string> {
  const { rows } = await musicbrainz.query<{ state: string | null }>({
    name: 'read-musicbrainz-state',
    text: `
      select max(concat_ws(' ', last_replication_date, current_replication_sequence)) as state
      from musicbrainz.replication_control`,
  });
  return rows[0]?.state ?? '';
}

async function listStale(
  transaction: Queryable,
  kind: SuspicionKind,
  recheckAfterMs: number,
): Promise<readonly number[]> {
  const { rows } = await transaction.query<{ tracks: number[] }>({
    name: 'list-stale-suspicions',
    text: `
      select tracks from suspicion
      where kind = $1 and state = 'open' and computed < now() - $2 * interval '1 ms'
      order by computed limit $3`,
    values: [kind, recheckAfterMs, RECHECKS_MAX],
  });
  return rows.flatMap(({ tracks }) => tracks);
}

/** Replaces what is suspected of one kind about these tracks by what looks wrong now. */
async function recompute(
  parts: { readonly fingerprint: Queryable; readonly musicbrainz: Queryable },
  kind: SuspicionKind,
  trackIds: readonly number[],
): Promise<{ readonly found: number; readonly resolved: number }> {
  const findings = await evaluate(parts, kind, trackIds);
  const subjects = findings.map(({ subject }) => JSON.stringify(subject));
  const { rowCount } = await parts.fingerprint.query({
    name: 'resolve-suspicions',
    text: `
      update suspicion set state = 'resolved', computed = now()
      where kind = $1 and state = 'open' and tracks && $2::int[]
        and subject <> all($3::text[]::jsonb[])`,
    values: [kind, trackIds, subjects],
  });
  await upsertFindings(parts.fingerprint, kind, findings);
  return { found: findings.length, resolved: rowCount ?? 0 };
}

/** What was dismissed stays so, whatever its numbers have become; what was resolved opens again. */
async function upsertFindings(
  transaction: Queryable,
  kind: SuspicionKind,
  findings: readonly Finding[],
): Promise<void> {
  if (findings.length === 0) return;
  await transaction.query({
    name: 'upsert-suspicions',
    text: `
      insert into suspicion as s (kind, subject, tracks, score, evidence, suggested)
      select $1, f -> 'subject', array(select jsonb_array_elements_text(f -> 'tracks')::int),
        (f ->> 'score')::real, f -> 'evidence', f -> 'suggested'
      from jsonb_array_elements($2::jsonb) f
      on conflict (kind, subject) do update set
        tracks = excluded.tracks, score = excluded.score, evidence = excluded.evidence,
        suggested = excluded.suggested, computed = now(),
        state = case when s.state = 'resolved' then 'open' else s.state end`,
    values: [kind, JSON.stringify(findings)],
  });
}
