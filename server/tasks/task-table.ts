import type { TaskKinds } from './task-kind.ts';

/** Every task there is, by name. */
export const TASK_KINDS: TaskKinds = {};
