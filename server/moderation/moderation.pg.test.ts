import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readAllRows } from '../../e2e/harness/all-rows.ts';
import { emptyTracks, insertLinkedTracks, MBIDS } from '../../e2e/harness/linked-tracks.ts';
import { createTestDatabases } from '../../e2e/harness/postgres.ts';
import type { TestDatabases } from '../../e2e/harness/postgres.ts';
import { openDatabases } from '../db/databases.ts';
import type { Databases } from '../db/databases.ts';
import { lockImports } from '../submission/import-queries.ts';
import { listTracksByGid } from '../track/track-queries.ts';
import { linkTracks } from '../track/track-link-queries.ts';
import type { Act } from './acts.ts';
import { ACT_CHANGES_MAX } from './journal.ts';
import { listActs, publishActs } from './listing.ts';
import type { ModerationParts } from './listing.ts';
import { applyAct, listActChanges, previewAct, previewUndo, undoAct } from './moderation.ts';

const LOGS = ['moderation_journal', 'moderation_change'];
const MERGE: Act = { kind: 'track_merge', target: 1, sources: [2, 3] };
const SPLIT: Act = { kind: 'track_split', track: 1, fingerprints: [1] };

let testDatabases: TestDatabases;
let databases: Databases;
let parts: ModerationParts;
let by: { accountId: number; note: string };

beforeAll(async () => {
  testDatabases = await createTestDatabases();
  databases = openDatabases(testDatabases.urls);
  parts = { app: databases.app.pool, fingerprint: databases.fingerprint.pool };
});

beforeEach(async () => {
  await emptyTracks(parts);
  await insertLinkedTracks(parts.fingerprint, 4);
  const { rows } = await parts.app.query<{ id: number }>(
    `insert into account (name, apikey) values ('Moderator', 'key') returning id`,
  );
  by = { accountId: rows[0]!.id, note: 'the same recording' };
});

afterAll(async () => {
  await databases[Symbol.asyncDispose]();
  await testDatabases[Symbol.asyncDispose]();
});

async function query<T extends object>(sql: string): Promise<T[]> {
  return (await parts.fingerprint.query<T>(sql)).rows;
}

function refused(reason: string): object {
  return { kind: 'act_refused', details: { reason } };
}

