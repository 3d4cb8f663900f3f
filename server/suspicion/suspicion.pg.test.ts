import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { emptyTracks } from '../../e2e/harness/linked-tracks.ts';
import { createTestDatabases } from '../../e2e/harness/postgres.ts';
import type { TestDatabases } from '../../e2e/harness/postgres.ts';
import { degraded, syntheticHashes } from '../../e2e/harness/synthetic-fingerprint.ts';
import { openDatabases, withTransaction } from '../db/databases.ts';
import type { Databases } from '../db/databases.ts';
import { insertFingerprints } from '../fingerprint/fingerprint-queries.ts';
import { extractQuery } from '../fingerprint/query.ts';
import { actSchema } from '../moderation/acts.ts';
import { applyAct, previewAct, undoAct } from '../moderation/moderation.ts';
import { computeSuspicions, recheckTracks, refreshSuspicions } from './compute.ts';
import type { SuspicionParts } from './compute.ts';
import { SUSPICION_KINDS } from './finding.ts';
import type { SuspicionKind } from './finding.ts';
import { countSuspicions, dismissSuspicions, listSuspicions, reopenSuspicions } from './queue.ts';
import type { Suspicion } from './queue.ts';

const [YESTERDAY, WATERLOO, MERGED] = [1, 2, 3].map(
  (n) => `0000000${n}-0000-4000-8000-000000000000`,
) as [string, string, string];
const SONG = syntheticHashes(1);
const OTHER = syntheticHashes(2);
const BY = { accountId: 1, note: 'wrong take' };

let testDatabases: TestDatabases;
let databases: Databases;
let parts: SuspicionParts;
let nextFingerprint: number;

beforeAll(async () => {
  testDatabases = await createTestDatabases();
  databases = openDatabases(testDatabases.urls);
  parts = { fingerprint: databases.fingerprint.pool, musicbrainz: databases.musicbrainz.pool };
});

beforeEach(async () => {
  nextFingerprint = 1;
  await emptyTracks({ app: databases.app.pool, fingerprint: parts.fingerprint });
  await parts.musicbrainz.query(`
    truncate musicbrainz.artist_credit, musicbrainz.recording, musicbrainz.recording_gid_redirect,
      musicbrainz.replication_control;
    insert into musicbrainz.artist_credit (id, name, artist_count)
      values (1, 'The Beatles', 1), (2, 'ABBA', 1);
    insert into musicbrainz.recording (id, gid, name, artist_credit, length) values
      (1, '${YESTERDAY}', 'Yesterday', 1, 125000),
      (2, '${WATERLOO}', 'Waterloo', 2, 166000);
    insert into musicbrainz.recording_gid_redirect (gid, new_id) values ('${MERGED}', 1)`);
  await query('insert into source (application_id, account_id) values (1, 1), (1, 2)');
  await query('insert into track (gid) select gen_random_uuid() from generate_series(1, 4)');
});

afterAll(async () => {
  await databases[Symbol.asyncDispose]();
  await testDatabases[Symbol.asyncDispose]();
});

async function query<T extends object>(sql: string): Promise<T[]> {
  return (await parts.fingerprint.query<T>(sql)).rows;
}

async function addFingerprint(trackId: number, hashes: Uint32Array, length = 125): Promise<number> {
  const id = nextFingerprint;
  nextFingerprint += 1;
  const searched = { hashes, query: extractQuery(hashes) };
  const row = { id, trackId, lengthSeconds: length, bitrate: null, formatId: null, ...searched };
  await withTransaction(parts.fingerprint, (client) => insertFingerprints(client, [row]));
  return id;
}

async function addLink(trackId: number, mbid: string, accounts: readonly number[]): Promise<void> {
  await query(`
    with link as (
      insert into track_mbid (track_id, mbid, submission_count)
      values (${trackId}, '${mbid}', ${accounts.length}) returning id
    )
    insert into track_mbid_source (track_mbid_id, source_id)
    select id, account from link, unnest('{${accounts.join(',')}}'::int[]) account`);
}

async function addText(trackId: number, title: string, artist: string, count = 1): Promise<void> {
  await query(`
    with made as (insert into meta (track, artist) values ('${title}', '${artist}') returning id)
    insert into track_meta (track_id, meta_id, submission_count) select ${trackId}, id, ${count} from made`);
}

async function open(kind: SuspicionKind): Promise<readonly Suspicion[]> {
  return (await listSuspicions(parts.fingerprint, { kinds: [kind] })).suspicions;
}

