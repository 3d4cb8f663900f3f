import type { JobRun } from '../jobs/job.ts';
import type { Log } from '../log.ts';

const REPORT_EVERY_MS = 10_000;

/** A run that nobody started and nobody watches: its progress goes to the log, now and then. */
export function unattendedRun(log: Log, signal: AbortSignal): JobRun {
  let reportedMs = 0;
  return {
    signal,
    saved: undefined,
    report: (progress) => {
      const nowMs = performance.now();
      if (nowMs - reportedMs < REPORT_EVERY_MS) return;
      reportedMs = nowMs;
      log.info(progress, 'index rebuild under way');
    },
    log: (line) => log.info({ line }, 'index rebuild'),
    save: () => Promise.resolve(),
  };
}