describe('an undo', () => {
  test('keeps what has been imported since on the same tracks', async () => {
    const before = await readAllRows(parts.fingerprint, LOGS);
    const { id } = await applyAct(parts, MERGE, by);
    await query(`insert into meta (track) values ('Later')`);
    const later = { trackId: 1, value: 5, sourceId: 1, submissionId: 1_000 };
    await linkTracks(parts.fingerprint, 'meta', [later]);
    await query(`insert into fingerprint_source (fingerprint_id, submission_id) values (4, 1000)`);
    await undoAct(parts, id, by);
    await query('delete from fingerprint_source where submission_id = 1000');
    await query('update fingerprint set submission_count = submission_count - 1 where id = 4');
    await query('delete from meta where id = 5');
    expect(await readAllRows(parts.fingerprint, LOGS)).toEqual(before);
  });

  test('is refused where a link has been counted on since, and names the row', async () => {
    const { id } = await applyAct(parts, MERGE, by);
    const [link] = await query<{ id: number; value: number }>(
      `select l.id, l.meta_id as value from track_meta l
       where track_id = 1 and updated is not null order by id limit 1`,
    );
    const again = { trackId: 1, value: link!.value, sourceId: 1, submissionId: 1_000 };
    await linkTracks(parts.fingerprint, 'meta', [again]);
    const before = await readAllRows(parts.fingerprint);
    await expect(undoAct(parts, id, by)).rejects.toMatchObject({
      kind: 'act_conflict',
      details: {
        conflicts: [
          {
            table: 'track_meta',
            id: link!.id,
            columns: ['submission_count'],
            act: null,
            text: `track_meta ${link!.id} has been changed since: submission_count`,
          },
        ],
      },
    });
    expect(await readAllRows(parts.fingerprint)).toEqual(before);
  });

  test('is refused where a later act changed the rows, and names that act', async () => {
    const first = await applyAct(parts, { kind: 'track_merge', target: 1, sources: [2] }, by);
    const second = await applyAct(parts, { kind: 'track_merge', target: 3, sources: [1] }, by);
    const refusal = await undoAct(parts, first.id, by).catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      kind: 'act_conflict',
      details: {
        conflicts: expect.arrayContaining([
          expect.objectContaining({ table: 'track', id: 2, act: second.id }),
        ]),
      },
    });
    await undoAct(parts, second.id, by);
    await undoAct(parts, first.id, by);
    expect(await query('select id from track where new_id is not null')).toEqual([{ id: 5 }]);
  });

  test('leaves alone what a later act did to the same track', async () => {
    await query(`truncate track_mbid, track_puid, track_meta, track_foreignid cascade`);
    const before = await readAllRows(parts.fingerprint, LOGS);
    const first = await applyAct(parts, SPLIT, by);
    const second = await applyAct(parts, { kind: 'track_split', track: 1, fingerprints: [2] }, by);
    const [dated] = await query('select updated from track where id = 1');
    await undoAct(parts, first.id, by);
    const fingerprints = 'select track_id from fingerprint where id in (1, 2) order by id';
    expect(await query(fingerprints)).toEqual([
      { track_id: 1 },
      { track_id: second.tracks.at(-1) },
    ]);
    // The track was changed by the second act, and that is when.
    expect(await query('select updated from track where id = 1')).toEqual([dated]);
    await undoAct(parts, second.id, by);
    await query('update track set updated = null where id = 1');
    expect(await readAllRows(parts.fingerprint, LOGS)).toEqual(before);
  });

  test('leads a gid back to where its track was, however often it had been merged', async () => {
    const gids = (await query<{ gid: string }>('select gid from track order by id')).map(
      ({ gid }) => gid,
    );
    const resolve = async (): Promise<(number | undefined)[]> => {
      const tracks = await listTracksByGid(parts.fingerprint, gids);
      return gids.map((gid) => tracks.get(gid)?.id);
    };
    expect(await resolve()).toEqual([1, 2, 3, 4, 1]);
    await applyAct(parts, { kind: 'track_merge', target: 1, sources: [gids[1]!] }, by);
    const second = await applyAct(parts, { kind: 'track_merge', target: 3, sources: [1] }, by);
    expect(await resolve()).toEqual([3, 3, 3, 4, 3]);
    await undoAct(parts, second.id, by);
    expect(await resolve()).toEqual([1, 1, 3, 4, 1]);
  });

  test('is refused where something new hangs on a track that the act made', async () => {
    const { id, tracks } = await applyAct(parts, SPLIT, by);
    const made = tracks.at(-1)!;
    await query(
      `insert into fingerprint (track_id, length, fingerprint) values (${made}, 99, '{1}')`,
    );
    await expect(undoAct(parts, id, by)).rejects.toMatchObject({
      kind: 'act_conflict',
      details: { conflicts: [{ table: 'fingerprint', act: null }] },
    });
    expect(await query(`select from track where id = ${made}`)).toHaveLength(1);
  });

  test('is refused where a row the act deleted is there again', async () => {
    const { id } = await applyAct(parts, MERGE, by);
    const [gone] = (await listActChanges(parts.fingerprint, id)).filter(
      ({ after, table }) => after === null && table === 'track_puid',
    );
    await query(
      `insert into track_puid (track_id, puid) values (${String(gone!.before!['track_id'])},
        '${String(gone!.before!['puid'])}')`,
    );
    await expect(undoAct(parts, id, by)).rejects.toMatchObject({
      kind: 'act_conflict',
      details: {
        conflicts: expect.arrayContaining([
          expect.objectContaining({ table: 'track_puid', id: gone!.id }),
        ]),
      },
    });
  });

  test('of an undo is refused where the track got something of its own meanwhile', async () => {
    const { id } = await applyAct(parts, MERGE, by);
    const undone = await undoAct(parts, id, by);
    await query(`insert into fingerprint (track_id, length, fingerprint) values (2, 99, '{1}')`);
    await expect(undoAct(parts, undone.id, by)).rejects.toMatchObject({
      kind: 'act_conflict',
      details: {
        conflicts: [
          { table: 'track', id: 2, text: 'track 2: has got fingerprints or links since' },
        ],
      },
    });
  });

  test('of an undo is refused where the target has been merged meanwhile', async () => {
    const first = await applyAct(
      parts,
      { kind: 'track_split', track: 1, fingerprints: [1], to: 2 },
      by,
    );
    const undone = await undoAct(parts, first.id, by);
    await query('update track set new_id = 3 where id = 2');
    await expect(undoAct(parts, undone.id, by)).rejects.toMatchObject({ kind: 'act_conflict' });
  });

  test('happens once, and of what was never done not at all', async () => {
    const { id } = await applyAct(parts, SPLIT, by);
    const preview = await previewUndo(parts, id);
    const undone = await undoAct(parts, id, by);
    expect(preview.counts).toEqual(undone.counts);
    await expect(undoAct(parts, id, by)).rejects.toMatchObject(refused('undone_already'));
    await expect(undoAct(parts, 999, by)).rejects.toMatchObject({ kind: 'act_not_found' });
  });

  test('tells the index nothing where no fingerprint came or went', async () => {
    const count = (): Promise<object[]> => query('select count(*) from fpindex_changelog');
    const before = await count();
    const { id } = await applyAct(parts, MERGE, by);
    await undoAct(parts, id, by);
    expect(await count()).toEqual(before);
  });
});