/** What a kind needs to find something, and what it then says. */
const SCENES: Readonly<Record<SuspicionKind, { set: () => Promise<unknown>; says: object }>> = {
  link_length: {
    set: async () => {
      await addFingerprint(1, SONG, 125);
      await addLink(1, YESTERDAY, [1, 2]);
      await addLink(1, MERGED, [1, 2]);
      await addLink(1, WATERLOO, [1, 2]);
    },
    says: {
      subject: { track: 1, mbid: WATERLOO },
      tracks: [1],
      evidence: {
        recording_seconds: 166,
        gap_seconds: 41,
        limit_seconds: 30,
        title: 'Waterloo',
        artist: 'ABBA',
        sources: 2,
      },
      suggested: { kind: 'link_disable', track: 1, mbid: WATERLOO },
    },
  },
  lone_link: {
    set: async () => {
      await addLink(1, YESTERDAY, [1]);
      await addLink(1, WATERLOO, [1, 2]);
      await addText(1, 'Waterloo', 'Abba', 7);
    },
    says: {
      subject: { track: 1, mbid: YESTERDAY },
      evidence: { sources: 1, other_links: 1, texts: [{ title: 'Waterloo', submissions: 7 }] },
      suggested: { kind: 'link_disable', track: 1, mbid: YESTERDAY },
    },
  },
  track_split: {
    set: async () => {
      await addFingerprint(1, SONG);
      await addFingerprint(1, degraded(SONG, 7));
      await addFingerprint(1, OTHER);
    },
    says: {
      subject: { track: 1 },
      evidence: { clusters: [{ fingerprints: [1, 2] }, { fingerprints: [3] }] },
      suggested: { kind: 'track_split', track: 1, fingerprints: [3] },
    },
  },
  track_merge: {
    set: async () => {
      await addFingerprint(1, SONG);
      await addFingerprint(2, degraded(SONG, 7));
      await addFingerprint(3, OTHER);
      for (const track of [1, 2, 3]) await addLink(track, YESTERDAY, [1, 2]);
    },
    says: {
      subject: { one: 1, other: 2 },
      tracks: [1, 2],
      evidence: { mbids: [YESTERDAY], length_gap_seconds: 0, fingerprints: [1, 1] },
      suggested: { kind: 'track_merge', target: 1, sources: [2] },
    },
  },
  duplicate_metas: {
    set: async () => {
      await addText(1, 'Waterloo', 'ABBA', 2);
      await addText(1, 'waterloo', 'Abba');
      await addText(2, 'Waterloo', 'ABBA');
    },
    says: {
      subject: { track: 1, meta: 1 },
      score: 1,
      suggested: { kind: 'meta_merge', track: 1, target: 1, sources: [2] },
    },
  },
};

describe.each(SUSPICION_KINDS)('%s', (kind) => {
  const { says, set } = SCENES[kind];
  const compute = (): ReturnType<typeof computeSuspicions> => computeSuspicions(parts, kind);

  test('is found once, with its numbers and an act that mends it', async () => {
    await set();
    expect(await compute()).toMatchObject({ found: 1, resolved: 0, more: false });
    const [suspicion, ...others] = await open(kind);
    expect(others).toEqual([]);
    expect(suspicion).toMatchObject(says);
    expect(suspicion!.score).toBeGreaterThan(0);
    // Nothing is new, so nothing is looked at.
    expect(await compute()).toMatchObject({ tracks: 0 });
    const moderation = { app: databases.app.pool, fingerprint: parts.fingerprint };
    const act = actSchema.parse(suspicion!.suggested);
    expect((await previewAct(moderation, act)).changes).not.toEqual([]);
    const { id } = await applyAct(moderation, act, BY);
    expect(await compute()).toMatchObject({ found: 0, resolved: 1 });
    expect(await open(kind)).toEqual([]);
    await undoAct(moderation, id, BY);
    expect(await compute()).toMatchObject({ found: 1 });
    expect((await open(kind)).map((again) => again.id)).toEqual([suspicion!.id]);
  });

  test('stays dismissed, whatever is found, until it is reopened', async () => {
    await set();
    await compute();
    const [suspicion] = await open(kind);
    const ids = [suspicion!.id];
    expect(await dismissSuspicions(parts.fingerprint, ids, BY)).toEqual(ids);
    expect(await dismissSuspicions(parts.fingerprint, ids, BY)).toEqual([]);
    await recheckTracks(parts, [1, 2, 3]);
    expect(await open(kind)).toEqual([]);
    const dismissed = await listSuspicions(parts.fingerprint, {
      kinds: [kind],
      state: 'dismissed',
    });
    expect(dismissed.suspicions).toMatchObject([{ decided_by: 1, note: BY.note }]);
    expect(await reopenSuspicions(parts.fingerprint, ids, BY)).toEqual(ids);
    expect(await open(kind)).toHaveLength(1);
  });
});

