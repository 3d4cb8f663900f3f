import type { Queryable } from '../db/queryable.ts';
import { joinLinks, listLinks, moveLinks, shareLinks } from '../track/link-queries.ts';
import type { Link } from '../track/link-queries.ts';
import { LINK_NOUNS } from '../track/link-tables.ts';
import type { LinkNoun } from '../track/link-tables.ts';
import type { TrackSplit } from './acts.ts';
import { insertChanges } from './disable-mbid.ts';
import type { ChangeBy } from './disable-mbid.ts';
import { findTrack } from './find-tracks.ts';
import { enabledByJoins, touchTracks } from './merge-tracks.ts';
import { planSplit } from './plan-split.ts';
import { refusal } from './refusal.ts';

/**
 * Moves fingerprints of a track, with their links, to another track or to a new one. Links named in
 * the act go whole, others as far as submissions of those fingerprints made them. Refuses
 * fingerprints that are not the track's, and to leave it without any.
 */
export async function splitTrack(
  transaction: Queryable,
  act: TrackSplit,
  by: ChangeBy,
): Promise<void> {
  const fromId = await findTrack(transaction, act.track);
  const known = act.to === undefined ? undefined : await findTrack(transaction, act.to);
  if (known === fromId) {
    throw refusal('same_on_both_sides', `fingerprints of track ${act.track} are there already`);
  }
  await checkFingerprints(transaction, fromId, act);
  const submissions = await listSubmissions(transaction, act.fingerprints);
  const toId = known ?? (await insertTrack(transaction));
  await transaction.query({
    name: 'move-fingerprints',
    text: `update fingerprint set track_id = $2, updated = now() where id = any($1::int[])`,
    values: [act.fingerprints, toId],
  });
  for (const noun of LINK_NOUNS) {
    const links = await listLinks(transaction, noun, [fromId], submissions);
    const others = known === undefined ? [] : await listLinks(transaction, noun, [toId]);
    const plan = planSplit(links, others, namedLinks(act, noun, links));
    // First what makes room: a track has each value once.
    await joinLinks(transaction, noun, plan.joins);
    await moveLinks(transaction, noun, plan.moves, toId);
    await shareLinks(transaction, noun, { shares: plan.shares, trackId: toId, submissions });
    const joined = plan.shares.flatMap(({ from, into }) => (into === null ? [] : { from, into }));
    const enabled = enabledByJoins([...links, ...others], [...plan.joins, ...joined]);
    await insertChanges(transaction, enabled, false, by);
  }
  await dropForeignRedirects(transaction, fromId, toId);
  await touchTracks(transaction, [fromId, toId]);
}

async function checkFingerprints(
  transaction: Queryable,
  trackId: number,
  { fingerprints, track }: TrackSplit,
): Promise<void> {
  // A mirror may hold fingerprints of tracks merged into this one that have not moved yet.
  const { rows } = await transaction.query<{ id: number }>({
    name: 'list-fingerprints-to-split',
    text: `
      select f.id from fingerprint f join track t on t.id = f.track_id
      where t.id = $1 or t.new_id = $1`,
    values: [trackId],
  });
  const own = new Set(rows.map(({ id }) => id));
  const stranger = fingerprints.find((id) => !own.has(id));
  if (stranger !== undefined) {
    throw refusal('unknown_fingerprint', `track ${track} has no fingerprint ${stranger}`);
  }
  if (new Set(fingerprints).size === own.size) {
    throw refusal(
      'nothing_left',
      `these are all fingerprints of track ${track}; merge it instead of splitting it`,
    );
  }
}

async function listSubmissions(
  transaction: Queryable,
  fingerprintIds: readonly number[],
): Promise<readonly number[]> {
  const { rows } = await transaction.query<{ submission_id: number }>({
    name: 'list-submissions-of-fingerprints',
    text: `
      select submission_id from fingerprint_source
      where fingerprint_id = any($1::int[]) and submission_id is not null`,
    values: [fingerprintIds],
  });
  return rows.map(({ submission_id }) => submission_id);
}

async function insertTrack(transaction: Queryable): Promise<number> {
  const { rows } = await transaction.query<{ id: number }>({
    name: 'insert-split-track',
    text: `insert into track (gid) values (gen_random_uuid()) returning id`,
  });
  const [row] = rows;
  if (!row) throw new Error('no track was made');
  return row.id;
}

/** The values of the links of a noun that the act names; refuses those that are not there. */
function namedLinks(act: TrackSplit, noun: LinkNoun, links: readonly Link[]): ReadonlySet<string> {
  const named = new Set((act[`${noun}s`] ?? []).map(String));
  for (const { value } of links) named.delete(value);
  const [missing] = named;
  if (missing !== undefined) {
    throw refusal('unknown_link', `track ${act.track} has no link to ${noun} ${missing}`);
  }
  return new Set((act[`${noun}s`] ?? []).map(String));
}

/** A redirect leads from one MBID to another of the same track, or nowhere. */
async function dropForeignRedirects(
  transaction: Queryable,
  fromId: number,
  toId: number,
): Promise<void> {
  await transaction.query({
    name: 'drop-foreign-redirects',
    text: `
      update track_mbid r set merged_into = null, updated = now()
      from track_mbid t
      where t.id = r.merged_into and r.track_id <> t.track_id
        and r.track_id in ($1, $2) and t.track_id in ($1, $2)`,
    values: [fromId, toId],
  });
}
