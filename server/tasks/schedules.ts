import { Cron } from 'croner';
import type { Settings } from '../config/settings.ts';

/** Work that comes round: a pattern as in crontab, and the task it queues. */
export interface Schedule {
  /** Under which the last run is remembered. */
  readonly name: string;
  readonly pattern: string;
  /** The server's own time zone when left out. */
  readonly timezone?: 'UTC';
  readonly task: string;
}

/** Upstream's schedules, in its words. */
const UPSTREAM: Readonly<Record<string, string>> = {
  update_all_lookup_stats: '* * * * *',
  update_all_user_agent_stats: '0 * * * *',
  update_stats: '10 0 * * *',
  manage_fpindex_changelog: '0 * * * *',
};

/** Our own, at minutes that keep out of each other's way. */
const OURS: Readonly<Record<string, string>> = {
  update_top_accounts: '5 * * * *',
  delete_expired_sessions: '15 * * * *',
  delete_old_work: '35 * * * *',
  delete_handled_submissions: '25 * * * *',
  refresh_suspicions: '7-59/10 * * * *',
  list_moderation_acts: '9-59/10 * * * *',
  refresh_track_stats: '20 2 * * *',
  delete_orphaned_metas: '40 2 * * *',
  delete_unreferenced_tracks: '50 2 * * *',
  delete_old_user_agents: '55 2 * * *',
};

/** Every schedule of the master. Throws a `TypeError` for a backup pattern that is none. */
export function schedulesOf(settings: Settings): Schedule[] {
  const schedules: Schedule[] = Object.entries({ ...UPSTREAM, ...OURS }).map(([task, pattern]) => ({
    name: task,
    pattern,
    task,
  }));
  const backup = settings['backup.schedule'];
  if (backup !== undefined) {
    schedules.push({ name: 'backup', pattern: backup, timezone: 'UTC', task: 'start_backup' });
  }
  for (const schedule of schedules) nextRun(schedule, new Date(0));
  return schedules;
}

/** When a schedule comes round next after a time; `undefined` for one that never does. */
export function nextRun({ pattern, timezone }: Schedule, after: Date): Date | undefined {
  const cron = new Cron(pattern, { paused: true, ...(timezone !== undefined && { timezone }) });
  return cron.nextRun(after) ?? undefined;
}

export interface DueSchedules {
  /** Came round since they were last followed, once or often: each is followed once. */
  readonly due: readonly Schedule[];
  /** Never followed yet: nothing runs at the first start, from now on they are. */
  readonly fresh: readonly Schedule[];
  readonly nextAt: Date | undefined;
}

/**
 * What is to be done now, by when each schedule was last followed. What came round while nobody
 * looked is caught up with, once.
 */
export function dueSchedules(
  schedules: readonly Schedule[],
  lastRuns: ReadonlyMap<string, Date>,
  now: Date,
): DueSchedules {
  const due: Schedule[] = [];
  const fresh: Schedule[] = [];
  let nextAt: Date | undefined;
  for (const schedule of schedules) {
    const last = lastRuns.get(schedule.name);
    // A clock that was set back must not silence a schedule until it has caught up.
    const missed = last && last <= now ? nextRun(schedule, last) : undefined;
    if (!last || last > now) fresh.push(schedule);
    else if (missed && missed <= now) due.push(schedule);
    const next = nextRun(schedule, now);
    if (next && (nextAt === undefined || next < nextAt)) nextAt = next;
  }
  return { due, fresh, nextAt };
}
