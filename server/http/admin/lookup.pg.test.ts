import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { audioFile, hasProgram } from '../../../e2e/harness/audio.ts';
import { fillIndex, startService } from '../../../e2e/harness/service.ts';
import type { TestService } from '../../../e2e/harness/service.ts';
import {
  degraded,
  fingerprintText,
  syntheticHashes,
} from '../../../e2e/harness/synthetic-fingerprint.ts';
import { insertFingerprints } from '../../fingerprint/fingerprint-queries.ts';
import { extractQuery } from '../../fingerprint/query.ts';
import { insertTracks } from '../../track/track-write-queries.ts';
import { asking } from '../../../e2e/harness/admin-client.ts';
import type { Ask } from '../../../e2e/harness/admin-client.ts';

const SECONDS = 200;
const MBID = '11111111-0000-4000-8000-000000000001';

let service: TestService;
let visitor: Ask;

/** Tracks 1 to 3: as heard, another length, and a poor copy. */
beforeAll(async () => {
  service = await startService({ roles: ['api'] });
  visitor = asking(service.api.url);
  const fingerprint = service.context.databases.fingerprint.pool;
  const song = syntheticHashes(1);
  const poor = song.map((hash, at) => (at % 4 === 0 ? hash : (hash ^ 0x1ff) >>> 0));
  await insertTracks(fingerprint, [1, 2, 3]);
  await insertFingerprints(
    fingerprint,
    [
      { hashes: song, lengthSeconds: SECONDS },
      { hashes: degraded(song, 7), lengthSeconds: SECONDS + 20 },
      { hashes: poor, lengthSeconds: SECONDS },
    ].map((each, at) => ({
      ...each,
      id: at + 1,
      trackId: at + 1,
      query: extractQuery(each.hashes),
      bitrate: null,
      formatId: null,
    })),
  );
  await fingerprint.query('insert into track_mbid (track_id, mbid) values (1, $1)', [MBID]);
  await fillIndex(service.context);
});

afterAll(() => service[Symbol.asyncDispose]());

interface Found {
  readonly results: readonly { readonly gid: string; readonly fingerprintId: number }[];
  readonly candidates: readonly {
    readonly fingerprintId: number;
    readonly verdict: string;
    readonly measured: { readonly curve: number[] | null } | null;
  }[];
  readonly looser: { readonly tracks: readonly { fingerprintId: number; because: string[] }[] };
  readonly query: { readonly hashes: number; readonly queryHashes: number };
  readonly isTimedOut: boolean;
}

async function lookUp(body: unknown): Promise<Found> {
  const { answer, status } = await visitor('/lookup', { body });
  expect(status).toBe(200);
  return answer;
}

const heard = (): object => ({
  fingerprint: fingerprintText(degraded(syntheticHashes(1), 9)),
  durationSeconds: SECONDS,
});

test('a pasted fingerprint is found, with what it is linked to', async () => {
  const { isTimedOut, results } = await lookUp(heard());
  expect(isTimedOut).toBe(false);
  expect(results).toMatchObject([{ fingerprintId: 1, recordings: [{ mbid: MBID, title: null }] }]);
});

test('it is explained: candidates with verdicts and the curve of their errors', async () => {
  const { candidates } = await lookUp(heard());
  const verdicts = new Map(candidates.map((each) => [each.fingerprintId, each.verdict]));
  expect(verdicts.get(1)).toBe('match');
  expect(verdicts.get(2)).toBe('duration differs');
  expect(candidates[0]?.measured?.curve?.length).toBe(syntheticHashes(1).length);
  expect(candidates.find(({ fingerprintId }) => fingerprintId === 2)?.measured).toBeNull();
});

test('what a looser search would add is told, and what keeps it out', async () => {
  const { looser } = await lookUp(heard());
  expect(looser.tracks).toMatchObject([
    { fingerprintId: 2, because: ['duration'] },
    { fingerprintId: 3, because: ['score'] },
  ]);
});

test('a stored fingerprint and a track are looked up again', async () => {
  const byFingerprint = await lookUp({ fingerprintId: 2 });
  expect(byFingerprint.results).toMatchObject([{ fingerprintId: 2 }]);
  const { gid } = byFingerprint.results[0]!;
  expect((await lookUp({ trackGid: gid })).results).toMatchObject([{ gid }]);
});

test('silence asks for nothing and so finds nothing', async () => {
  const silence = new Uint32Array(40).fill(627_964_279);
  const found = await lookUp({ fingerprint: fingerprintText(silence), durationSeconds: 5 });
  expect(found).toMatchObject({ results: [], candidates: [], query: { queryHashes: 0 } });
});

test.each([
  { what: 'no fingerprint', body: { fingerprint: '!!', durationSeconds: 5 }, status: 400 },
  { what: 'no length', body: { fingerprint: 'AQAAAQE' }, status: 400 },
  { what: 'another kind of thing', body: { fingerprintId: 'x' }, status: 400 },
  { what: 'an unknown fingerprint', body: { fingerprintId: 99 }, status: 404 },
  {
    what: 'an unknown track',
    body: { trackGid: '00000000-0000-4000-8000-000000000000' },
    status: 404,
  },
])('$what is a clear error', async ({ body, status }) => {
  expect((await visitor('/lookup', { body })).status).toBe(status);
});

async function upload(bytes: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  const form = new FormData();
  form.set('file', new File([bytes], 'song'));
  const response = await fetch(`${service.api.url}/api/admin/lookup/audio`, {
    method: 'POST',
    headers,
    body: form,
  });
  return { status: response.status, answer: (await response.json()) as object };
}

test.runIf(hasProgram('fpcalc'))('a file becomes a fingerprint', async () => {
  const { answer, status } = await upload(
    new Uint8Array(await readFile(audioFile('tune-30s.mp3'))),
  );
  expect(status).toBe(200);
  expect(answer).toMatchObject({ durationSeconds: 30, fingerprint: expect.stringMatching(/^AQ/) });
});

test.runIf(hasProgram('fpcalc'))('a file without music in it is refused', async () => {
  expect(await upload(new TextEncoder().encode('no song'))).toMatchObject({
    status: 422,
    answer: { error: { kind: 'refused' } },
  });
});

test('an upload without a file, and one of another site, are refused', async () => {
  const nothing = await fetch(`${service.api.url}/api/admin/lookup/audio`, { method: 'POST' });
  expect(nothing.status).toBe(400);
  const foreign = await upload(new Uint8Array(3), { 'sec-fetch-site': 'cross-site' });
  expect(foreign.status).toBe(403);
});

test('two fingerprints are compared at their best offset', async () => {
  const { answer, status } = await visitor('/fingerprints/1/comparison/2');
  expect(status).toBe(200);
  expect(answer).toMatchObject({ offset: 0, refusal: null, a: { id: 1 }, b: { id: 2 } });
  const { a, lookupScore, score } = answer as {
    a: { hashes: number[] };
    score: number;
    lookupScore: number;
  };
  expect(a.hashes).toEqual([...syntheticHashes(1)]);
  expect(score).toBeGreaterThan(0.9);
  expect(lookupScore).toBe(score);
});

test.each([
  '/fingerprints/1/comparison/99',
  '/fingerprints/0/comparison/1',
  '/fingerprints/a/comparison/1',
])('%s is not there', async (path) => {
  expect((await visitor(path)).status).toBe(404);
});
