/**
 * One index of a cluster following its subject. The position is the index's own version, durable with
 * the data it stands for, so nothing needs acknowledging: after a restart reading simply goes on from
 * there. Messages that are there at once become one commit, at the sequence of the last.
 */
import {
  type ConsumerMessages,
  DeliverPolicy,
  type JetStreamClient,
  type JsMsg,
} from '@nats-io/jetstream';
import type { Logger } from 'pino';
import { ChangeBatch, readChanges } from '../change.ts';
import { RequestError } from '../errors.ts';
import type { InvertedIndex } from '../inverted-index.ts';
import { prepareCommit } from '../memory-segment.ts';
import { MsgpackReader } from '../wire/msgpack-reader.ts';

/** A commit is closed at either, however much more is there. */
const MESSAGES_PER_COMMIT_MAX = 256;
const HASHES_PER_COMMIT_MAX = 200_000;
const APPLY_TIMEOUT_MS = 30_000;
const RETRY_DELAY_MS = 1000;

export interface ReplicaContext {
  readonly jetstream: JetStreamClient;
  readonly stream: string;
  readonly subject: string;
  /** Where the stream stood when the index was created. */
  readonly firstSequence: number;
  readonly log: Logger;
}

interface Waiter {
  readonly sequence: number;
  readonly resolve: () => void;
}

export class Replica {
  readonly index: InvertedIndex;
  readonly #context: ReplicaContext;
  readonly #waiters = new Set<Waiter>();
  #messages: ConsumerMessages | undefined;
  #closed = false;
  #pendingCount = 0;
  readonly #running: Promise<void>;

  constructor(index: InvertedIndex, context: ReplicaContext) {
    this.index = index;
    this.#context = context;
    this.#running = this.#run();
  }

  /** Messages known to be in the stream and not applied yet. */
  get lag(): number {
    return this.#pendingCount;
  }

  /** Resolves once everything up to a sequence is searchable here. Throws `ReplicationTimeout`. */
  async applied(sequence: number): Promise<void> {
    if (this.index.version >= sequence) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiter = { sequence, resolve };
    this.#waiters.add(waiter);
    const timer = setTimeout(resolve, APPLY_TIMEOUT_MS);
    await promise;
    clearTimeout(timer);
    this.#waiters.delete(waiter);
    if (this.index.version < sequence) throw new RequestError('ReplicationTimeout');
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#messages?.stop();
    for (const { resolve } of this.#waiters) resolve();
    await this.#running;
  }

  /** Follows until closed. What fails is tried again from the position that is durable by then. */
  async #run(): Promise<void> {
    while (!this.#closed) {
      try {
        await this.#follow();
      } catch (error) {
        if (this.#closed) return;
        this.#context.log.error({ err: error, subject: this.#context.subject }, 'following failed');
        await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY_MS));
      }
    }
  }

  async #follow(): Promise<void> {
    const { jetstream, stream, subject, firstSequence } = this.#context;
    const consumer = await jetstream.consumers.get(stream, {
      filter_subjects: subject,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: Math.max(this.index.version, firstSequence) + 1,
    });
    this.#messages = await consumer.consume({ max_messages: MESSAGES_PER_COMMIT_MAX });
    if (this.#closed) this.#messages.stop();
    const batch = new ChangeBatch();
    let count = 0;
    for await (const message of this.#messages) {
      this.#gather(message, batch);
      count += 1;
      this.#pendingCount = message.info.pending + count;
      const isFull = count >= MESSAGES_PER_COMMIT_MAX || batch.hashes.size >= HASHES_PER_COMMIT_MAX;
      if (message.info.pending > 0 && !isFull) continue;
      await this.#apply(batch, message.seq);
      this.#pendingCount = message.info.pending;
      batch.clear();
      count = 0;
    }
  }

  /** Adds a message's changes. One that makes no sense is the same on every node, and skipped by all. */
  #gather(message: JsMsg, batch: ChangeBatch): void {
    const mark = batch.mark();
    try {
      const reader = new MsgpackReader(message.data);
      readChanges(reader, batch);
      reader.end();
    } catch (error) {
      batch.rollBack(mark);
      const { log, subject } = this.#context;
      log.error({ err: error, subject, sequence: message.seq }, 'message skipped');
    }
  }

  async #apply(batch: ChangeBatch, sequence: number): Promise<void> {
    await this.index.roomForWrites();
    await this.index.commit(prepareCommit(batch), { version: sequence });
    for (const waiter of this.#waiters) if (waiter.sequence <= sequence) waiter.resolve();
  }
}
