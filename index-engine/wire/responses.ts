import { Packr } from 'msgpackr';
import {
  type BulkResponse,
  type CreateIndexResponse,
  type DeleteIndexResponse,
  type DocumentResponse,
  type ErrorResponse,
  type IndexInfoResponse,
  type IndexStatusResponse,
  MSGPACK_TYPE,
  RESPONSE_KEYS,
  type SearchResponse,
  type UpdateResponse,
} from '../contract.ts';
import type { Format } from './negotiation.ts';

// Plain maps with the shortest size prefix: what any MessagePack library reads.
const packr = new Packr({ useRecords: false, variableMapSize: true });

export interface Reply {
  readonly status: number;
  readonly type?: string;
  readonly body?: Uint8Array | string;
  /** Sent piece by piece in place of a body. */
  readonly stream?: AsyncIterable<Uint8Array>;
}

/** A value with long names, as JSON or with short keys as MessagePack. */
function reply(
  status: number,
  format: Format,
  value: object,
  keys: Readonly<Record<string, string>>,
): Reply {
  if (format === 'json') {
    return { status, type: 'application/json; charset=UTF-8', body: JSON.stringify(value) };
  }
  return { status, type: MSGPACK_TYPE, body: packr.pack(shorten(value, keys)) };
}

export const emptyReply = (format: Format): Reply => reply(200, format, {}, {});

export function searchReply(format: Format, response: SearchResponse): Reply {
  if (format === 'json') return reply(200, format, response, {});
  const short = response.results.map(({ id, score }) => ({ i: id, s: score }));
  return reply(200, format, { ...response, results: short }, RESPONSE_KEYS.search);
}

export const updateReply = (format: Format, response: UpdateResponse): Reply =>
  reply(200, format, response, RESPONSE_KEYS.update);

export const createIndexReply = (format: Format, response: CreateIndexResponse): Reply =>
  reply(200, format, response, RESPONSE_KEYS.createIndex);

export const deleteIndexReply = (format: Format, response: DeleteIndexResponse): Reply =>
  reply(200, format, response, RESPONSE_KEYS.deleteIndex);

export const indexInfoReply = (format: Format, response: IndexInfoResponse): Reply =>
  reply(200, format, response, RESPONSE_KEYS.indexInfo);

export const indexStatusReply = (format: Format, response: IndexStatusResponse): Reply =>
  reply(200, format, response, RESPONSE_KEYS.indexStatus);

export const bulkReply = (format: Format, response: BulkResponse): Reply =>
  reply(200, format, response, RESPONSE_KEYS.bulk);

export const documentReply = (format: Format, response: DocumentResponse): Reply =>
  reply(200, format, response, RESPONSE_KEYS.document);

export const errorReply = (status: number, format: Format, response: ErrorResponse): Reply =>
  reply(status, format, response, RESPONSE_KEYS.error);

export const textReply = (status: number, body: string): Reply => ({
  status,
  type: 'text/plain; charset=UTF-8',
  body,
});

/** Renames the outermost keys; what lies deeper is already as it should be. */
function shorten(value: object, keys: Readonly<Record<string, string>>): object {
  const short: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value)) {
    if (field !== undefined) short[keys[name] ?? name] = field;
  }
  return short;
}
