import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { DataMove } from './data-move.ts';
import type { DataMoveOptions } from './data-move.ts';
import type { MoveProgress } from './ipc/contract.ts';

function makeMove(startsFrom: (folder: string) => boolean = () => true) {
  const root = mkdtempSync(join(tmpdir(), 'acoustid-move-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const from = join(root, 'old');
  mkdirSync(from);
  writeFileSync(join(from, 'data'), 'precious');
  const pointerFile = join(root, 'moved-to');
  const told: MoveProgress[] = [];
  const used = (): string =>
    existsSync(pointerFile) ? readFileSync(pointerFile, 'utf8').trim() : from;
  /** Stops, does the rest and starts from wherever the pointer leads, as the real one. */
  const anew = vi.fn<DataMoveOptions['life']['anew']>(async (meanwhile) => {
    await meanwhile();
    return startsFrom(used());
  });
  const state = (): { phase: 'failed'; services: []; error: string } => ({
    phase: 'failed',
    services: [],
    error: 'No room.',
  });
  const move = new DataMove({
    life: { anew, state },
    pointerFile,
    onProgress: (progress) => {
      told.push(progress);
      if (progress.step === 'copying') onCopying();
    },
  });
  let onCopying = (): void => undefined;
  return {
    anew,
    from,
    move,
    root,
    told,
    used,
    to: join(root, 'new'),
    whenCopying: (act: () => void) => (onCopying = act),
  };
}

test('a move ends with the data in the new place and nothing in the old', async () => {
  const { from, move, to, told, used } = makeMove();
  expect(await move.run(from, to, { keepOld: false })).toMatchObject({ step: 'done', from, to });
  expect([used(), existsSync(from)]).toEqual([to, false]);
  expect(readFileSync(join(to, 'data'), 'utf8')).toBe('precious');
  const steps = told.map(({ step }) => step);
  expect([...new Set(steps)]).toEqual([
    'measuring',
    'stopping',
    'copying',
    'checking',
    'starting',
    'done',
  ]);
});

test('the old one is kept when that is wanted', async () => {
  const { from, move, to } = makeMove();
  await move.run(from, to, { keepOld: true });
  expect(readFileSync(join(from, 'data'), 'utf8')).toBe('precious');
});

test('a move that is cancelled leaves the old in use and nothing in the new place', async () => {
  const { from, move, to, used, whenCopying } = makeMove();
  whenCopying(() => move.cancel());
  expect(await move.run(from, to, { keepOld: false })).toMatchObject({ step: 'cancelled' });
  expect([used(), existsSync(to), existsSync(join(from, 'data'))]).toEqual([from, false, true]);
});

test('what does not start from the new place runs from the old again', async () => {
  const { from, move, to, used } = makeMove((folder) => !folder.endsWith('new'));
  const ended = await move.run(from, to, { keepOld: false });
  expect(ended).toMatchObject({ step: 'failed' });
  expect(ended.error).toContain('No room.');
  expect([used(), existsSync(join(from, 'data'))]).toEqual([from, true]);
});

test('a place that will not do is refused before anything is stopped', async () => {
  const { anew, from, move } = makeMove();
  expect(await move.run(from, from, { keepOld: false })).toMatchObject({ step: 'failed' });
  expect(anew).not.toHaveBeenCalled();
});

test('one move at a time', async () => {
  const { from, move, root, to } = makeMove();
  const first = move.run(from, to, { keepOld: true });
  await expect(move.run(from, join(root, 'other'), { keepOld: true })).rejects.toThrow('already');
  await first;
});
