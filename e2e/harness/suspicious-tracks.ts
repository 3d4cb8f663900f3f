/** Tracks that look wrong, one case of each kind of suspicion, for tests of moderation. */
import { withTransaction } from '../../server/db/databases.ts';
import type { Databases } from '../../server/db/databases.ts';
import { insertFingerprints } from '../../server/fingerprint/fingerprint-queries.ts';
import { extractQuery } from '../../server/fingerprint/query.ts';
import { recheckTracks } from '../../server/suspicion/compute.ts';
import { degraded, syntheticHashes } from './synthetic-fingerprint.ts';

/** Above every id that other test data have. */
const FIRST_ID = 900_001;
const SECONDS = 125;

export const SUSPECT_RECORDINGS = {
  yesterday: '9a000001-0000-4000-8000-000000000000',
  waterloo: '9a000002-0000-4000-8000-000000000000',
} as const;

/** Tracks by what is wrong with them. */
export const SUSPECT_TRACKS = {
  length: FIRST_ID,
  lone: FIRST_ID + 1,
  split: FIRST_ID + 2,
  merge: FIRST_ID + 3,
  mergeOther: FIRST_ID + 4,
  duplicates: FIRST_ID + 5,
} as const;

type Parts = Pick<Databases, 'app' | 'fingerprint' | 'musicbrainz'>;

/** What users wrote of one track; a test may want something else in its place. */
export interface SuspectText {
  readonly title?: string;
  readonly artist?: string;
}

/** Inserts the tracks anew, as if no act had ever been done, and opens their cases. */
export async function insertSuspects(parts: Parts, text: SuspectText = {}): Promise<void> {
  await removeSuspects(parts);
  await insertRecordings(parts);
  const { pool } = parts.fingerprint;
  const { duplicates, length, lone, merge, mergeOther, split } = SUSPECT_TRACKS;
  const { waterloo, yesterday } = SUSPECT_RECORDINGS;
  await pool.query(
    `insert into source (id, application_id, account_id)
     select $1 + n, 900000, n from generate_series(1, 3) n on conflict do nothing`,
    [FIRST_ID],
  );
  await pool.query(
    `insert into track (id, gid) select n, md5('suspect' || n)::uuid from generate_series($1::int, $2::int) n`,
    [length, duplicates],
  );
  await pool.query(`select setval('track_id_seq', greatest($1, (select max(id) from track)))`, [
    FIRST_ID + 1000,
  ]);
  const song = (seed: number): Uint32Array => syntheticHashes(900 + seed);
  await addFingerprints(parts, [
    [length, song(1)],
    [lone, song(2)],
    // As long as the other recording, so that only what was typed speaks against a link.
    [lone, degraded(song(2), 7), 166],
    [split, song(3)],
    [split, degraded(song(3), 7)],
    [split, song(4)],
    [merge, song(5)],
    [mergeOther, degraded(song(5), 7)],
    [duplicates, song(6)],
  ]);
  await addLink(parts, length, yesterday, 2);
  await addLink(parts, length, waterloo, 2);
  await addLink(parts, lone, yesterday, 1);
  await addLink(parts, lone, waterloo, 2);
  await addLink(parts, merge, yesterday, 3);
  await addLink(parts, mergeOther, yesterday, 2);
  await addText(parts, lone, { title: text.title ?? 'Waterloo', artist: text.artist ?? 'Abba' }, 7);
  await addText(parts, duplicates, { title: 'Ring Ring', artist: 'ABBA' }, 2);
  await addText(parts, duplicates, { title: 'ring ring', artist: 'Abba' }, 1);
  await recheckTracks(
    { fingerprint: pool, musicbrainz: parts.musicbrainz.pool },
    Object.values(SUSPECT_TRACKS),
  );
}

/** Takes away all that `insertSuspects` inserted, and every act and suspicion. */
export async function removeSuspects({ app, fingerprint, musicbrainz }: Parts): Promise<void> {
  await app.pool.query('truncate moderation_act cascade');
  await fingerprint.pool.query('truncate moderation_journal, suspicion cascade');
  await fingerprint.pool.query('delete from track where id >= $1', [FIRST_ID]);
  await fingerprint.pool.query('delete from meta where id >= $1', [FIRST_ID]);
  for (const [table, id] of [
    ['recording', 'id'],
    ['artist_credit_name', 'artist_credit'],
    ['artist_credit', 'id'],
    ['artist', 'id'],
  ]) {
    await musicbrainz.pool.query(`delete from musicbrainz.${table} where ${id} >= $1`, [FIRST_ID]);
  }
}

async function insertRecordings({ musicbrainz }: Parts): Promise<void> {
  const { waterloo, yesterday } = SUSPECT_RECORDINGS;
  await musicbrainz.pool.query(
    `insert into musicbrainz.artist_credit (id, name, artist_count)
     values ($1, 'The Beatles', 1), ($1 + 1, 'ABBA', 1)`,
    [FIRST_ID],
  );
  await musicbrainz.pool.query(
    `insert into musicbrainz.artist (id, name, sort_name)
     values ($1, 'The Beatles', 'Beatles, The'), ($1 + 1, 'ABBA', 'ABBA')`,
    [FIRST_ID],
  );
  await musicbrainz.pool.query(
    `insert into musicbrainz.artist_credit_name (artist_credit, position, artist, name)
     values ($1, 0, $1, 'The Beatles'), ($1 + 1, 0, $1 + 1, 'ABBA')`,
    [FIRST_ID],
  );
  await musicbrainz.pool.query(
    `insert into musicbrainz.recording (id, gid, name, artist_credit, length)
     values ($1, $2, 'Yesterday', $1, 125000), ($1 + 1, $3, 'Waterloo', $1 + 1, 166000)`,
    [FIRST_ID, yesterday, waterloo],
  );
}

async function addFingerprints(
  { fingerprint }: Parts,
  songs: readonly (readonly [trackId: number, hashes: Uint32Array, seconds?: number])[],
): Promise<void> {
  const rows = songs.map(([trackId, hashes, seconds = SECONDS], at) => ({
    id: FIRST_ID + at,
    trackId,
    hashes,
    query: extractQuery(hashes),
    lengthSeconds: seconds,
    bitrate: null,
    formatId: null,
  }));
  await withTransaction(fingerprint.pool, (client) => insertFingerprints(client, rows));
}

/** A link that so many accounts submitted. */
async function addLink(
  { fingerprint }: Parts,
  trackId: number,
  mbid: string,
  accounts: number,
): Promise<void> {
  await fingerprint.pool.query(
    `with link as (
       insert into track_mbid (track_id, mbid, submission_count) values ($1, $2, $3::int) returning id
     )
     insert into track_mbid_source (track_mbid_id, source_id)
     select id, $4 + n from link, generate_series(1, $3::int) n`,
    [trackId, mbid, accounts, FIRST_ID],
  );
}

async function addText(
  { fingerprint }: Parts,
  trackId: number,
  { artist, title }: Required<SuspectText>,
  count: number,
): Promise<void> {
  await fingerprint.pool.query(
    `with made as (
       insert into meta (id, track, artist)
       select greatest(max(id), $1) + 1, $2, $3 from meta returning id
     )
     insert into track_meta (track_id, meta_id, submission_count) select $4, id, $5 from made`,
    [FIRST_ID, title, artist, trackId, count],
  );
}
