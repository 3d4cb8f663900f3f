import { expect, test } from 'vitest';
import type { Link } from '../track/link-queries.ts';
import { planSplit } from './plan-split.ts';

function link(id: number, counts: [submissions: number, sources: number, chosen: number]): Link {
  const [submission_count, source_count, chosen_source_count] = counts;
  const value = `v${id}`;
  return {
    id,
    track_id: 1,
    value,
    submission_count,
    disabled: false,
    source_count,
    chosen_source_count,
  };
}

const NONE = new Set<string>();

test('a link goes whole when only the chosen submissions vouch for it', () => {
  const links = [link(1, [2, 2, 2]), link(2, [2, 2, 0])];
  expect(planSplit(links, [], NONE)).toEqual({ moves: [1], joins: [], shares: [] });
});

test('a link that others vouch for too is divided, whatever the counts say', () => {
  const links = [link(1, [5, 4, 1]), link(2, [3, 1, 1]), link(3, [1, 4, 3])];
  expect(planSplit(links, [], NONE).shares).toEqual([
    { from: 1, count: 1, left: 4, into: null },
    { from: 2, count: 1, left: 2, into: null },
    { from: 3, count: 3, left: 1, into: null },
  ]);
});

test('a link that is named goes whole, with provenance or without', () => {
  const links = [link(1, [5, 4, 1]), link(2, [3, 0, 0])];
  expect(planSplit(links, [], new Set(['v1', 'v2'])).moves).toEqual([1, 2]);
});

test('what the other track has already is joined', () => {
  const links = [link(1, [2, 2, 2]), link(2, [5, 4, 1])];
  const others = [
    { ...link(8, [1, 1, 0]), value: 'v1' },
    { ...link(9, [1, 1, 0]), value: 'v2' },
  ];
  expect(planSplit(links, others, NONE)).toEqual({
    moves: [],
    joins: [{ from: 1, into: 8 }],
    shares: [{ from: 2, count: 1, left: 4, into: 9 }],
  });
});
