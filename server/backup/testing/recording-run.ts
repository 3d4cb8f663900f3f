import type { JobProgress, JobRun } from '../../jobs/job.ts';

export interface RecordingRun extends JobRun {
  readonly reports: JobProgress[];
  readonly lines: string[];
}

/** A run that remembers what it is told. */
export function recordingRun(signal: AbortSignal = new AbortController().signal): RecordingRun {
  const reports: JobProgress[] = [];
  const lines: string[] = [];
  return {
    signal,
    saved: undefined,
    reports,
    lines,
    report: (progress) => reports.push(progress),
    log: (line) => lines.push(line),
    save: () => Promise.resolve(),
  };
}
