import {
  AckPolicy,
  DiscardPolicy,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream';
import type { ConsumerMessages, JetStreamClient } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Log } from '../log.ts';

/** Where one kind of work is announced. */
export interface DoorbellNames {
  readonly stream: string;
  readonly subject: string;
  /** The durable consumer that all workers share, so that each announcement reaches one of them. */
  readonly consumer: string;
}

export const SUBMISSIONS: DoorbellNames = {
  stream: 'SUBMISSIONS',
  subject: 'submission.new',
  consumer: 'import',
};
export const TASKS: DoorbellNames = { stream: 'TASKS', subject: 'task.new', consumer: 'worker' };

/** Messages the stream holds; past it announcing fails and the sweeper takes over. */
const STREAM_MESSAGES_MAX = 10_000_000;
/** Messages handed out and not acknowledged, over all workers. */
const UNACKNOWLEDGED_MAX = 1024;
/** After this a worker is taken for dead and its messages go to another. */
const ACK_WAIT_MS = 30_000;
const DUPLICATE_WINDOW_MS = 120_000;
const PULL_MESSAGES = 256;
/** Announcements under way at once; more than that and NATS is not keeping up. */
const PUBLISHING_MAX = 10_000;
const PUBLISH_TIMEOUT_MS = 2000;

/** A doorbell that rang for one piece of work. */
export interface Announcement {
  readonly id: number;
  /** It is done, or somebody else's: forget the message. */
  ack(): void;
  /** Ring again after a while. */
  retry(delayMs: number): void;
}

/**
 * The doorbell of workers. What it rings for is in the database before it is announced here, so a
 * lost message costs time, never data: whoever sweeps finds the row.
 */
export class Doorbell {
  readonly #connection: Promise<NatsConnection>;
  readonly #names: DoorbellNames;
  readonly #log: Log;
  #client: JetStreamClient | undefined;
  #publishing = 0;

  constructor(connection: Promise<NatsConnection>, names: DoorbellNames, log: Log) {
    this.#connection = connection;
    this.#names = names;
    this.#log = log.child({ stream: names.stream });
    void this.#open();
  }

  /** Ready to announce as soon as NATS is there, whether or not this process also listens. */
  async #open(): Promise<void> {
    try {
      const connection = await this.#connection;
      await ensureStream(connection, this.#names);
      this.#client = jetstream(connection, { timeout: PUBLISH_TIMEOUT_MS });
    } catch (error) {
      this.#log.warn({ err: error }, 'work cannot be announced yet');
    }
  }

  /**
   * Announces stored work by its ids, without waiting for NATS. Calls `onMissed` once if any
   * announcement did not arrive.
   */
  announce(ids: readonly number[], onMissed: () => void): void {
    if (ids.length === 0) return;
    if (!this.#client || this.#publishing + ids.length > PUBLISHING_MAX) {
      onMissed();
      return;
    }
    void this.#publishAll(this.#client, ids, onMissed);
  }

  async #publishAll(
    client: JetStreamClient,
    ids: readonly number[],
    onMissed: () => void,
  ): Promise<void> {
    this.#publishing += ids.length;
    const outcomes = await Promise.allSettled(ids.map((id) => this.#publish(client, id)));
    this.#publishing -= ids.length;
    const missed = outcomes.filter((outcome) => outcome.status === 'rejected');
    if (missed.length === 0) return;
    this.#log.warn(
      { err: missed[0]?.reason as unknown, count: missed.length },
      'work was not announced',
    );
    onMissed();
  }

  async #publish(client: JetStreamClient, id: number): Promise<void> {
    await client.publish(this.#names.subject, String(id), { msgID: String(id) });
  }

  /** Makes stream and consumer if need be, then yields announcements until aborted or cut off. */
  async *listen(signal: AbortSignal): AsyncGenerator<Announcement> {
    // Without a limit: NATS may come at any time, or never.
    const connection = await untilAborted(this.#connection, signal);
    if (!connection) return;
    await ensureStream(connection, this.#names);
    this.#client ??= jetstream(connection, { timeout: PUBLISH_TIMEOUT_MS });
    const consumer = await this.#client.consumers.get(this.#names.stream, this.#names.consumer);
    const messages = await consumer.consume({
      max_messages: PULL_MESSAGES,
      // Whoever deleted the stream (or its files) is answered by making it again.
      abort_on_missing_resource: true,
    });
    const stop = (): void => closeMessages(messages);
    signal.addEventListener('abort', stop, { once: true });
    // It may have fired while the consumer was being set up.
    if (signal.aborted) stop();
    try {
      for await (const message of messages) {
        const id = Number(message.string());
        if (!Number.isSafeInteger(id)) {
          message.term('not an id');
          continue;
        }
        yield {
          id,
          ack: () => message.ack(),
          retry: (delayMs) => message.nak(delayMs),
        };
      }
    } finally {
      signal.removeEventListener('abort', stop);
      closeMessages(messages);
    }
  }
}

/** What a promise comes to, or `undefined` when the signal comes first. */
async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return undefined;
  let stop: (() => void) | undefined;
  const aborted = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (stop) signal.removeEventListener('abort', stop);
  }
}

async function ensureStream(
  connection: NatsConnection,
  { consumer, stream, subject }: DoorbellNames,
): Promise<void> {
  const manager = await jetstreamManager(connection);
  // Adding what is there already with the same configuration succeeds and changes nothing.
  await manager.streams.add({
    name: stream,
    subjects: [subject],
    retention: RetentionPolicy.Workqueue,
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    max_msgs: STREAM_MESSAGES_MAX,
    duplicate_window: nanos(DUPLICATE_WINDOW_MS),
  });
  await manager.consumers.add(stream, {
    durable_name: consumer,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(ACK_WAIT_MS),
    max_ack_pending: UNACKNOWLEDGED_MAX,
  });
}

function closeMessages(messages: ConsumerMessages): void {
  // Closing says goodbye to the server, which may be the very thing that is gone.
  void messages.close().catch(() => undefined);
}
