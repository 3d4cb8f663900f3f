/**
 * What the engine says and hears over HTTP: request and response shapes (JSON spelling) and the
 * short MessagePack key of every field. Types and small constants only, so that clients may import
 * it. The source is fpindex.md section 2.2; `exact`, `explain` and `truncated` are ours.
 *
 * In MessagePack a key is the first letter of the field's name. Where two names of ours would share
 * a letter, the map below gives the other one a letter of its own.
 */

export const JSON_TYPE = 'application/json';
export const MSGPACK_TYPE = 'application/vnd.msgpack';

/** Bodies above this are refused with 413; the same bound as upstream's. */
export const BODY_SIZE_BYTES_MAX = 16 * 1024 * 1024;
export const SEARCH_LIMIT_DEFAULT = 40;
export const SEARCH_LIMIT_MAX = 100;
export const SEARCH_TIMEOUT_MS_DEFAULT = 500;
export const SEARCH_TIMEOUT_MS_MAX = 10_000;
export const SCORE_PCT_DEFAULT = 10;

export interface SearchRequest {
  query: readonly number[] | Uint32Array;
  /** Milliseconds; 0 means no limit. */
  timeout?: number;
  limit?: number;
  min_score?: number;
  score_pct?: number;
  /** No work budget: exactly what brute force would answer. */
  exact?: boolean;
  /** Adds `explain` to the response. */
  explain?: boolean;
}

export interface SearchResult {
  id: number;
  score: number;
}

export interface SearchResponse {
  results: SearchResult[];
  /** True when the work budget ended the search early: scores are right, a document may be missing. */
  truncated?: boolean;
  explain?: SegmentExplanation[];
}

/** How one segment was searched. */
export interface SegmentExplanation {
  segment: string;
  postings: number;
  microseconds: number;
  lists_counted: number;
  lists_deferred: number;
  lists_skipped: number;
  postings_counted: number;
  candidates_verified: number;
  truncated: boolean;
}

export type Change =
  | { insert: { id: number; hashes: readonly number[] | Uint32Array } }
  | { delete: { id: number } }
  | { set_metadata: { entries: readonly { key: string; value: string }[] } };

export interface UpdateRequest {
  changes: readonly Change[];
  metadata?: Readonly<Record<string, string>>;
  expected_version?: number;
}

export interface UpdateResponse {
  version: number;
}

export interface CreateIndexRequest {
  expect_does_not_exist?: boolean;
  generation?: number;
  /** How its files are packed; as the engine was started with if absent. An index keeps its own. */
  codec?: 'ef' | 'streamvbyte';
}

export interface CreateIndexResponse {
  version: number;
  ready: boolean;
  generation: number;
}

/** `POST /:index/_replace`: this index becomes what `source` is, and `source` is gone. Ours. */
export interface ReplaceIndexRequest {
  source: string;
}

export interface DeleteIndexRequest {
  expect_exists?: boolean;
}

export interface DeleteIndexResponse {
  deleted: boolean;
}

export interface IndexStats {
  min_doc_id: number;
  max_doc_id: number;
  num_segments: number;
  num_docs: number;
}

export interface IndexInfoResponse {
  version: number;
  metadata: Record<string, string>;
  stats: IndexStats;
}

export interface IndexStatusResponse {
  generation: number;
  version: number;
  file_version: number;
  /** Messages not yet applied; only in a cluster. */
  lag?: number;
}

export interface DocumentRequest {
  hashes: readonly number[] | Uint32Array;
}

export interface DocumentResponse {
  version: number;
}

/** The answer to `_bulk`, once everything sent is durable. */
export interface BulkResponse {
  version: number;
  chunks: number;
  changes: number;
}

export interface ErrorResponse {
  error: string;
}

/** JSON name → MessagePack key, per request. Reading compares the first letter only. */
export const REQUEST_KEYS = {
  search: {
    query: 'q',
    timeout: 't',
    limit: 'l',
    min_score: 'm',
    score_pct: 's',
    exact: 'x',
    explain: 'e',
  },
  update: { changes: 'c', metadata: 'm', expected_version: 'e' },
  change: { insert: 'i', delete: 'd', set_metadata: 's' },
  insert: { id: 'i', hashes: 'h' },
  delete: { id: 'i' },
  setMetadata: { entries: 'e' },
  metadataEntry: { key: 'k', value: 'v' },
  createIndex: { expect_does_not_exist: 'e', generation: 'g', codec: 'c' },
  deleteIndex: { expect_exists: 'e' },
  replaceIndex: { source: 's' },
  document: { hashes: 'h' },
} as const satisfies {
  search: Record<keyof SearchRequest, string>;
  update: Record<keyof UpdateRequest, string>;
  createIndex: Record<keyof CreateIndexRequest, string>;
  deleteIndex: Record<keyof DeleteIndexRequest, string>;
  replaceIndex: Record<keyof ReplaceIndexRequest, string>;
  document: Record<keyof DocumentRequest, string>;
} & Record<string, Record<string, string>>;

/** JSON name → MessagePack key, per response. `stats` and `explain` keep their long names inside. */
export const RESPONSE_KEYS = {
  search: { results: 'r', truncated: 't', explain: 'e' },
  result: { id: 'i', score: 's' },
  update: { version: 'v' },
  createIndex: { version: 'v', ready: 'r', generation: 'g' },
  deleteIndex: { deleted: 'd' },
  indexInfo: { version: 'v', metadata: 'm', stats: 's' },
  indexStatus: { generation: 'g', version: 'v', file_version: 'f', lag: 'l' },
  document: { version: 'v' },
  bulk: { version: 'v', chunks: 'c', changes: 'n' },
  error: { error: 'e' },
} as const;
