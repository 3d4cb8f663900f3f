import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { asking, signIn } from '../../../e2e/harness/admin-client.ts';
import type { Ask } from '../../../e2e/harness/admin-client.ts';
import { startService } from '../../../e2e/harness/service.ts';
import type { TestService } from '../../../e2e/harness/service.ts';
import {
  insertSuspects,
  SUSPECT_RECORDINGS,
  SUSPECT_TRACKS,
} from '../../../e2e/harness/suspicious-tracks.ts';

const { yesterday, waterloo } = SUSPECT_RECORDINGS;
const DISABLE = { kind: 'link_disable', track: SUSPECT_TRACKS.lone, mbid: yesterday };
const MERGE = {
  kind: 'track_merge',
  target: SUSPECT_TRACKS.merge,
  sources: [SUSPECT_TRACKS.mergeOther],
};

interface Case {
  readonly id: number;
  readonly kind: string;
  readonly state: string;
  readonly note: string | null;
  readonly decidedBy: string | null;
  readonly tracks: readonly { readonly title: string | null }[];
  readonly suggested: unknown;
}

interface Page<T> {
  readonly rows: readonly T[];
  readonly next: string | null;
}

interface Done {
  readonly id: number;
}

let service: TestService;
let ask: Ask;
let asUser: Ask;
let moderatorId: number;

beforeAll(async () => {
  service = await startService({ roles: ['api'] });
  const moderator = await signIn(service, 'Mo', { mbuser: 'mo' });
  moderatorId = moderator.id;
  ask = moderator.ask;
  asUser = (await signIn(service, 'Ursula')).ask;
});

afterAll(() => service[Symbol.asyncDispose]());

beforeEach(() => insertSuspects(service.context.databases));

async function cases(query = ''): Promise<readonly Case[]> {
  return ((await ask(`/suspicions${query}`)).answer as Page<Case>).rows;
}

async function caseOf(kind: string): Promise<Case> {
  const [found] = await cases(`?kind=${kind}`);
  if (!found) throw new Error(`no case of ${kind}`);
  return found;
}

async function apply(act: unknown, note = 'a reason'): Promise<number> {
  const { answer, status } = await ask('/acts', { body: { act, note } });
  expect(status).toBe(200);
  return (answer as Done).id;
}

test('each queue has its case, with names, evidence and an act that mends it', async () => {
  expect((await ask('/suspicion-queues')).answer).toEqual(
    ['link_length', 'lone_link', 'track_split', 'track_merge', 'duplicate_metas'].map((kind) => ({
      kind,
      open: 1,
      isMore: false,
    })),
  );
  const found = await cases();
  expect(found).toHaveLength(5);
  expect(await caseOf('link_length')).toMatchObject({
    mbid: waterloo,
    tracks: [{ id: SUSPECT_TRACKS.length, title: 'Yesterday', artists: 'The Beatles' }],
    evidence: { kind: 'link_length', recording_seconds: 166, gap_seconds: 41 },
    suggested: { kind: 'link_disable', track: SUSPECT_TRACKS.length, mbid: waterloo },
  });
});

test('queues are read page by page', async () => {
  const ids = (await cases()).map(({ id }) => id);
  const seen: number[] = [];
  for (let cursor = ''; ;) {
    const { answer } = await ask(`/suspicions?limit=2&cursor=${cursor}`.replace(/&cursor=$/, ''));
    const { next, rows } = answer as Page<Case>;
    seen.push(...rows.map(({ id }) => id));
    if (next === null) break;
    cursor = next;
  }
  expect(seen).toEqual(ids);
});

test('a case tells what its tracks have', async () => {
  const { id } = await caseOf('track_merge');
  const { answer } = await ask(`/suspicions/${id}`);
  expect(answer).toMatchObject({
    tracks: [
      { id: SUSPECT_TRACKS.merge, fingerprints: [{ lengthSeconds: 125 }] },
      { recordings: [{ mbid: yesterday, title: 'Yesterday', sources: 2, isDisabled: false }] },
    ],
  });
});

test('an act is previewed without a trace, done, listed, and its case is gone', async () => {
  const { answer } = await ask('/acts/preview', { body: { act: MERGE } });
  expect(answer).toMatchObject({
    counts: { fingerprint: 1 },
    tracks: [{ id: SUSPECT_TRACKS.merge }, { id: SUSPECT_TRACKS.mergeOther }],
    truncated: false,
  });
  expect((await ask('/acts')).answer).toEqual({ rows: [], next: null });
  const id = await apply(MERGE, 'the same recording');
  expect((await ask('/acts')).answer).toMatchObject({
    rows: [{ id, kind: 'track_merge', account: { name: 'Mo' }, note: 'the same recording' }],
  });
  expect(await cases('?kind=track_merge')).toEqual([]);
  expect((await ask(`/acts/${id}`)).answer).toMatchObject({
    act: { act: MERGE, undoneBy: null },
    changes: expect.arrayContaining([
      expect.objectContaining({ table: 'track', id: SUSPECT_TRACKS.mergeOther }),
    ]) as unknown,
  });
});

test('an act is undone, and the undo too', async () => {
  const id = await apply(DISABLE);
  const preview = await ask(`/acts/${id}/undo/preview`, { method: 'POST' });
  expect(preview.answer).toMatchObject({ conflicts: [], preview: { counts: { track_mbid: 1 } } });
  const undo = await ask(`/acts/${id}/undo`, { body: { note: 'it was right' } });
  expect(undo.status).toBe(200);
  expect(await cases('?kind=lone_link')).toHaveLength(1);
  const again = await ask(`/acts/${id}/undo`, { body: { note: 'twice' } });
  expect(again.status).toBe(422);
  const redo = await ask(`/acts/${(undo.answer as Done).id}/undo`, { body: { note: 'no, wrong' } });
  expect(redo.status).toBe(200);
  expect(await cases('?kind=lone_link')).toEqual([]);
});

