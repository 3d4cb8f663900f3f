/** Fills the databases of a running appliance with songs and their MusicBrainz. */
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { packFingerprint } from '../../server/fingerprint/packed.ts';
import { extractQuery } from '../../server/fingerprint/query.ts';
import { IndexClient } from '../../server/index/client.ts';
import type { RunFile } from '../../server/config/run-file.ts';
import { songHashes, songSeconds } from './songs.ts';

const BATCH = 1000;
const POLL_MS = 200;
/** Recordings of one song; each is on this many releases of one group. */
const RELEASES = 3;

/**
 * Whether an earlier run left just these songs. Throws for a folder with others, whose figures
 * would be of another corpus.
 */
export async function isFilled(run: RunFile, count: number): Promise<boolean> {
  await using stack = new AsyncDisposableStack();
  const fingerprint = await connect(stack, run.postgres.fingerprint);
  const { rows } = await fingerprint.query<{ songs: number }>(
    'select count(*)::int as songs from fingerprint',
  );
  const songs = rows[0]?.songs ?? 0;
  if (songs !== 0 && songs !== count) throw new Error(`the data folder holds ${songs} songs`);
  return songs === count;
}

/** Inserts `count` songs and waits until the index has them. */
export async function fill(run: RunFile, count: number): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const fingerprint = await connect(stack, run.postgres.fingerprint);
  const musicbrainz = await connect(stack, run.postgres.musicbrainz);
  await musicbrainz.query(`
    insert into musicbrainz.release_group_primary_type (id, name) values (1, 'Album');
    insert into musicbrainz.medium_format (id, name) values (1, 'CD');
    insert into musicbrainz.area (id, name) values (1, 'Somewhere');
    insert into musicbrainz.iso_3166_1 (area, code) values (1, 'XW')`);
  // Rows of the changelog are made here: the trigger's own extraction is SQL, and slow in bulk.
  await fingerprint.query('set session_replication_role = replica');
  for (let from = 1; from <= count; from += BATCH) {
    const to = Math.min(from + BATCH - 1, count);
    await fillFingerprints(fingerprint, from, to);
    await musicbrainz.query(MUSICBRAINZ, [from, to]);
  }
  await fingerprint.query('vacuum analyze');
  await musicbrainz.query('vacuum analyze');
  await untilIndexed(run, fingerprint);
}

async function connect(stack: AsyncDisposableStack, url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  stack.defer(() => client.end());
  await client.connect();
  return client;
}

async function fillFingerprints(fingerprint: Client, from: number, to: number): Promise<void> {
  const ids = Array.from({ length: to - from + 1 }, (_, at) => from + at);
  const songs = ids.map(songHashes);
  await fingerprint.query(
    `with t as (
       insert into track (id, gid)
       select id, md5('track' || id)::uuid from unnest($1::int[]) as n (id)
     ), f as (
       insert into fingerprint (id, track_id, length, submission_count)
       select id, id, length, 1 from unnest($1::int[], $2::int2[]) as n (id, length)
     ), d as (
       insert into fingerprint_data (fingerprint_id, fingerprint)
       select id, packed from unnest($1::int[], $3::bytea[]) as n (id, packed)
     ), m as (
       insert into track_mbid (track_id, mbid, submission_count)
       select id, md5('recording' || (2 * id + k))::uuid, 1 + k
       from unnest($1::int[]) as n (id), generate_series(0, 1) k
     )
     insert into fpindex_changelog (fingerprint_id, query)
     select id, query::int[] from unnest($1::int[], $4::text[]) as n (id, query) order by id`,
    [
      ids,
      ids.map(songSeconds),
      songs.map((hashes) => packFingerprint(hashes)),
      songs.map((hashes) => `{${Int32Array.from(extractQuery(hashes)).join(',')}}`),
    ],
  );
}

/** Two recordings a song, each on the three releases of an album, with a credit of two artists. */
const MUSICBRAINZ = `
  with s as (select id from generate_series($1::int, $2::int) as n (id)),
  a as (
    insert into musicbrainz.artist (id, gid, name, sort_name)
    select 2 * id + k, md5('artist' || (2 * id + k))::uuid, 'Artist ' || (2 * id + k), 'Artist'
    from s, generate_series(0, 1) k
  ), c as (
    insert into musicbrainz.artist_credit (id, name, artist_count)
    select id, 'Artists ' || id, 2 from s
  ), n as (
    insert into musicbrainz.artist_credit_name (artist_credit, position, artist, name, join_phrase)
    select id, k, 2 * id + k, 'Artist ' || (2 * id + k), case k when 0 then ' & ' else '' end
    from s, generate_series(0, 1) k
  ), g as (
    insert into musicbrainz.release_group (id, gid, name, artist_credit, type)
    select id, md5('group' || id)::uuid, 'Album ' || id, id, 1 from s
  ), l as (
    insert into musicbrainz.release (id, gid, name, artist_credit, release_group)
    select ${RELEASES} * id + k, md5('release' || (${RELEASES} * id + k))::uuid, 'Album ' || id, id, id
    from s, generate_series(0, ${RELEASES - 1}) k
  ), e as (
    insert into musicbrainz.release_country (release, country, date_year, date_month, date_day)
    select ${RELEASES} * id + k, 1, 1970 + id % 50, 1 + id % 12, 1 + id % 28
    from s, generate_series(0, ${RELEASES - 1}) k
  ), m as (
    insert into musicbrainz.medium (id, release, position, format, track_count)
    select ${RELEASES} * id + k, ${RELEASES} * id + k, 1, 1, 12 from s, generate_series(0, ${RELEASES - 1}) k
  ), r as (
    insert into musicbrainz.recording (id, gid, name, artist_credit, length)
    select 2 * id + k, md5('recording' || (2 * id + k))::uuid, 'Song ' || id, id, 240000 + id
    from s, generate_series(0, 1) k
  ), i as (
    insert into musicbrainz.isrc (recording, isrc)
    select 2 * id, 'XX' || lpad(id::text, 10, '0') from s
  )
  insert into musicbrainz.track (gid, recording, medium, position, number, name, artist_credit, length)
  select md5('t' || id || '-' || k || '-' || j)::uuid, 2 * id + j, ${RELEASES} * id + k, 1 + j, (1 + j)::text,
    'Song ' || id, id, 240000 + id
  from s, generate_series(0, ${RELEASES - 1}) k, generate_series(0, 1) j`;

async function untilIndexed(run: RunFile, fingerprint: Client): Promise<void> {
  const { rows } = await fingerprint.query<{ last: string }>(
    'select max(id) as last from fpindex_changelog',
  );
  await using index = new IndexClient(run.index, 'main');
  while ((await index.findInfo())?.metadata['changelog_position'] !== rows[0]?.last) {
    await delay(POLL_MS);
  }
}
