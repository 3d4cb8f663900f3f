import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAllRows } from '../../e2e/harness/all-rows.ts';
import type { AllRows } from '../../e2e/harness/all-rows.ts';
import { insertLinkedTracks, MBIDS } from '../../e2e/harness/linked-tracks.ts';
import { createTestDatabases } from '../../e2e/harness/postgres.ts';
import type { TestDatabases } from '../../e2e/harness/postgres.ts';
import { openDatabases } from '../db/databases.ts';
import type { Databases } from '../db/databases.ts';
import { DomainError } from '../errors.ts';
import { actSchema } from './acts.ts';
import type { Act, SingleAct } from './acts.ts';
import type { ModerationParts } from './listing.ts';
import { applyAct, previewAct, undoAct } from './moderation.ts';

/** What the acts themselves write about themselves. */
const LOGS = ['moderation_journal', 'moderation_change', 'moderation_act'];
const TRACKS = 5;
const BY = { accountId: 7, note: 'property' };

let testDatabases: TestDatabases;
let databases: Databases;
let parts: ModerationParts;

beforeAll(async () => {
  testDatabases = await createTestDatabases();
  databases = openDatabases(testDatabases.urls);
  parts = { app: databases.app.pool, fingerprint: databases.fingerprint.pool };
  await insertLinkedTracks(parts.fingerprint, TRACKS);
});

afterAll(async () => {
  await databases[Symbol.asyncDispose]();
  await testDatabases[Symbol.asyncDispose]();
});

async function allRows(): Promise<readonly AllRows[]> {
  return [await readAllRows(parts.app, LOGS), await readAllRows(parts.fingerprint, LOGS)];
}

/** Numbers that choose among what there is when the act is built. */
interface Choice {
  readonly kind: SingleAct['kind'];
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

const choice: fc.Arbitrary<Choice> = fc.record({
  kind: fc.constantFrom<SingleAct['kind'][]>(
    'link_disable',
    'link_enable',
    'track_merge',
    'track_split',
    'mbid_merge',
    'mbid_disable',
    'meta_merge',
  ),
  a: fc.nat(),
  b: fc.nat(),
  c: fc.nat(),
});

function pick<T>(list: readonly T[], at: number): T {
  return list[at % list.length]!;
}

async function build({ a, b, c, kind }: Choice): Promise<SingleAct> {
  const ids = async (sql: string, values: readonly unknown[] = []): Promise<number[]> => {
    const { rows } = await parts.fingerprint.query<{ id: number }>(sql, [...values]);
    return rows.map(({ id }) => id);
  };
  const tracks = await ids('select id from track order by id');
  const track = pick(tracks, a);
  const mbid = pick(MBIDS, b);
  switch (kind) {
    case 'link_disable':
    case 'link_enable':
      return { kind, track, mbid };
    case 'track_merge':
      return { kind, target: track, sources: [pick(tracks, b), pick(tracks, c)] };
    case 'track_split': {
      const own = await ids('select id from fingerprint where track_id = $1 order by id', [track]);
      const fingerprints = own.length === 0 ? [1] : [pick(own, b), pick(own, c)];
      const mbids = c % 3 === 0 ? [mbid] : [];
      return { kind, track, fingerprints, mbids, ...(b % 2 === 0 ? { to: pick(tracks, c) } : {}) };
    }
    case 'mbid_merge':
      return { kind, source: mbid, target: pick(MBIDS, c) };
    case 'mbid_disable':
      return { kind, mbid };
    case 'meta_merge':
      return { kind, track, target: 1 + (b % 4), sources: [1 + (c % 4)] };
  }
}

/** The id of the act, or nothing where it was refused; any other failure is a fault. */
async function attempt(act: Act): Promise<number | undefined> {
  try {
    return (await applyAct(parts, actSchema.parse(act), BY)).id;
  } catch (error) {
    expect(error).toBeInstanceOf(DomainError);
    expect(error).toMatchObject({ kind: 'act_refused' });
    return undefined;
  }
}

test('acts undone in reverse leave every row of both databases as it was', async () => {
  let applied = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(choice, { minLength: 1, maxLength: 8 }), async (choices) => {
      const before = [await allRows()];
      const done: number[] = [];
      for (const each of choices) {
        const id = await attempt(await build(each));
        const now = await allRows();
        if (id === undefined) {
          expect(now).toEqual(before.at(-1));
          continue;
        }
        expect(now).not.toEqual(before.at(-1));
        done.push(id);
        before.push(now);
      }
      applied += done.length;
      for (const id of done.toReversed()) {
        before.pop();
        await undoAct(parts, id, BY);
        expect(await allRows()).toEqual(before.at(-1));
      }
    }),
    { numRuns: 40 },
  );
  // Most are refused on so few tracks; if nearly all were, nothing would be tested.
  expect(applied).toBeGreaterThan(40);
}, 120_000);

test('a preview changes nothing and tells what the act then does', async () => {
  await fc.assert(
    fc.asyncProperty(choice, async (each) => {
      const act = actSchema.parse(await build(each));
      const before = await allRows();
      const preview = await previewAct(parts, act, BY).catch((error: unknown) => error);
      expect(await allRows()).toEqual(before);
      if (preview instanceof DomainError) {
        await expect(applyAct(parts, act, BY)).rejects.toMatchObject({ details: preview.details });
        return;
      }
      const applied = await applyAct(parts, act, BY);
      expect(preview).toMatchObject({ counts: applied.counts });
      await undoAct(parts, applied.id, BY);
      expect(await allRows()).toEqual(before);
    }),
    { numRuns: 60 },
  );
}, 120_000);

test('what was undone and is done again is as it was the first time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(choice, { minLength: 1, maxLength: 5 }), async (choices) => {
      const before = await allRows();
      const acts: SingleAct[] = [];
      const done: number[] = [];
      for (const each of choices) {
        const act = await build(each);
        const id = await attempt(act);
        if (id !== undefined) {
          acts.push(act);
          done.push(id);
        }
      }
      const after = await allRows();
      const undone: number[] = [];
      for (const id of done.toReversed()) undone.push((await undoAct(parts, id, BY)).id);
      expect(await allRows()).toEqual(before);
      const redone: number[] = [];
      for (const id of undone.toReversed()) redone.push((await undoAct(parts, id, BY)).id);
      expect(await allRows()).toEqual(after);
      for (const id of redone.toReversed()) await undoAct(parts, id, BY);
      expect(await allRows()).toEqual(before);
      if (acts.length === 0) return;
      // The same acts as one, where they do not depend on what the one before made.
      const bulk = await attempt({ kind: 'bulk', acts });
      if (bulk !== undefined) await undoAct(parts, bulk, BY);
      expect(await allRows()).toEqual(before);
    }),
    { numRuns: 25 },
  );
}, 120_000);
