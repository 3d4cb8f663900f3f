/**
 * What a long operation knows of the job it runs in. The operation lives in its own folder and
 * takes a `JobRun`; the server's job runner and the command line each give it one.
 */

/** How far an operation is; rate and time left are worked out by whoever shows it. */
export interface JobProgress {
  /** In `unit`s, never going back within one run. */
  readonly done: number;
  /** Left out while it cannot be known. */
  readonly total?: number;
  /** A plural the field uses: fingerprints, rows, bytes, files. */
  readonly unit: string;
  /** What is being worked on now, in words a person understands. */
  readonly current?: string;
}

/** Anything JSON can hold. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

export interface JobRun {
  /**
   * Fires when the job is paused, cancelled, or its process stops; the operation then ends soon by
   * throwing `signal.reason`, with nothing half done that a later run could not take up.
   */
  readonly signal: AbortSignal;
  /** What an earlier run of the same job saved last; `undefined` at the first. */
  readonly saved: Json | undefined;
  /** Cheap enough to call for every row; only the newest is kept, and not every one is written. */
  report(progress: JobProgress): void;
  /** A line for the person who looks at the job later. */
  log(line: string): void;
  /** Keeps what the next run needs to go on from here; resolves when it is stored. */
  save(state: Json): Promise<void>;
}
