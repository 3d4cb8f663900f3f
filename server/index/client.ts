import { Readable } from 'node:stream';
import { Packr, Unpackr } from 'msgpackr';
import { errors, Pool } from 'undici';
import { UnavailableError } from '../errors.ts';

/** A candidate of a search: a fingerprint's id and how many query hashes it shares. */
export interface IndexHit {
  readonly id: number;
  readonly score: number;
}

export type IndexChange =
  | { readonly kind: 'insert'; readonly id: number; readonly hashes: Uint32Array }
  | { readonly kind: 'delete'; readonly id: number };

/** Changes that become one commit, with what the index is to remember with them. */
export interface IndexChunk {
  readonly changes: readonly IndexChange[];
  readonly metadata: Readonly<Record<string, string>>;
}

export interface IndexSearch {
  readonly limit: number;
  readonly minScore: number;
  /** Results below this share of the best score are left out. */
  readonly scorePercent: number;
  readonly timeoutMs: number;
}

export interface IndexInfo {
  readonly version: number;
  readonly metadata: Readonly<Record<string, string>>;
}

/** How the index is doing, beyond what searches and updates need. */
export interface IndexState extends IndexInfo {
  /** Documents and tombstones in its segments. */
  readonly documents: number;
  readonly segments: number;
  /** Counts how often it was made anew. */
  readonly generation: number;
}

/** The engine gave up at the search's own time limit. */
export class SearchTimeoutError extends Error {
  constructor(options?: ErrorOptions) {
    super('the index search ran into its time limit', options);
    this.name = 'SearchTimeoutError';
  }
}

/** The index moved on since its version was read (409): read again, then decide again. */
export class IndexVersionMismatchError extends Error {
  constructor() {
    super('the index has another version than expected');
    this.name = 'IndexVersionMismatchError';
  }
}

interface WireStats {
  readonly num_docs: number;
  readonly num_segments: number;
}

/** The engine refused a request in a way that is our fault or a bug of its own. */
class IndexRequestError extends Error {
  readonly status: number;

  constructor(status: number, name: string) {
    super(`the index engine answered ${status} ${name}`);
    this.name = 'IndexRequestError';
    this.status = status;
  }
}

const CONNECTIONS_MAX = 16;
const CONNECT_TIMEOUT_MS = 1000;
/** Longest wait for an update, which may stand behind others in the group commit. */
const UPDATE_TIMEOUT_MS = 30_000;
const READ_TIMEOUT_MS = 10_000;
/** The engine reads the files of the whole index before it switches. */
const REPLACE_TIMEOUT_MS = 600_000;
/** On top of a search's own limit: the engine answers with an error by then if it lives. */
const SEARCH_GRACE_MS = 500;

const MEDIA_TYPE = 'application/vnd.msgpack';
const packr = new Packr({ useRecords: false });
const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true });

/** Our side of the engine's HTTP API, in MessagePack with short keys (fpindex.md section 2). */
export class IndexClient {
  readonly #url: string;
  readonly #pool: Pool;
  readonly #name: string;
  readonly #path: string;