test('an undo that later acts stand against names them', async () => {
  const first = await apply(MERGE);
  const second = await apply({
    kind: 'track_merge',
    target: SUSPECT_TRACKS.length,
    sources: [SUSPECT_TRACKS.merge],
  });
  const { answer } = await ask(`/acts/${first}/undo/preview`, { method: 'POST' });
  expect(answer).toMatchObject({
    preview: null,
    conflicts: expect.arrayContaining([
      expect.objectContaining({ table: 'track', act: second }),
    ]) as unknown,
  });
  expect((await ask(`/acts/${first}/undo`, { body: { note: 'x' } })).status).toBe(409);
});

test('several cases are mended as one act, or none of them', async () => {
  const [one, other] = [await caseOf('lone_link'), await caseOf('duplicate_metas')];
  const act = { kind: 'bulk', acts: [one.suggested, other.suggested] };
  const id = await apply(act);
  expect(await cases()).toHaveLength(3);
  await ask(`/acts/${id}/undo`, { body: { note: 'too fast' } });
  const bad = { kind: 'bulk', acts: [one.suggested, { ...DISABLE, mbid: waterloo }, DISABLE] };
  expect((await ask('/acts', { body: { act: bad, note: 'x' } })).status).toBe(422);
  expect(await cases()).toHaveLength(5);
});

test('the log is filtered by kind, account, note and what was undone', async () => {
  const disabled = await apply(DISABLE, 'Not the Beatles');
  const merged = await apply(MERGE, 'one song');
  await ask(`/acts/${merged}/undo`, { body: { note: 'two songs' } });
  const listed = async (query: string): Promise<number[]> =>
    ((await ask(`/acts?${query}`)).answer as Page<Done>).rows.map(({ id }) => id);
  expect(await listed('kind=link_disable')).toEqual([disabled]);
  expect(await listed('q=beatles')).toEqual([disabled]);
  expect(await listed('undone=1')).toEqual([merged]);
  expect(await listed(`account=${moderatorId}&undone=0`)).toHaveLength(2);
  expect(await listed(`account=${moderatorId + 1}`)).toEqual([]);
  expect((await ask('/act-accounts')).answer).toEqual([{ id: moderatorId, name: 'Mo' }]);
  const { answer } = await ask('/acts?limit=2');
  const { next } = answer as Page<Done>;
  expect(await listed(`cursor=${next}`)).toEqual([disabled]);
});

test('a case is dismissed with a reason and reopened', async () => {
  const { id } = await caseOf('track_split');
  const dismissed = await ask('/suspicions/dismiss', { body: { ids: [id], note: 'a medley' } });
  expect(dismissed.answer).toEqual({ decided: [id] });
  expect(await cases('?state=dismissed')).toMatchObject([
    { id, note: 'a medley', decidedBy: 'Mo' },
  ]);
  const again = await ask('/suspicions/dismiss', { body: { ids: [id], note: 'a medley' } });
  expect(again.answer).toEqual({ decided: [] });
  await ask('/suspicions/reopen', { body: { ids: [id], note: 'look again' } });
  expect(await cases('?kind=track_split')).toHaveLength(1);
});

test('looking for more is left to a task', async () => {
  expect((await ask('/suspicions/refresh', { method: 'POST' })).status).toBe(204);
  await vi.waitFor(async () => {
    const { rows } = await service.context.databases.app.pool.query(
      `select from task where name = 'refresh_suspicions'`,
    );
    expect(rows).toHaveLength(1);
  });
});

test.each([
  { path: '/acts', body: { act: DISABLE, note: ' ' }, status: 400 },
  { path: '/acts', body: { act: { kind: 'undo', undo: 1 }, note: 'x' }, status: 400 },
  { path: '/acts', body: { act: { ...DISABLE, more: 1 }, note: 'x' }, status: 400 },
  { path: '/acts', body: { act: { ...DISABLE, track: 5 }, note: 'x' }, status: 422 },
  { path: '/acts/preview', body: { act: { ...DISABLE, track: 5 } }, status: 422 },
  { path: '/acts/9999/undo', body: { note: 'x' }, status: 404 },
  { path: '/acts/x/undo', body: { note: 'x' }, status: 404 },
  { path: '/acts/9999', status: 404 },
  { path: '/acts?kind=nothing', status: 400 },
  { path: '/acts?cursor=zzz', status: 400 },
  { path: '/suspicions/9999999', status: 404 },
  { path: '/suspicions?kind=nothing', status: 400 },
  { path: '/suspicions/dismiss', body: { ids: [], note: 'x' }, status: 400 },
])('$path with $body is refused with $status', async ({ body, path, status }) => {
  expect((await ask(path, body === undefined ? {} : { body })).status).toBe(status);
});

test.each([
  ['/acts/preview', { act: DISABLE }],
  ['/acts', { act: DISABLE, note: 'x' }],
  ['/acts', undefined],
  ['/acts/1', undefined],
  ['/acts/1/undo/preview', {}],
  ['/acts/1/undo', { note: 'x' }],
  ['/act-accounts', undefined],
  ['/suspicion-queues', undefined],
  ['/suspicions', undefined],
  ['/suspicions/1', undefined],
  ['/suspicions/dismiss', { ids: [1], note: 'x' }],
  ['/suspicions/reopen', { ids: [1], note: 'x' }],
  ['/suspicions/refresh', {}],
])('%s is for moderators', async (path, body) => {
  const asked = body === undefined ? {} : { body };
  expect((await asking(service.api.url)(path, asked)).status).toBe(401);
  expect((await asUser(path, asked)).status).toBe(403);
});
