import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { audioFile, fpcalc, hasProgram } from '../../../e2e/harness/audio.ts';
import { hasReferenceData } from '../../../e2e/harness/dataset.ts';
import { startService } from '../../../e2e/harness/service.ts';
import type { TestService } from '../../../e2e/harness/service.ts';
import { fingerprintText, syntheticHashes } from '../../../e2e/harness/synthetic-fingerprint.ts';

const NEAR = 'aaaaaaaa-0000-4000-8000-000000000001';
const FAR = 'aaaaaaaa-0000-4000-8000-000000000002';
const MERGED = 'aaaaaaaa-0000-4000-8000-000000000003';
const UNKNOWN = 'aaaaaaaa-0000-4000-8000-000000000004';
const FINGERPRINT = fingerprintText(syntheticHashes(7));

let service: TestService;

/** Members of an answer that these tests look at. */
interface Answer {
  readonly results: readonly {
    readonly id: string;
    readonly score: number;
    readonly recordings?: readonly {
      readonly id: string;
      readonly sources?: number;
      readonly rank?: Readonly<Record<string, unknown>>;
    }[];
  }[];
  readonly explanation?: {
    readonly query_hashes: readonly number[];
    readonly score_threshold: number;
    readonly candidates: readonly Readonly<Record<string, unknown>>[];
  };
  readonly error?: { readonly code: number; readonly message: string };
}

beforeAll(async () => {
  service = await startService();
  // The far recording has most submissions; the merged MBID stands for it.
  const mbids = [NEAR, FAR, FAR, FAR, MERGED, UNKNOWN];
  const ids: number[] = [];
  for (const mbid of mbids) {
    ids.push(...(await service.api.submit({ fingerprint: FINGERPRINT, duration: '200', mbid })));
  }
  await service.api.untilImported(ids);
  await service.context.databases.musicbrainz.pool.query(`
    insert into musicbrainz.artist_credit (id, name, artist_count) values (1, 'A', 1);
    insert into musicbrainz.artist (id, name, sort_name) values (1, 'A', 'A');
    insert into musicbrainz.artist_credit_name (artist_credit, position, artist, name)
      values (1, 0, 1, 'A');
    insert into musicbrainz.recording (id, gid, name, artist_credit, length) values
      (1, '${NEAR}', 'Near', 1, 201000), (2, '${FAR}', 'Far', 1, 290000);
    insert into musicbrainz.recording_gid_redirect (gid, new_id) values ('${MERGED}', 2)`);
});

afterAll(async () => {
  await service[Symbol.asyncDispose]();
});

async function lookup(fields: Record<string, string>): Promise<Answer> {
  const asked = {
    fingerprint: FINGERPRINT,
    duration: '200',
    meta: 'recordings sources',
    ...fields,
  };
  return JSON.parse((await service.api.post('/v2/lookup', asked)).text) as Answer;
}

async function recordingIds(fields: Record<string, string>): Promise<string[]> {
  const { results } = await lookup(fields);
  return results.flatMap(({ recordings = [] }) => recordings.map(({ id }) => id));
}

test('without extensions recordings stand by MBID and nothing is explained', async () => {
  const answer = await lookup({});
  expect(Object.keys(answer).sort()).toEqual(['results', 'status']);
  expect(await recordingIds({})).toEqual([NEAR, FAR, MERGED, UNKNOWN]);
  expect(JSON.stringify(answer)).not.toContain('"rank"');
});

test('rank puts the recording first whose length fits, and the unknown last', async () => {
  expect(await recordingIds({ rank: '1' })).toEqual([NEAR, FAR, MERGED, UNKNOWN]);
  // Of a file as long as the other recording, the other recording.
  const fields = { rank: '1', duration: '205', trackid: '', maxdurationdiff: '30' };
  expect((await recordingIds({ ...fields, duration: '230' }))[0]).toBe(FAR);
});

test('rank gives its reasons when an explanation is asked for', async () => {
  const { results } = await lookup({ rank: '1', explain: '1' });
  expect(results[0]?.recordings?.[0]?.rank).toEqual({
    score: 0.733333,
    duration_difference: 1,
    sources_share: 0.166667,
    link: 'known',
  });
  expect(results[0]?.recordings?.at(-1)?.rank).toMatchObject({ link: 'unknown' });
});

