import type { z } from 'zod';
import type { Context } from '../context.ts';
import type { Json } from '../jobs/job.ts';

/** One kind of short work in the background. It may be run twice, so it must not mind. */
export interface TaskKind {
  readonly about: string;
  /** Checks arguments and fills in defaults; throws zod's error. */
  parse(args: unknown): Json;
  /** The signal fires when the process stops or the task has run for too long. */
  run(context: Context, args: unknown, signal: AbortSignal): Promise<void>;
}

export type TaskKinds = Readonly<Record<string, TaskKind>>;

/** Describes a kind, its arguments checked wherever they come from. */
export function taskKind<A extends Json>(kind: {
  readonly about: string;
  readonly args: z.ZodType<A>;
  readonly run: (context: Context, args: A, signal: AbortSignal) => Promise<void>;
}): TaskKind {
  return {
    about: kind.about,
    parse: (args) => kind.args.parse(args),
    run: (context, args, signal) => kind.run(context, kind.args.parse(args), signal),
  };
}
