import { z } from 'zod';
import { systemClock } from '../clock.ts';
import type { Clock } from '../clock.ts';
import type { RunningProcess } from './run-process.ts';

/** The server answers from its memory or with one query. */
const ANSWER_LIMIT_MS = 10_000;
/** More open questions than this mean that nobody answers. */
const OPEN_MAX = 64;

const answerSchema = z.object({
  type: z.literal('answer'),
  id: z.int(),
  value: z.unknown().optional(),
  error: z.string().optional(),
});

/**
 * Questions to a module of ours over its private channel, each with an id by which its answer is
 * known: `{ type: 'ask', id, … }`, then `{ type: 'answer', id, value }` or `{ …, error }`.
 */
export class Questions {
  readonly #clock: Clock;
  readonly #open = new Map<number, PromiseWithResolvers<unknown>>();
  #lastId = 0;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /** Asks and resolves with the value answered. Rejects when there is no answer in time. */
  async ask(process: Pick<RunningProcess, 'send'>, question: object): Promise<unknown> {
    if (this.#open.size >= OPEN_MAX) throw new Error('too many questions are open');
    const id = ++this.#lastId;
    const answered = Promise.withResolvers<unknown>();
    this.#open.set(id, answered);
    const over = new AbortController();
    try {
      process.send({ type: 'ask', id, ...question });
      return await Promise.race([
        answered.promise,
        this.#clock.sleep(ANSWER_LIMIT_MS, over.signal).then(() => {
          throw new Error(`it did not answer within ${ANSWER_LIMIT_MS} ms`);
        }),
      ]);
    } finally {
      over.abort();
      this.#open.delete(id);
    }
  }

  /** The process has ended: nothing that is open will be answered. */
  abandon(): void {
    for (const { reject } of this.#open.values()) reject(new Error('it ended before it answered'));
  }

  /** Takes every message of the module; those that answer nothing are not for here. */
  received(message: unknown): void {
    const read = answerSchema.safeParse(message);
    if (!read.success) return;
    const { error, id, value } = read.data;
    if (error === undefined) this.#open.get(id)?.resolve(value);
    else this.#open.get(id)?.reject(new Error(error));
  }
}
