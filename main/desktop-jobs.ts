import type { ApplianceLife } from './appliance-life.ts';
import { ApplianceError } from './errors.ts';
import { lastWordsOf } from './last-words.ts';
import { describeExit } from './services/service.ts';

const BACKUP_LIMIT_MS = 6 * 3600 * 1000;
const HEALTH_LIMIT_MS = 5000;

/** How many jobs run. Rejects when the server cannot say. */
export async function runningJobs(life: Pick<ApplianceLife, 'ask'>): Promise<number> {
  const count = await life.ask({ ask: 'running-jobs' });
  if (typeof count !== 'number') throw new Error('the server gave no number of jobs');
  return count;
}

/** Pauses every job that runs or waits, or resumes every one that is paused. */
export async function setJobsPaused(
  life: Pick<ApplianceLife, 'ask'>,
  paused: boolean,
): Promise<void> {
  await life.ask({ ask: paused ? 'pause-jobs' : 'resume-jobs' });
}

/** `acoustid db backup` beside the running services. Throws `ApplianceError` when it fails. */
export async function backUp(life: Pick<ApplianceLife, 'runCommand'>): Promise<void> {
  const limit = AbortSignal.timeout(BACKUP_LIMIT_MS);
  const { exit, lines } = await life.runCommand(['db', 'backup', '--json'], limit);
  if (exit.code !== 0) throw new ApplianceError(lastWordsOf(lines) ?? describeExit(exit));
}

/** Whether the server answers at all. */
export async function isWell(url: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(HEALTH_LIMIT_MS);
    const response = await fetch(new URL('/_health', url), { signal });
    return response.ok;
  } catch {
    // However it fails, that is the answer.
    return false;
  }
}
