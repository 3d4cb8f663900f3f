/**
 * A node of a cluster over NATS JetStream. The order of the updates stream is the truth; every node
 * applies it to its own data and answers reads from there. A write is published, and acknowledged
 * when it is applied here. See subjects.ts for streams and messages.
 */
import {
  type ConsumerMessages,
  DeliverPolicy,
  DiscardPolicy,
  jetstream,
  type JetStreamClient,
  type JetStreamManager,
  jetstreamManager,
  JetStreamApiError,
  type StoredMsg,
} from '@nats-io/jetstream';
import { connect, type ConnectionOptions, type NatsConnection } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import type { CreateIndexRequest, CreateIndexResponse } from '../contract.ts';
import type { Engine } from '../engine.ts';
import { RequestError } from '../errors.ts';
import { isIndexName } from '../file-names.ts';
import type { PreparedCommit } from '../memory-segment.ts';
import type { Writes } from '../writes.ts';
import { askNodes, findDonors, installFromPeer } from './bootstrap.ts';
import { Replica } from './replica.ts';
import { floorOf, forget, safeFloor, trim, type TrimmedStream } from './trimming.ts';
import {
  indexOf,
  type MetaMessage,
  type PeerStatus,
  type Subjects,
  subjectsOf,
} from './subjects.ts';

const META_TIMEOUT_MS = 30_000;
const DONOR_RETRY_MS = 1000;
/** JetStream's "wrong last sequence". */
const WRONG_LAST_SEQUENCE = 10_071;

export interface ClusterOptions {
  readonly name: string;
  /** A lone user name in it is a token. */
  readonly natsUrl: string;
  /** Where peers reach this node's HTTP. */
  readonly ownUrl: string;
  /** How often the stream is looked through for what all nodes have; 0 for never. */
  readonly trimIntervalMs: number;
}

export class Cluster implements Writes {
  readonly #engine: Engine;
  readonly #log: Logger;
  readonly #options: ClusterOptions;
  readonly #subjects: Subjects;
  readonly #connection: NatsConnection;
  readonly #jetstream: JetStreamClient;
  readonly #manager: JetStreamManager;
  readonly #replicas = new Map<string, Replica>();
  readonly #metaWaiters = new Set<() => void>();
  #metaSequence = 0;
  #metaMessages: ConsumerMessages | undefined;
  #trimTimer: NodeJS.Timeout | undefined;
  #closed = false;

