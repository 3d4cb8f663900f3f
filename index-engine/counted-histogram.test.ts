import { expect, test } from 'vitest';
import { CountedHistogram } from './counted-histogram.ts';

test('buckets are cumulative, and sum and count go with them', () => {
  const histogram = new CountedHistogram('read', 'What was read', [1, 5]);
  histogram.add([3, 2, 1], 40);
  histogram.add([1, 0, 0], 1);
  expect(histogram.text().split('\n')).toEqual([
    '# HELP read What was read',
    '# TYPE read histogram',
    'read_bucket{le="1"} 4',
    'read_bucket{le="5"} 6',
    'read_bucket{le="+Inf"} 7',
    'read_sum 41',
    'read_count 7',
    '',
  ]);
});
