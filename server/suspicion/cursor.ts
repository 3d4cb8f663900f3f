/** Which tracks a kind of suspicion has to look at next. */
import type { Queryable } from '../db/queryable.ts';
import type { SuspicionKind } from './finding.ts';

/** Acts taken at once; each concerns up to a thousand tracks. */
const ACTS_AT_ONCE = 20;

/** A table whose new rows make tracks worth a look; its column in suspicion_cursor is `<table>_id`. */
type WatchedTable = 'fingerprint' | 'track_mbid' | 'track_meta';

interface Watch {
  readonly tables: readonly WatchedTable[];
  /** Whether it depends on MusicBrainz, so that new data there mean a round over all tracks. */
  readonly musicbrainz: boolean;
}

const WATCHES: Readonly<Record<SuspicionKind, Watch>> = {
  link_length: { tables: ['fingerprint', 'track_mbid'], musicbrainz: true },
  lone_link: { tables: ['track_mbid', 'track_meta'], musicbrainz: true },
  track_split: { tables: ['fingerprint'], musicbrainz: false },
  track_merge: { tables: ['fingerprint', 'track_mbid'], musicbrainz: false },
  duplicate_metas: { tables: ['track_meta'], musicbrainz: false },
};

/** Whether a kind needs the MusicBrainz database at all. */
export function needsMusicbrainz(kind: SuspicionKind): boolean {
  return WATCHES[kind].musicbrainz;
}

interface CursorRow {
  readonly fingerprint_id: number;
  readonly track_mbid_id: number;
  readonly track_meta_id: number;
  readonly act_id: number;
  readonly sweep_track_id: number | null;
  readonly musicbrainz: string | null;
}

/** Tracks to look at, and where to go on from once that is done. */
export interface Step {
  readonly tracks: readonly number[];
  readonly cursor: CursorRow;
  /** Whether there may be more behind these. */
  readonly more: boolean;
}

export interface StepRequest {
  readonly kind: SuspicionKind;
  /** New rows taken from each watched table, and tracks of a round. */
  readonly limit: number;
  /** What tells one state of the MusicBrainz data from another; null where they do not matter. */
  readonly musicbrainzState: string | null;
}

/**
 * Reads the cursor of a kind and what lies behind it. Ids follow commits in these tables, for imports
 * and acts write under one lock, so nothing is passed by.
 */
export async function nextStep(transaction: Queryable, request: StepRequest): Promise<Step> {
  const { kind, limit, musicbrainzState } = request;
  const { tables } = WATCHES[kind];
  const cursor: Mutable<CursorRow> = await readCursor(transaction, kind);
  const tracks = new Set<number>();
  let more = false;
  for (const table of tables) {
    const rows = await listNewRows(transaction, table, cursor[`${table}_id`], limit);
    for (const { track_id } of rows) tracks.add(track_id);
    cursor[`${table}_id`] = rows.at(-1)?.id ?? cursor[`${table}_id`];
    more ||= rows.length === limit;
  }
  const acts = await listNewActs(transaction, cursor.act_id, limit);
  for (const act of acts) for (const track of act.tracks) tracks.add(track);
  more ||= acts.length > 0;
  cursor.act_id = acts.at(-1)?.act_id ?? cursor.act_id;
  if (musicbrainzState !== null && cursor.musicbrainz !== musicbrainzState) {
    cursor.musicbrainz = musicbrainzState;
    cursor.sweep_track_id = 0;
  }
  if (cursor.sweep_track_id !== null) {
    const swept = await listTracksAfter(transaction, cursor.sweep_track_id, limit);
    for (const track of swept) tracks.add(track);
    cursor.sweep_track_id = swept.length === limit ? (swept.at(-1) ?? null) : null;
    more ||= cursor.sweep_track_id !== null;
  }
  return { tracks: [...tracks], cursor, more };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

async function readCursor(transaction: Queryable, kind: SuspicionKind): Promise<CursorRow> {
  await transaction.query({
    name: 'make-suspicion-cursor',
    text: `insert into suspicion_cursor (kind) values ($1) on conflict do nothing`,
    values: [kind],
  });
  const { rows } = await transaction.query<CursorRow>({
    name: 'read-suspicion-cursor',
    text: `
      select fingerprint_id, track_mbid_id, track_meta_id, act_id, sweep_track_id, musicbrainz
      from suspicion_cursor where kind = $1`,
    values: [kind],
  });
  const [row] = rows;
  if (!row) throw new Error(`there is no cursor of ${kind}`);
  return row;
}

/** Keeps how far a kind has looked. */
export async function saveCursor(
  transaction: Queryable,
  kind: SuspicionKind,
  cursor: CursorRow,
): Promise<void> {
  await transaction.query({
    name: 'save-suspicion-cursor',
    text: `
      update suspicion_cursor
      set fingerprint_id = $2, track_mbid_id = $3, track_meta_id = $4, act_id = $5,
        sweep_track_id = $6, musicbrainz = $7, updated = now()
      where kind = $1`,
    values: [
      kind,
      cursor.fingerprint_id,
      cursor.track_mbid_id,
      cursor.track_meta_id,
      cursor.act_id,
      cursor.sweep_track_id,
      cursor.musicbrainz,
    ],
  });
}

async function listNewRows(
  transaction: Queryable,
  table: WatchedTable,
  after: number,
  limit: number,
): Promise<{ id: number; track_id: number }[]> {
  const { rows } = await transaction.query<{ id: number; track_id: number }>({
    name: `list-new-${table}`,
    text: `select id, track_id from ${table} where id > $1 order by id limit $2`,
    values: [after, limit],
  });
  return rows;
}

/** Acts that were done or undone since, as many as concern `limit` tracks together, one at least. */
async function listNewActs(
  transaction: Queryable,
  after: number,
  limit: number,
): Promise<{ act_id: number; tracks: number[] }[]> {
  const { rows } = await transaction.query<{ act_id: number; tracks: number[] }>({
    name: 'list-new-acts',
    text: `
      select act_id, tracks from moderation_journal where act_id > $1 order by act_id limit $2`,
    values: [after, ACTS_AT_ONCE],
  });
  let total = 0;
  return rows.filter(({ tracks }, at) => {
    total += tracks.length;
    return at === 0 || total <= limit;
  });
}

async function listTracksAfter(
  transaction: Queryable,
  after: number,
  limit: number,
): Promise<readonly number[]> {
  const { rows } = await transaction.query<{ id: number }>({
    name: 'list-tracks-after',
    text: `select id from track where id > $1 and new_id is null order by id limit $2`,
    values: [after, limit],
  });
  return rows.map(({ id }) => id);
}
