import { afterAll, beforeAll, expect, test } from 'vitest';
import { emptyTracks, insertLinkedTracks, MBIDS } from '../../../e2e/harness/linked-tracks.ts';
import { startService } from '../../../e2e/harness/service.ts';
import type { TestService } from '../../../e2e/harness/service.ts';
import { asking, signIn } from '../../../e2e/harness/admin-client.ts';
import type { Ask, Person } from '../../../e2e/harness/admin-client.ts';

interface Row {
  readonly gid: string;
  readonly title: string | null;
  readonly artists: string | null;
  readonly isFromUsers: boolean;
  readonly submissions: number;
}

const TRACKS = 7;

let service: TestService;
let visitor: Ask;
let user: Person;
let merged: string;

beforeAll(async () => {
  service = await startService({ roles: ['api'] });
  const { databases } = service.context;
  await emptyTracks({ app: databases.app.pool, fingerprint: databases.fingerprint.pool });
  visitor = asking(service.api.url);
  user = await signIn(service, 'Udo');
  await insertLinkedTracks(databases.fingerprint.pool, TRACKS);
  await databases.fingerprint.pool.query('refresh materialized view track_stats');
  const { rows } = await databases.fingerprint.pool.query<{ gid: string }>(
    'select gid from track where new_id is not null',
  );
  merged = rows[0]!.gid;
  await databases.musicbrainz.pool.query(`
    insert into musicbrainz.artist (id, gid, name, sort_name)
      values (1, gen_random_uuid(), 'Queen', 'Queen');
    insert into musicbrainz.artist_credit (id, name, artist_count) values (1, 'Queen', 1);
    insert into musicbrainz.artist_credit_name (artist_credit, position, artist, name)
      values (1, 0, 1, 'Queen');
    insert into musicbrainz.recording (id, gid, name, artist_credit, length)
      values (1, '${MBIDS[0]}', 'Bohemian Rhapsody', 1, 354000);
    insert into musicbrainz.recording_gid_redirect (gid, new_id)
      values ('aaaaaaaa-0000-4000-8000-000000000001', 1)`);
});

afterAll(() => service[Symbol.asyncDispose]());

async function list(query: string): Promise<{ rows: Row[]; next: string | null }> {
  const { answer, status } = await visitor(`/tracks?${query}`);
  expect(status).toBe(200);
  return answer;
}

async function walk(query: string): Promise<string[]> {
  const gids: string[] = [];
  let cursor = '';
  do {
    const { next, rows } = await list(`limit=2&${query}${cursor}`);
    gids.push(...rows.map(({ gid }) => gid));
    cursor = next === null ? '' : `&cursor=${next}`;
  } while (cursor !== '');
  return gids;
}

async function gidsOf(where: string): Promise<string[]> {
  const { rows } = await service.context.databases.fingerprint.pool.query<{ gid: string }>(
    `select gid from track where ${where} order by id desc`,
  );
  return rows.map(({ gid }) => gid);
}

test('all tracks but merged ones are listed page by page, newest first', async () => {
  expect(await walk('')).toEqual(await gidsOf('new_id is null'));
});

test('tracks are listed by what was submitted, page by page', async () => {
  const { rows } = await list('order=submissions&limit=200');
  expect(rows.length).toBeGreaterThanOrEqual(TRACKS);
  const counts = rows.map(({ submissions }) => submissions);
  expect(counts).toEqual([...counts].sort((a, b) => b - a));
  expect(await walk('order=submissions')).toEqual(rows.map(({ gid }) => gid));
});

test.each([
  'bohemian rhapsody',
  'queen',
  'queen bohem',
  'RHAPSODY QUEEN',
  MBIDS[0]!,
  'aaaaaaaa-0000-4000-8000-000000000001',
  `https://musicbrainz.org/recording/${MBIDS[0]}`,
])('%s finds the tracks of the recording', async (q) => {
  const found = (await list(`limit=200&q=${encodeURIComponent(q)}`)).rows;
  expect(found.map(({ gid }) => gid)).toEqual(
    await gidsOf(
      `new_id is null and id in (select track_id from track_mbid where mbid = '${MBIDS[0]}' and not disabled)`,
    ),
  );
  expect(found.length).toBeGreaterThan(0);
});

test('users’ words find tracks, and name those without a known recording', async () => {
  const { rows } = await list('limit=200&q=title+2+artist');
  expect(rows.map(({ gid }) => gid)).toEqual(
    await gidsOf('new_id is null and id in (select track_id from track_meta where meta_id = 2)'),
  );
  const [nameless] = (await list('limit=200')).rows.filter(({ isFromUsers }) => isFromUsers);
  expect(nameless).toMatchObject({ artists: 'Artist' });
});

test('a track is found by its id, by that of one merged into it, and by a fingerprint', async () => {
  const [first] = await gidsOf('id = 1');
  for (const q of [first, merged, '1', '#2']) {
    const { rows } = await list(`q=${encodeURIComponent(q!)}`);
    expect(rows.map(({ gid }) => gid)).toContain(first);
  }
});

test.each(['nobody ever sang this', "'!&|:*()", '%', '\\'])('%s finds nothing', async (q) => {
  expect(await list(`q=${encodeURIComponent(q)}`)).toEqual({ rows: [], next: null });
});

test.each(['order=oldest', 'limit=0', 'limit=201', 'cursor=x', `q=${'a'.repeat(201)}`, 'more=1'])(
  '%s is a clear error',
  async (query) => {
    expect(await visitor(`/tracks?${query}`)).toMatchObject({
      status: 400,
      answer: { error: { kind: 'bad_request' } },
    });
  },
);

test('a track is told with everything it has', async () => {
  const [gid] = await gidsOf('id = 1');
  const { answer, status } = await visitor(`/tracks/${gid}`);
  expect(status).toBe(200);
  expect(answer).toMatchObject({ gid, mergedFrom: null, fingerprintCount: 3, submissionCount: 6 });
  const { fingerprints, puids, recordings, texts } = answer as Record<string, unknown[]>;
  expect(fingerprints).toHaveLength(3);
  expect(recordings!.length).toBeGreaterThan(0);
  expect(texts!.length).toBeGreaterThan(0);
  expect(puids!.length).toBeGreaterThan(0);
});

test('a merged id tells the track it was merged into', async () => {
  const [gid] = await gidsOf('id = 1');
  const { answer } = await visitor(`/tracks/${merged.toUpperCase()}`);
  expect(answer).toMatchObject({ gid, mergedFrom: merged });
});

test.each(['/tracks/nonsense', '/tracks/00000000-0000-4000-8000-0000000000ff'])(
  '%s is not there',
  async (path) => {
    expect(await visitor(path)).toMatchObject({ status: 404 });
    expect(await user.ask(`${path}/history`)).toMatchObject({ status: 404 });
  },
);

test('the history is for those who are signed in, with names', async () => {
  const fingerprint = service.context.databases.fingerprint.pool;
  const [gid] = await gidsOf('id = 1');
  await fingerprint.query(
    `insert into track_mbid_change (track_mbid_id, account_id, disabled, note)
     select min(id), $1, true, 'wrong <b>song</b>' from track_mbid where track_id = 1`,
    [user.id],
  );
  expect(await visitor(`/tracks/${gid}/history`)).toMatchObject({ status: 401 });
  const { answer } = await user.ask(`/tracks/${gid}/history`);
  const { changes, merged: others } = answer as { changes: object[]; merged: object[] };
  expect(changes[0]).toMatchObject({ account: 'Udo', isDisabled: true, note: 'wrong <b>song</b>' });
  expect(others).toMatchObject([{ gid: merged }]);
});
