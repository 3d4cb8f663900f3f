import type { Queryable } from '../../server/db/queryable.ts';

/** MBIDs the tracks are linked to, so that tracks share some. */
export const MBIDS = Array.from(
  { length: 5 },
  (_, at) => `00000000-0000-4000-8000-00000000000${at + 1}`,
);

/** Empties everything that tracks and acts on them are written to, so that ids begin at 1 again. */
export async function emptyTracks(databases: {
  readonly app: Queryable;
  readonly fingerprint: Queryable;
}): Promise<void> {
  await databases.app.query('truncate account, moderation_act restart identity cascade');
  await databases.fingerprint.query(
    `truncate track, source, meta, foreignid_vendor, moderation_journal, suspicion,
       suspicion_cursor, fpindex_changelog restart identity cascade`,
  );
}

/**
 * Inserts `count` tracks, numbered from 1, with everything a track can have: three fingerprints each
 * with two submissions, links of all kinds with provenance, shared between tracks, some disabled,
 * one a redirect, one with history, and a track merged into the first. The same rows every time.
 */
export async function insertLinkedTracks(fingerprint: Queryable, count: number): Promise<void> {
  const run = (text: string, values: readonly unknown[] = []): Promise<unknown> =>
    fingerprint.query(text, [...values]);
  await run(`insert into source (application_id, account_id) values (1, 1), (1, 2)`);
  await run(`insert into foreignid_vendor (name) values ('vendor')`);
  await run(
    `insert into foreignid (vendor_id, name) select 1, 'x' || n from generate_series(1, 3) n`,
  );
  await run(
    `insert into meta (track, artist) select 'Title ' || n, 'Artist' from generate_series(1, 4) n`,
  );
  await run(`insert into track (gid) select gen_random_uuid() from generate_series(1, $1::int)`, [
    count,
  ]);
  await run(`insert into track (gid, new_id, disabled) values (gen_random_uuid(), 1, true)`);
  await run(
    `insert into fingerprint (track_id, length, fingerprint)
     select t, 200 + f, array(select (t * 1000 + f * 100 + i) * 7919 from generate_series(1, 90) i)
     from generate_series(1, $1::int) t, generate_series(1, 3) f order by t, f`,
    [count],
  );
  await run(
    `insert into fingerprint_source (fingerprint_id, source_id, submission_id)
     select (s + 1) / 2, 1 + s % 2, s from generate_series(1, $1::int * 6) s`,
    [count],
  );
  const links = [
    ['mbid', 'mbid', `($2::text[])[1 + (s / 3) % 5]::uuid`],
    ['puid', 'puid', `md5('puid' || (s / 4) % 3)::uuid`],
    ['meta', 'meta_id', `1 + (s / 5) % 4`],
    ['foreignid', 'foreignid_id', `1 + (s / 7) % 3`],
  ] as const;
  for (const [noun, column, value] of links) {
    // Submission s is of fingerprint (s + 1) / 2, which is of track (s + 5) / 6.
    await run(
      `with said as (
         select s, (s + 5) / 6 as track_id, ${value} as value
         from generate_series(1, $1::int * 6) s
         where ($2::text[]) is not null
       ), link as (
         insert into track_${noun} (track_id, ${column}, submission_count)
         select track_id, value, count(*) from said group by track_id, value order by 1, 2
         returning id, track_id, ${column} as value
       )
       insert into track_${noun}_source (track_${noun}_id, source_id, submission_id)
       select link.id, 1 + s % 2, s from said join link using (track_id, value) order by s`,
      [count, MBIDS],
    );
  }
  await run(`update track_mbid set disabled = true where id % 3 = 0`);
  await run(
    `update track_mbid set disabled = true, submission_count = 0,
       merged_into = (select max(id) from track_mbid where track_id = 1)
     where id = (select min(id) from track_mbid where track_id = 1)`,
  );
  // A link that nobody vouches for any more.
  await run(`delete from track_mbid_source where track_mbid_id = 4`);
  await run(
    `insert into track_mbid_change (track_mbid_id, account_id, disabled, note)
     select id, 1, true, 'wrong take' from track_mbid where disabled`,
  );
}
