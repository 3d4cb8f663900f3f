import { expect, test } from 'vitest';
import { resolveConfig } from '../config/config.ts';
import { dueSchedules, nextRun, schedulesOf } from './schedules.ts';
import type { Schedule } from './schedules.ts';
import { TASK_KINDS } from './task-table.ts';

const DAILY: Schedule = { name: 'daily', pattern: '10 0 * * *', task: 'a' };
const MINUTELY: Schedule = { name: 'minutely', pattern: '* * * * *', task: 'b' };
const BOTH = [DAILY, MINUTELY];

/** Local time, as the schedules are in. */
function local(day: number, hour: number, minute: number, second = 0): Date {
  return new Date(2026, 10, day, hour, minute, second);
}

function namesOf(schedules: readonly Schedule[]): string[] {
  return schedules.map(({ name }) => name);
}

test('nothing runs at the first start', () => {
  const { due, fresh } = dueSchedules(BOTH, new Map(), local(20, 12, 0));
  expect([namesOf(due), namesOf(fresh)]).toEqual([[], ['daily', 'minutely']]);
});

test('each runs when it comes round, and not before', () => {
  const lastRuns = new Map([
    ['daily', local(20, 0, 10)],
    ['minutely', local(21, 0, 9)],
  ]);
  const before = dueSchedules(BOTH, lastRuns, local(21, 0, 9, 59));
  expect(before).toEqual({ due: [], fresh: [], nextAt: local(21, 0, 10) });
  const then = dueSchedules(BOTH, lastRuns, local(21, 0, 10));
  expect(namesOf(then.due)).toEqual(['daily', 'minutely']);
  expect(then.nextAt).toEqual(local(21, 0, 11));
});

test('what came round while nobody looked is caught up with once', () => {
  const lastRuns = new Map([
    ['daily', local(10, 0, 10)],
    ['minutely', local(10, 0, 10)],
  ]);
  expect(namesOf(dueSchedules(BOTH, lastRuns, local(20, 15, 0)).due)).toEqual([
    'daily',
    'minutely',
  ]);
});

test('a day that has been followed is not followed again before the next', () => {
  const lastRuns = new Map([['daily', local(20, 15, 0)]]);
  expect(dueSchedules([DAILY], lastRuns, local(20, 23, 59)).due).toEqual([]);
  expect(namesOf(dueSchedules([DAILY], lastRuns, local(21, 0, 10)).due)).toEqual(['daily']);
});

test('a clock that was set back starts counting from where it is', () => {
  const lastRuns = new Map([['minutely', local(25, 0, 0)]]);
  const { due, fresh } = dueSchedules([MINUTELY], lastRuns, local(20, 0, 0));
  expect([namesOf(due), namesOf(fresh)]).toEqual([[], ['minutely']]);
});

test('the patterns are upstream’s, in local time; the backup’s is the configured one, in UTC', () => {
  const { settings } = resolveConfig({ flags: { 'backup.schedule': '0 5 * * 1' } });
  const schedules = schedulesOf(settings);
  const at = (name: string): Date | undefined => {
    const schedule = schedules.find((each) => each.name === name);
    return schedule && nextRun(schedule, local(20, 12, 30));
  };
  expect(at('update_all_lookup_stats')).toEqual(local(20, 12, 31));
  expect(at('update_all_user_agent_stats')).toEqual(local(20, 13, 0));
  expect(at('update_stats')).toEqual(local(21, 0, 10));
  expect(at('manage_fpindex_changelog')).toEqual(local(20, 13, 0));
  // The 23rd is a Monday.
  expect(at('backup')).toEqual(new Date('2026-11-23T05:00:00Z'));
});

test('every schedule queues a task there is, with no arguments', () => {
  const { settings } = resolveConfig({});
  for (const { task } of schedulesOf(settings)) {
    expect(TASK_KINDS[task]?.parse({}), task).toEqual({});
  }
});

test('no backup is scheduled where none is wanted, and a wrong pattern is refused', () => {
  const none = resolveConfig({ flags: { 'backup.schedule': 'none' } });
  expect(namesOf(schedulesOf(none.settings))).not.toContain('backup');
  const wrong = resolveConfig({ flags: { 'backup.schedule': 'every day' } });
  expect(() => schedulesOf(wrong.settings)).toThrow(TypeError);
});
