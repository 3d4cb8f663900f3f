import type { z } from 'zod';
import type { Context } from '../context.ts';
import type { JobRun, Json } from './job.ts';

/** One kind of long operation: what it is told, and who carries it out. */
export interface JobKind {
  readonly about: string;
  /** Checks parameters and fills in defaults; throws zod's error. */
  parse(params: unknown): Json;
  /** Carries out a job; what it returns is kept as the job's result. */
  run(context: Context, params: unknown, run: JobRun): Promise<Json>;
}

export type JobKinds = Readonly<Record<string, JobKind>>;

/** Describes a kind, its parameters checked wherever they come from. */
export function jobKind<P extends object>(kind: {
  readonly about: string;
  readonly params: z.ZodType<P>;
  readonly run: (context: Context, params: P, run: JobRun) => Promise<Json>;
}): JobKind {
  return {
    about: kind.about,
    // What came in as JSON is JSON still; what is undefined is left out when it is stored.
    parse: (params) => kind.params.parse(params) as Json,
    run: (context, params, run) => kind.run(context, kind.params.parse(params), run),
  };
}