test('canonical answers merged MBIDs as what they are now and adds up their sources', async () => {
  const { results } = await lookup({ canonical: '1' });
  expect(results[0]?.recordings).toMatchObject([
    { id: NEAR, sources: 1 },
    { id: FAR, sources: 4 },
    { id: UNKNOWN, sources: 1 },
  ]);
});

test('explain says how the result came about', async () => {
  const { explanation, results } = await lookup({ explain: '1' });
  expect(explanation).toMatchObject({ score_threshold: 0.4 });
  expect(explanation?.query_hashes.length).toBeGreaterThan(80);
  expect(explanation?.candidates).toMatchObject([
    { verdict: 'match', score: 1, offset: 0, bit_errors: 0, duration: 200, track: results[0]?.id },
  ]);
  expect(explanation?.candidates[0]?.matched_ranges).toMatchObject([
    { query_from: 0, from: 0, bit_errors: 0 },
  ]);
  const away = await lookup({ explain: '1', duration: '250' });
  expect(away.explanation?.candidates).toMatchObject([{ verdict: 'duration differs' }]);
});

test('an explanation can be had as XML', async () => {
  const fields = { fingerprint: FINGERPRINT, duration: '200', explain: '1', format: 'xml' };
  const { status, text } = await service.api.post('/v2/lookup', fields);
  expect(status).toBe(200);
  expect(text).toContain('<verdict>match</verdict>');
});

test('missing MBIDs are handed on once, not with each lookup', async () => {
  const handed: string[] = [];
  service.context.missingMbids.onMissing = (mbids) => handed.push(...mbids);
  const mbid = 'aaaaaaaa-0000-4000-8000-00000000000f';
  const ids = await service.api.submit({ fingerprint: FINGERPRINT, duration: '200', mbid });
  await service.api.untilImported(ids);
  await lookup({});
  await lookup({});
  expect(handed).toEqual([mbid]);
});

test('larger batches are for clients on this machine that ask for them', async () => {
  const fields: Record<string, string> = { batch: '1' };
  for (let at = 0; at < 101; at += 1) fields[`trackid.${at}`] = NEAR;
  const statusOf = async (url: string, headers: Record<string, string>): Promise<number> => {
    const body = new URLSearchParams({ client: service.api.keys.client, ...fields });
    return (await service.api.send(url, { method: 'POST', body, headers })).status;
  };
  expect(await statusOf('/v2/lookup', {})).toBe(413);
  expect(await statusOf('/v2/lookup?limits=local', {})).toBe(200);
  // A proxy that nobody configured would make everybody local.
  expect(await statusOf('/v2/lookup?limits=local', { 'X-Forwarded-For': '192.0.2.1' })).toBe(413);
});

test('the limits can be asked for', async () => {
  const { text } = await service.api.get('/v2/limits', {});
  expect(JSON.parse(text)).toMatchObject({
    batch: { fingerprints: 20, trackids: 100 },
    local: { batch: { fingerprints: 200, trackids: 1000 } },
    status: 'ok',
  });
});

/** Sends a file as `curl -F file=@…` does. */
async function upload(file: Uint8Array, headers: Record<string, string> = {}): Promise<Answer> {
  const body = new FormData();
  body.append('client', service.api.keys.client);
  body.append('file', new Blob([new Uint8Array(file)]), 'song');
  const { text } = await service.api.send('/v2/lookup', { method: 'POST', body, headers });
  return JSON.parse(text) as Answer;
}

describe.skipIf(!hasReferenceData() || !hasProgram('fpcalc'))('a lookup by audio file', () => {
  test('finds what its fingerprint finds', async () => {
    const path = audioFile('tune-20s.m4a');
    const { duration, fingerprint } = fpcalc(path);
    const fields = { fingerprint, duration: String(duration), mbid: NEAR };
    const gids = await service.api.untilImported(await service.api.submit(fields));
    const { results } = await upload(await readFile(path));
    expect(results.map(({ id }) => id)).toEqual(gids);
  });

  test('says so when the file holds no audio', async () => {
    const { error } = await upload(Buffer.from('no audio at all'));
    expect(error).toMatchObject({ code: 3 });
    expect(error?.message).toMatch(/^the audio file could not be fingerprinted: \S/);
  });

  test('is not for clients elsewhere', async () => {
    const headers = { 'X-Forwarded-For': '192.0.2.1' };
    const { error } = await upload(Buffer.from('no audio at all'), headers);
    expect(error).toEqual({ code: 2, message: 'missing required parameter "fingerprint"' });
  });
});
