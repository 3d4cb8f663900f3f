import { afterAll, beforeAll, expect, test } from 'vitest';
import { startService } from '../../e2e/harness/service.ts';
import type { TestService } from '../../e2e/harness/service.ts';
import { fingerprintText, syntheticHashes } from '../../e2e/harness/synthetic-fingerprint.ts';
import { applyAct, undoAct } from './moderation.ts';

const MBID = 'b81f83ee-4da4-11e0-9ed8-0025225356f3';
const BY = { accountId: null, note: 'the same recording' };

let service: TestService;

beforeAll(async () => {
  service = await startService();
});

afterAll(() => service[Symbol.asyncDispose]());

test('taggers see a merge, a split and their undoing at once, and imports go on where they belong', async () => {
  const { api, context } = service;
  const parts = {
    app: context.databases.app.pool,
    fingerprint: context.databases.fingerprint.pool,
  };
  const songs = [1, 2].map((seed) => fingerprintText(syntheticHashes(seed)));
  const submit = async (song: number): Promise<string> => {
    const ids = await api.submit({ duration: 200, fingerprint: songs[song]!, mbid: MBID });
    return (await api.untilImported(ids))[0]!;
  };
  const lookUp = async (song: number): Promise<string[]> => {
    const results = await api.lookup({ duration: 200, fingerprint: songs[song]! });
    return results.map(({ id }) => id);
  };
  const [one, two] = [await submit(0), await submit(1)];
  expect(one).not.toBe(two);
  expect([await lookUp(0), await lookUp(1)]).toEqual([[one], [two]]);

  const merge = await applyAct(parts, { kind: 'track_merge', target: one, sources: [two] }, BY);
  expect([await lookUp(0), await lookUp(1)]).toEqual([[one], [one]]);

  const { rows } = await parts.fingerprint.query<{ id: number }>(
    'select max(id) as id from fingerprint',
  );
  const split = await applyAct(
    parts,
    { kind: 'track_split', track: one, fingerprints: [rows[0]!.id] },
    BY,
  );
  const [three] = await lookUp(1);
  expect(three).not.toBe(one);
  expect(three).not.toBe(two);

  await undoAct(parts, split.id, BY);
  await undoAct(parts, merge.id, BY);
  expect([await lookUp(0), await lookUp(1)]).toEqual([[one], [two]]);

  await undoAct(
    parts,
    (await applyAct(parts, { kind: 'track_merge', target: one, sources: [two] }, BY)).id,
    BY,
  );
  // The second copy of the second song joins the track that is its own again.
  expect(await submit(1)).toBe(two);
});