  constructor(url: string, indexName: string) {
    const { origin } = new URL(url);
    this.#url = url;
    this.#pool = new Pool(origin, {
      connections: CONNECTIONS_MAX,
      connectTimeout: CONNECT_TIMEOUT_MS,
    });
    this.#name = indexName;
    this.#path = `/${encodeURIComponent(indexName)}`;
  }

  /** Another index of the same engine, named after this one; the caller disposes it. */
  beside(suffix: string): IndexClient {
    return new IndexClient(this.#url, this.#name + suffix);
  }

  /** Creates the index if it is not there yet. */
  async ensureIndex(): Promise<void> {
    await this.#request('PUT', '', undefined, READ_TIMEOUT_MS);
  }

  /** Version and metadata of the index; `undefined` when there is none. */
  async findInfo(): Promise<IndexInfo | undefined> {
    try {
      const body = await this.#request('GET', '', undefined, READ_TIMEOUT_MS);
      const { m, v } = body as { v: number; m: Record<string, string> };
      return { version: v, metadata: m };
    } catch (error) {
      if (error instanceof IndexRequestError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** What `findInfo` says, and how the index is made up; `undefined` when there is none. */
  async findState(): Promise<IndexState | undefined> {
    try {
      const [info, status] = await Promise.all([
        this.#request('GET', '', undefined, READ_TIMEOUT_MS),
        this.#request('GET', '/_status', undefined, READ_TIMEOUT_MS),
      ]);
      const { m, s, v } = info as { v: number; m: Record<string, string>; s: WireStats };
      const { g } = status as { g: number };
      const { num_docs: documents, num_segments: segments } = s;
      return { version: v, metadata: m, documents, segments, generation: g };
    } catch (error) {
      if (error instanceof IndexRequestError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Fingerprints that share hashes with the query, most shared first. */
  async search(query: Uint32Array, search: IndexSearch): Promise<IndexHit[]> {
    const { limit, minScore, scorePercent, timeoutMs } = search;
    const body = await this.#request(
      'POST',
      '/_search',
      { q: [...query], l: limit, m: minScore, s: scorePercent, t: timeoutMs },
      timeoutMs + SEARCH_GRACE_MS,
    );
    const { r } = body as { r: { i: number; s: number }[] };
    return r.map(({ i, s }) => ({ id: i, score: s }));
  }

  /**
   * Applies changes and metadata as one commit, durable when this returns. Throws
   * `IndexVersionMismatchError` when the index has moved on from `expectedVersion`.
   */
  async update(
    changes: readonly IndexChange[],
    metadata: Readonly<Record<string, string>>,
    expectedVersion: number,
  ): Promise<number> {
    const body = await this.#request(
      'POST',
      '/_update',
      { c: changes.map(wireChange), m: metadata, e: expectedVersion },
      UPDATE_TIMEOUT_MS,
    );
    return (body as { v: number }).v;
  }

  /**
   * Applies chunks of changes, each one commit with its metadata, while they are made. Durable when
   * this returns; of a load that fails, the metadata says how far it came.
   */
  async load(chunks: AsyncIterable<IndexChunk>): Promise<void> {
    await this.#request('POST', '/_bulk', bulkBody(chunks), 0);
  }

  /** Takes over the contents of another index of the engine, which is gone then. */
  async replaceBy(other: IndexClient): Promise<void> {
    await this.#request('POST', '/_replace', { s: other.#name }, REPLACE_TIMEOUT_MS);
  }

  /** Deletes the index if it is there. */
  async deleteIndex(): Promise<void> {
    await this.#request('DELETE', '', undefined, READ_TIMEOUT_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.destroy();
  }

  async #request(
    method: 'GET' | 'PUT' | 'POST' | 'DELETE',
    path: string,
    body: object | Readable | undefined,
    timeoutMs: number,
  ): Promise<unknown> {
    let status: number;
    let bytes: ArrayBuffer;
    try {
      const response = await this.#pool.request({
        method,
        path: this.#path + path,
        headers: { 'content-type': MEDIA_TYPE, accept: MEDIA_TYPE },
        body: body instanceof Readable ? body : body ? packr.pack(body) : null,
        // Not an AbortSignal: one for each search shows in profiles, the pool's own timers do not.
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      });
      status = response.statusCode;
      bytes = await response.body.arrayBuffer();
    } catch (cause) {
      throw failureOf(cause, path);
    }
    const answer: unknown = bytes.byteLength > 0 ? unpackr.unpack(new Uint8Array(bytes)) : {};
    if (status >= 400) throw refusalOf(status, answer, path);
    return answer;
  }
}

/** Each chunk is an update request inside a MessagePack bin, which tells where it ends. */
function bulkBody(chunks: AsyncIterable<IndexChunk>): Readable {
  const pack = async function* (): AsyncGenerator<Buffer> {
    for await (const { changes, metadata } of chunks) {
      yield packr.pack(packr.pack({ c: changes.map(wireChange), m: metadata }));
    }
  };
  return Readable.from(pack(), { objectMode: false });
}

function wireChange(change: IndexChange): object {
  switch (change.kind) {
    case 'insert':
      return { i: { i: change.id, h: [...change.hashes] } };
    case 'delete':
      return { d: { i: change.id } };
  }
}

function failureOf(cause: unknown, path: string): Error {
  const isTimeout =
    cause instanceof errors.HeadersTimeoutError || cause instanceof errors.BodyTimeoutError;
  if (isTimeout && path === '/_search') return new SearchTimeoutError({ cause });
  return new UnavailableError('index', { cause });
}

function refusalOf(status: number, answer: unknown, path: string): Error {
  const { e = 'Unknown' } = answer as { e?: string };
  if (e === 'SearchTimeout') return new SearchTimeoutError();
  if (e === 'VersionMismatch') return new IndexVersionMismatchError();
  // An index that is not there yet is being built: no match cannot be told from not looked.
  const missing = status === 404 && path === '/_search';
  if (status === 503 || missing) return new UnavailableError('index', { cause: new Error(e) });
  return new IndexRequestError(status, e);
}
