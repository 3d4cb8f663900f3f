import { Worker } from 'node:worker_threads';
import { ChangeBatch, refuseIdZero } from './change.ts';
import { type ErrorName, RequestError } from './errors.ts';
import { type PreparedCommit, prepareCommit } from './memory-segment.ts';
import { IdleTimer } from './idle-timer.ts';
import type { Format } from './wire/negotiation.ts';
import { decodeUpdate } from './wire/requests.ts';

/** Below this a thread's round trip costs more than the work. */
const IN_PLACE_SIZE_BYTES_MAX = 32 * 1024;

export interface BuiltUpdate {
  readonly prepared: PreparedCommit;
  readonly expectedVersion: number | undefined;
}

export interface BuildJob {
  readonly body: Uint8Array;
  readonly format: Format;
}

export type BuildResult = BuiltUpdate | { readonly errorName: ErrorName; readonly message: string };

interface Waiting {
  readonly resolve: (built: BuiltUpdate) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Turns the bodies of updates into commits. A batch of a thousand documents takes milliseconds to
 * decode, sort and encode; that is done in a thread, so that searches do not wait for it. Answers come
 * in the order of the questions.
 */
export class UpdateBuilder {
  #worker: Worker | undefined;
  /** Bounded by the HTTP server's limit on bodies. */
  readonly #waiting: Waiting[] = [];
  readonly #batch = new ChangeBatch();
  readonly #idleTimer = new IdleTimer(() => this.#endIdle());

  /** The body is used up by this. Throws RequestError `BadRequest`, `InvalidFingerprintId`. */
  prepare(body: Uint8Array, format: Format): Promise<BuiltUpdate> {
    // A small body may not overtake a big one of the same connection, so it queues up behind it.
    if (body.length <= IN_PLACE_SIZE_BYTES_MAX && this.#waiting.length === 0) {
      return Promise.resolve().then(() => buildUpdate(body, format, this.#batch));
    }
    const { promise, resolve, reject } = Promise.withResolvers<BuiltUpdate>();
    this.#waiting.push({ resolve, reject });
    this.#worker ??= this.#start();
    // A pool's slice must not be given away with its neighbours: only then are the bytes copied.
    const isAlone = body.byteLength === body.buffer.byteLength;
    const given = isAlone && isTransferable(body) ? body : Uint8Array.from(body);
    this.#worker.postMessage({ body: given, format } satisfies BuildJob, [given.buffer]);
    return promise;
  }

  async close(): Promise<void> {
    this.#idleTimer.stop();
    await this.#worker?.terminate();
  }

  #endIdle(): void {
    if (this.#waiting.length > 0) return;
    void this.#worker?.terminate();
    this.#worker = undefined;
  }

  #start(): Worker {
    const worker = new Worker(new URL('./update-thread.ts', import.meta.url));
    worker.unref();
    worker.on('message', (result: BuildResult) => {
      const waiting = this.#waiting.shift();
      if ('errorName' in result)
        waiting?.reject(new RequestError(result.errorName, result.message));
      else waiting?.resolve(result);
      this.#idleTimer.start();
    });
    worker.on('error', (cause) => {
      this.#worker = undefined;
      const error = new Error('the update thread died', { cause });
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    });
    return worker;
  }
}

/** The work itself. Throws as `prepare`. */
export function buildUpdate(body: Uint8Array, format: Format, batch: ChangeBatch): BuiltUpdate {
  const { expectedVersion } = decodeUpdate(body, format, batch);
  refuseIdZero(batch);
  return { prepared: prepareCommit(batch), expectedVersion };
}

function isTransferable(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer;
}