describe('an act', () => {
  test.each<[string, Act]>([
    ['unknown_track', { kind: 'track_merge', target: 1, sources: [99] }],
    ['track_merged', { kind: 'track_merge', target: 1, sources: [5] }],
    ['same_on_both_sides', { kind: 'track_merge', target: 1, sources: [2, 1] }],
    ['unknown_fingerprint', { kind: 'track_split', track: 1, fingerprints: [1, 4] }],
    ['nothing_left', { kind: 'track_split', track: 1, fingerprints: [1, 2, 3] }],
    ['unknown_link', { kind: 'track_split', track: 1, fingerprints: [1], metas: [99] }],
    ['unknown_link', { kind: 'meta_merge', track: 1, target: 1, sources: [99] }],
    ['same_on_both_sides', { kind: 'mbid_merge', source: MBIDS[0]!, target: MBIDS[0]! }],
    ['already_so', { kind: 'mbid_disable', mbid: '99999999-0000-4000-8000-000000000000' }],
  ])('is refused as %s, and nothing is changed', async (reason, act) => {
    const before = await readAllRows(parts.fingerprint);
    await expect(applyAct(parts, act, by)).rejects.toMatchObject(refused(reason));
    await expect(previewAct(parts, act)).rejects.toMatchObject(refused(reason));
    expect(await readAllRows(parts.fingerprint)).toEqual(before);
  });

  test('is refused as a whole when one of many cannot be done', async () => {
    const before = await readAllRows(parts.fingerprint);
    const acts = [MERGE, { kind: 'track_merge', target: 4, sources: [2] }] as const;
    await expect(
      applyAct(
        parts,
        { kind: 'bulk', acts: [...acts] as Extract<Act, { kind: 'bulk' }>['acts'] },
        by,
      ),
    ).rejects.toMatchObject(refused('track_merged'));
    expect(await readAllRows(parts.fingerprint)).toEqual(before);
  });

  test('switches a link off with its history, and dates the change', async () => {
    const [link] = await query<{ id: number; mbid: string }>(
      'select id, mbid from track_mbid where track_id = 2 and not disabled limit 1',
    );
    await applyAct(parts, { kind: 'link_disable', track: 2, mbid: link!.mbid }, by);
    expect(
      await query(
        `select disabled, updated is not null as dated from track_mbid where id = ${link!.id}`,
      ),
    ).toEqual([{ disabled: true, dated: true }]);
    expect(
      await query(
        `select account_id, disabled, note from track_mbid_change where track_mbid_id = ${link!.id}`,
      ),
    ).toEqual([{ account_id: by.accountId, disabled: true, note: by.note }]);
    await expect(
      applyAct(parts, { kind: 'link_disable', track: 2, mbid: link!.mbid }, by),
    ).rejects.toMatchObject(refused('already_so'));
  });

  test('splits a track with the links that its fingerprints brought', async () => {
    const sum = `select sum(submission_count)::int as count from track_meta`;
    const before = await query(sum);
    const { tracks } = await applyAct(parts, SPLIT, by);
    const made = tracks.at(-1)!;
    expect(made).toBe(6);
    // Submissions 1 and 2 are of fingerprint 1.
    const sources = await query<{ track_id: number }>(
      `select l.track_id from track_meta_source s join track_meta l on l.id = s.track_meta_id
       where s.submission_id in (1, 2)`,
    );
    expect(sources).toEqual([{ track_id: made }, { track_id: made }]);
    expect(await query(sum)).toEqual(before);
    expect(await query(`select id from fingerprint where track_id = ${made}`)).toEqual([{ id: 1 }]);
  });

  test('changes many rows, and is refused above a limit', async () => {
    const add = (count: number): Promise<object[]> =>
      query(`insert into track_puid (track_id, puid)
        select 2, gen_random_uuid() from generate_series(1, ${count})`);
    await add(ACT_CHANGES_MAX - 100);
    const before = await readAllRows(parts.fingerprint, LOGS);
    const { id } = await applyAct(parts, MERGE, by);
    await undoAct(parts, id, by);
    expect(await readAllRows(parts.fingerprint, LOGS)).toEqual(before);
    await add(100);
    await expect(applyAct(parts, MERGE, by)).rejects.toMatchObject(refused('too_many_rows'));
  });

  test('waits for the import under way', async () => {
    const importing = await parts.fingerprint.connect();
    await importing.query('begin');
    await lockImports(importing);
    let done = false;
    const act = applyAct(parts, MERGE, by).then((applied) => {
      done = true;
      return applied;
    });
    await expect
      .poll(() => query(`select from pg_locks where locktype = 'advisory' and not granted`))
      .toHaveLength(1);
    expect(done).toBe(false);
    await importing.query('commit');
    importing.release();
    expect((await act).listed).toBe(true);
  });

  test('done twice at once happens once', async () => {
    const both = await Promise.allSettled([applyAct(parts, MERGE, by), applyAct(parts, MERGE, by)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('the listing', () => {
  test('tells who did what, why, to which tracks, and what was undone', async () => {
    const merge = await applyAct(parts, MERGE, by);
    const undone = await undoAct(parts, merge.id, { ...by, note: 'they differ' });
    const { acts, next } = await listActs(parts.app);
    expect(acts).toMatchObject([
      {
        id: undone.id,
        kind: 'undo',
        note: 'they differ',
        undoes: merge.id,
        act: { undo: merge.id },
      },
      {
        id: merge.id,
        kind: 'track_merge',
        account_name: 'Moderator',
        note: by.note,
        act: MERGE,
        undone_by: undone.id,
        tracks: [1, 2, 3],
      },
    ]);
    expect(next).toBeNull();
    const only = async (filters: Parameters<typeof listActs>[1]): Promise<number[]> =>
      (await listActs(parts.app, filters)).acts.map(({ id }) => id);
    expect(await only({ kinds: ['track_merge'] })).toEqual([merge.id]);
    expect(await only({ undone: false })).toEqual([undone.id]);
    expect(await only({ trackId: 2, undone: true })).toEqual([merge.id]);
    expect(await only({ trackId: 4 })).toEqual([]);
    expect(await only({ accountId: by.accountId + 1 })).toEqual([]);
    const page = await listActs(parts.app, {}, { limit: 1 });
    expect(page).toMatchObject({ acts: [{ id: undone.id }], next: undone.id });
    expect((await listActs(parts.app, {}, { before: page.next! })).acts).toHaveLength(1);
  });

  test('is completed later when the app database was lost after the act', async () => {
    const first = await applyAct(parts, SPLIT, by);
    // A number is taken before the act; after it, the listing finds the table gone.
    await parts.app.query('alter table moderation_act rename to lost');
    const second = await applyAct(parts, MERGE, by);
    expect(second.listed).toBe(false);
    const third = await undoAct(parts, second.id, by);
    await parts.app.query('alter table lost rename to moderation_act');
    expect((await listActs(parts.app)).acts).toHaveLength(1);
    expect(await publishActs(parts)).toBe(2);
    expect(await publishActs(parts)).toBe(0);
    expect((await listActs(parts.app)).acts).toMatchObject([
      { id: third.id, undone_by: null },
      { id: second.id, undone_by: third.id },
      { id: first.id, undone_by: null },
    ]);
  });

  test('of an act that was interrupted before its commit has nothing, and nothing happened', async () => {
    const before = await readAllRows(parts.fingerprint, LOGS);
    await query(
      `create function fail() returns trigger language plpgsql as $$ begin raise 'lost'; end $$`,
    );
    await query(
      `create constraint trigger fail after update on track deferrable initially deferred
       for each row execute function fail()`,
    );
    await expect(applyAct(parts, MERGE, by)).rejects.toThrow('lost');
    await query('drop function fail cascade');
    expect(await readAllRows(parts.fingerprint, LOGS)).toEqual(before);
    expect(await query('select from moderation_journal')).toEqual([]);
    expect(await publishActs(parts)).toBe(0);
    expect((await listActs(parts.app)).acts).toEqual([]);
  });

  test('keeps numbering above the journal when the app database was restored', async () => {
    const first = await applyAct(parts, SPLIT, by);
    await parts.app.query('delete from moderation_act');
    await parts.app.query('alter sequence moderation_act_id_seq restart with 1');
    const second = await applyAct(parts, MERGE, by);
    expect(second.id).toBeGreaterThan(first.id);
  });
});