  /** Connects, sees to the streams and starts following. Rejects when NATS cannot be reached. */
  static async join(engine: Engine, options: ClusterOptions, log: Logger): Promise<Cluster> {
    const connection = await connect(connectionOptions(options.natsUrl));
    const manager = await jetstreamManager(connection);
    const cluster = new Cluster(engine, options, log, { connection, manager });
    await cluster.#ensureStreams();
    cluster.#answerStatus();
    cluster.#trimSoon();
    cluster.#followMeta().catch((error: unknown) => {
      if (!cluster.#closed) log.fatal({ err: error }, 'following the meta stream failed');
    });
    return cluster;
  }

  private constructor(
    engine: Engine,
    options: ClusterOptions,
    log: Logger,
    nats: { connection: NatsConnection; manager: JetStreamManager },
  ) {
    this.#engine = engine;
    this.#log = log;
    this.#options = options;
    this.#subjects = subjectsOf(options.name);
    this.#connection = nats.connection;
    this.#manager = nats.manager;
    this.#jetstream = jetstream(nats.connection);
  }

  async createIndex(name: string, request: CreateIndexRequest): Promise<CreateIndexResponse> {
    if (!isIndexName(name)) throw new RequestError('InvalidIndexName');
    if (request.generation !== undefined) throw new RequestError('GenerationNotAllowed');
    const last = await this.#lastMeta(name);
    if (last && 'create' in last.message) {
      if (request.expect_does_not_exist) throw new RequestError('IndexAlreadyExists');
      return this.#created(name, last.sequence);
    }
    const { state } = await this.#manager.streams.info(this.#subjects.updatesStream);
    const { codec } = request;
    const created = { first_sequence: state.last_seq, ...(codec && { codec }) };
    const message: MetaMessage = { create: created };
    const sequence = await this.#publishMeta(name, message, last?.sequence ?? 0);
    // Somebody else was quicker: what they made is what there is.
    return sequence === undefined ? this.createIndex(name, request) : this.#created(name, sequence);
  }

  async deleteIndex(name: string, expectExists: boolean): Promise<boolean> {
    if (!isIndexName(name)) throw new RequestError('InvalidIndexName');
    const last = await this.#lastMeta(name);
    if (!last || 'delete' in last.message) {
      if (expectExists) throw new RequestError('IndexNotFound');
      return false;
    }
    const sequence = await this.#publishMeta(name, { delete: {} }, last.sequence);
    if (sequence === undefined) return this.deleteIndex(name, expectExists);
    await this.#metaApplied(sequence);
    return true;
  }

  /** The other nodes follow a log of changes, and this is none. */
  replaceIndex(): Promise<CreateIndexResponse> {
    return Promise.reject(new RequestError('NotImplemented', 'an index of a cluster'));
  }

  async update(
    name: string,
    prepared: PreparedCommit,
    expectedVersion: number | undefined,
  ): Promise<number> {
    const replica = this.#replicaOf(name);
    const subject = this.#subjects.updates(name, replica.index.generation);
    const expect =
      expectedVersion === undefined ? {} : { expect: { lastSubjectSequence: expectedVersion } };
    if (prepared.changes.length > (this.#connection.info?.max_payload ?? Infinity)) {
      throw new RequestError('BodyTooBig', 'the update is bigger than a NATS message may be');
    }
    const sequence = await this.#publish(subject, prepared.changes, expect);
    if (sequence === undefined) throw new RequestError('VersionMismatch');
    await replica.applied(sequence);
    return sequence;
  }

  lagOf(name: string): number | undefined {
    return this.#replicas.get(name)?.lag;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#trimTimer);
    this.#metaMessages?.stop();
    for (const replica of this.#replicas.values()) await replica.close();
    await this.#connection.drain();
  }

  #replicaOf(name: string): Replica {
    const replica = this.#replicas.get(name);
    if (replica) return replica;
    this.#engine.getIndex(name);
    throw new RequestError('IndexNotReady');
  }

  async #ensureStreams(): Promise<void> {
    const { metaStream, allMeta, allFloors, updatesStream, allUpdates } = this.#subjects;
    const discard = DiscardPolicy.New;
    const streams = [
      { name: metaStream, subjects: [allMeta, allFloors], max_msgs_per_subject: 1 },
      { name: updatesStream, subjects: [allUpdates], discard },
    ];
    for (const stream of streams) {
      try {
        const { config } = await this.#manager.streams.info(stream.name);
        // Made by an older node.
        if (config.subjects.length < stream.subjects.length) {
          await this.#manager.streams.update(stream.name, { subjects: stream.subjects });
        }
      } catch (error) {
        if (!(error instanceof JetStreamApiError)) throw error;
        // Another node may be doing the same; the same configuration twice is no error.
        await this.#manager.streams.add(stream);
      }
    }
  }

  async #lastMeta(name: string): Promise<{ message: MetaMessage; sequence: number } | undefined> {
    const { metaStream } = this.#subjects;
    const query = { last_by_subj: this.#subjects.meta(name) };
    const stored: StoredMsg | null = await this.#manager.streams.getMessage(metaStream, query);
    return stored ? { message: stored.json<MetaMessage>(), sequence: stored.seq } : undefined;
  }

  #publishMeta(name: string, message: MetaMessage, last: number): Promise<number | undefined> {
    const payload = Buffer.from(JSON.stringify(message));
    const expect = { expect: { lastSubjectSequence: last } };
    return this.#publish(this.#subjects.meta(name), payload, expect);
  }

  /** The message's sequence; undefined if the expectation was wrong. */
  async #publish(
    subject: string,
    payload: Uint8Array,
    options: { expect?: { lastSubjectSequence: number } },
  ): Promise<number | undefined> {
    try {
      return (await this.#jetstream.publish(subject, payload, options)).seq;
    } catch (cause) {
      if (cause instanceof JetStreamApiError && cause.code === WRONG_LAST_SEQUENCE)
        return undefined;
      throw new RequestError('ReplicationTimeout', 'the stream did not take the message', {
        cause,
      });
    }
  }

  async #created(name: string, generation: number): Promise<CreateIndexResponse> {
    await this.#metaApplied(generation);
    return { version: this.#engine.getIndex(name).version, ready: true, generation };
  }

  async #metaApplied(sequence: number): Promise<void> {
    const deadlineMs = performance.now() + META_TIMEOUT_MS;
    while (this.#metaSequence < sequence) {
      const leftMs = deadlineMs - performance.now();
      if (leftMs <= 0) throw new RequestError('ReplicationTimeout');
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#metaWaiters.add(resolve);
      const timer = setTimeout(resolve, leftMs);
      await promise;
      clearTimeout(timer);
      this.#metaWaiters.delete(resolve);
    }
  }

  async #followMeta(): Promise<void> {
    const consumer = await this.#jetstream.consumers.get(this.#subjects.metaStream, {
      filter_subjects: this.#subjects.allMeta,
      deliver_policy: DeliverPolicy.LastPerSubject,
    });
    this.#metaMessages = await consumer.consume();
    for await (const message of this.#metaMessages) {
      const name = indexOf(message.subject);
      try {
        await this.#applyMeta(name, message.json<MetaMessage>(), message.seq);
      } catch (error) {
        // One bad index does not stop the others.
        this.#log.error({ err: error, index: name }, 'an index was not created or deleted');
      }
      this.#metaSequence = message.seq;
      for (const resolve of this.#metaWaiters) resolve();
    }
  }

  async #applyMeta(name: string, message: MetaMessage, sequence: number): Promise<void> {
    const local = this.#engine.indexes.get(name);
    if (local && local.generation !== sequence) {
      await this.#stopReplica(name);
      await this.#engine.deleteIndex(name, false);
      await forget(this.#stream, name, local.generation);
    }
    if ('delete' in message) return;
    // Marked before it exists: an index that has yet to be filled is at no time searched.
    this.#engine.loading.add(name);
    const { first_sequence: first, codec } = message.create;
    await this.#engine.createIndex(name, { generation: sequence, ...(codec && { codec }) });
    if (await this.#reachesBack(name, first)) {
      this.#follow(name, first);
      return;
    }
    this.#log.warn({ index: name }, 'the stream was trimmed; looking for a peer');
    // In the background: one index that waits for a donor does not keep the others waiting.
    this.#fill(name, first).catch((error: unknown) => {
      this.#log.error({ err: error, index: name }, 'an index was not filled');
    });
  }

  /** Copies peers until the stream has everything that is still missing, then follows it. */
  async #fill(name: string, firstSequence: number): Promise<void> {
    const { generation } = this.#engine.getIndex(name);
    const isWanted = (): boolean =>
      !this.#closed && this.#engine.indexes.get(name)?.generation === generation;
    while (isWanted()) {
      const { version } = this.#engine.getIndex(name);
      if (await this.#reachesBack(name, firstSequence)) break;
      const subject = this.#subjects.status(name);
      const donors = await findDonors(this.#connection, subject, { generation, version });
      if (await installFromPeer(this.#engine, name, donors, this.#log)) continue;
      // Nobody is further on. With data of its own, a node that was last to stop goes on from there.
      if (version > 0 && donors.length === 0) break;
      await new Promise((resolve) => setTimeout(resolve, DONOR_RETRY_MS));
    }
    if (isWanted()) this.#follow(name, firstSequence);
  }

  #follow(name: string, firstSequence: number): void {
    const index = this.#engine.getIndex(name);
    const context = {
      jetstream: this.#jetstream,
      stream: this.#subjects.updatesStream,
      subject: this.#subjects.updates(name, index.generation),
      firstSequence,
      log: this.#log,
    };
    this.#replicas.set(name, new Replica(index, context));
    this.#engine.loading.delete(name);
  }

  /** Whether the stream still has everything that an index lacks. */
  async #reachesBack(name: string, firstSequence: number): Promise<boolean> {
    const { version, generation } = this.#engine.getIndex(name);
    const next = Math.max(version, firstSequence) + 1;
    const { state } = await this.#manager.streams.info(this.#subjects.updatesStream);
    const floor = await floorOf(this.#manager, this.#subjects, name, generation);
    return Math.max(state.first_seq, floor) <= next;
  }

  get #stream(): TrimmedStream {
    return { jetstream: this.#jetstream, manager: this.#manager, subjects: this.#subjects };
  }

  #trimSoon(): void {
    const { trimIntervalMs } = this.#options;
    if (trimIntervalMs === 0 || this.#closed) return;
    this.#trimTimer = setTimeout(() => {
      this.#trimAll()
        .catch((error: unknown) => this.#log.warn({ err: error }, 'the stream was not trimmed'))
        .finally(() => this.#trimSoon());
    }, trimIntervalMs).unref();
  }

  async #trimAll(): Promise<void> {
    for (const [name, { index }] of this.#replicas) {
      const { generation } = index;
      const answers = await askNodes(this.#connection, this.#subjects.status(name));
      const floor = safeFloor(answers, generation);
      if (floor > 0 && (await trim(this.#stream, name, { generation, floor }))) {
        this.#log.info({ index: name, floor }, 'stream trimmed');
      }
    }
  }

  async #stopReplica(name: string): Promise<void> {
    await this.#replicas.get(name)?.close();
    this.#replicas.delete(name);
    this.#engine.loading.delete(name);
  }

  #answerStatus(): void {
    this.#connection.subscribe(this.#subjects.allStatus, {
      callback: (error, request) => {
        if (error) return;
        const index = this.#engine.indexes.get(indexOf(request.subject));
        if (!index) return;
        const { generation, version, fileVersion } = index;
        const { ownUrl: url } = this.#options;
        const status: PeerStatus = { url, generation, version, file_version: fileVersion };
        request.respond(JSON.stringify(status));
      },
    });
  }
}

/** `nats://token@host:port` or `nats://user:password@host:port`. */
function connectionOptions(natsUrl: string): ConnectionOptions {
  const url = new URL(natsUrl);
  const options: ConnectionOptions = {
    servers: `${url.protocol}//${url.host}`,
    maxReconnectAttempts: -1,
  };
  if (url.password !== '') {
    options.user = decodeURIComponent(url.username);
    options.pass = decodeURIComponent(url.password);
  } else if (url.username !== '') {
    options.token = decodeURIComponent(url.username);
  }
  return options;
}