test('steps are bounded and together see every track once', async () => {
  for (const track of [1, 2, 3, 4]) {
    await addFingerprint(track, SONG);
    await addFingerprint(track, OTHER);
  }
  const steps = [];
  for (let more = true; more;) {
    const step = await computeSuspicions(parts, 'track_split', { limit: 2 });
    steps.push(step.tracks);
    more = step.more;
  }
  expect(steps).toEqual([1, 1, 1, 1, 0]);
  expect(await open('track_split')).toHaveLength(4);
});

test('new data of MusicBrainz start a round over all tracks', async () => {
  await addFingerprint(1, SONG, 125);
  await addLink(1, YESTERDAY, [1, 2]);
  await computeSuspicions(parts, 'link_length');
  expect(await open('link_length')).toEqual([]);
  await parts.musicbrainz.query(`update musicbrainz.recording set length = 300000 where id = 1`);
  expect(await computeSuspicions(parts, 'link_length')).toMatchObject({ tracks: 0 });
  await parts.musicbrainz.query(`
    insert into musicbrainz.replication_control
      (current_schema_sequence, current_replication_sequence, last_replication_date)
    values (30, 7, now())`);
  expect(await computeSuspicions(parts, 'link_length')).toMatchObject({ tracks: 4, found: 1 });
});

test('open suspicions are looked at again, and resolved where they no longer hold', async () => {
  await addLink(1, YESTERDAY, [1]);
  await addText(1, 'Waterloo', 'ABBA');
  await computeSuspicions(parts, 'lone_link');
  expect(await open('lone_link')).toHaveLength(1);
  // A second submitter makes no new link, so only a recheck sees them.
  await query('insert into track_mbid_source (track_mbid_id, source_id) values (1, 2)');
  expect(await computeSuspicions(parts, 'lone_link')).toMatchObject({ tracks: 0 });
  const rechecked = await computeSuspicions(parts, 'lone_link', { recheckAfterMs: 0 });
  expect(rechecked).toMatchObject({ tracks: 1, resolved: 1 });
  expect(await open('lone_link')).toEqual([]);
});

test('a step that fails has moved nothing', async () => {
  await SCENES.track_split.set();
  await query(`alter table suspicion add constraint fail check (kind <> 'track_split')`);
  await expect(computeSuspicions(parts, 'track_split')).rejects.toThrow('fail');
  expect(await query('select from suspicion_cursor')).toEqual([]);
  await query('alter table suspicion drop constraint fail');
  expect(await computeSuspicions(parts, 'track_split')).toMatchObject({ found: 1 });
});

test('two processes at once do not do the same step twice', async () => {
  await SCENES.track_split.set();
  const steps = await Promise.all([1, 2].map(() => computeSuspicions(parts, 'track_split')));
  expect(steps.map(({ tracks }) => tracks).sort((a, b) => a - b)).toEqual([0, 1]);
});

test('all kinds are refreshed, counted and listed by score', async () => {
  for (const kind of ['link_length', 'track_split', 'duplicate_metas'] as const) {
    await SCENES[kind].set();
  }
  const done = await refreshSuspicions(parts);
  expect(done.map(({ kind }) => kind)).toEqual([...SUSPICION_KINDS]);
  const all = await listSuspicions(parts.fingerprint);
  const scores = all.suspicions.map(({ score }) => score);
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  expect(all.suspicions.length).toBeGreaterThan(2);
  const paged = [];
  for (let page = await listSuspicions(parts.fingerprint, {}, { limit: 1 }); ;) {
    paged.push(...page.suspicions.map(({ id }) => id));
    if (!page.next) break;
    page = await listSuspicions(parts.fingerprint, {}, { limit: 1, after: page.next });
  }
  expect(paged).toEqual(all.suspicions.map(({ id }) => id));
  const counted = await countSuspicions(parts.fingerprint);
  expect(counted.reduce((sum, { count }) => sum + count, 0)).toBe(paged.length);
  const one = await listSuspicions(parts.fingerprint, { trackId: 1, minScore: 0.99 });
  expect(one.suspicions.every(({ score }) => score >= 0.99)).toBe(true);
  expect((await listSuspicions(parts.fingerprint, { trackId: 4 })).suspicions).toEqual([]);
});

test('kinds that need no MusicBrainz go on without it', async () => {
  await SCENES.track_split.set();
  await SCENES.link_length.set();
  await parts.musicbrainz.query('alter table musicbrainz.replication_control rename to lost');
  await expect(refreshSuspicions(parts)).rejects.toThrow('replication_control');
  await parts.musicbrainz.query('alter table musicbrainz.lost rename to replication_control');
  expect(await open('track_split')).toHaveLength(1);
  expect(await open('link_length')).toEqual([]);
  await refreshSuspicions(parts);
  expect(await open('link_length')).toHaveLength(1);
});

test('a refresh that is told to stop stops', async () => {
  await expect(
    refreshSuspicions(parts, { signal: AbortSignal.abort(new Error('stopping')) }),
  ).rejects.toThrow('stopping');
});
