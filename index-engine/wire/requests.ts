import { type Codec, isCodec } from '../block.ts';
import { type ChangeBatch, INSERT_KIND, readChanges } from '../change.ts';
import {
  type CreateIndexRequest,
  type ReplaceIndexRequest,
  REQUEST_KEYS,
  SCORE_PCT_DEFAULT,
  SEARCH_LIMIT_DEFAULT,
  SEARCH_LIMIT_MAX,
  SEARCH_TIMEOUT_MS_DEFAULT,
  SEARCH_TIMEOUT_MS_MAX,
} from '../contract.ts';
import { RequestError } from '../errors.ts';
import type { Search } from '../search.ts';
import { JsonReader } from './json-reader.ts';
import { MsgpackReader } from './msgpack-reader.ts';
import type { Format } from './negotiation.ts';
import { fieldNames, MalformedBody, type U32Sink, type ValueReader } from './value-reader.ts';

const SEARCH = fieldNames(REQUEST_KEYS.search);
const UPDATE = fieldNames(REQUEST_KEYS.update);
const DOCUMENT = fieldNames(REQUEST_KEYS.document);
const CREATE_INDEX = fieldNames(REQUEST_KEYS.createIndex);
const DELETE_INDEX = fieldNames(REQUEST_KEYS.deleteIndex);
const REPLACE_INDEX = fieldNames(REQUEST_KEYS.replaceIndex);

/** Reads a whole body with `read`. Throws RequestError `BadRequest` for anything malformed. */
function decode<T>(body: Uint8Array, format: Format, read: (reader: ValueReader) => T): T {
  try {
    const reader = format === 'json' ? new JsonReader(body) : new MsgpackReader(body);
    const value = read(reader);
    reader.end();
    return value;
  } catch (error) {
    if (!(error instanceof MalformedBody)) throw error;
    throw new RequestError('BadRequest', error.message, { cause: error });
  }
}

/** The deadline counts from now. `query` is only valid until the next call with the same sink. */
export function decodeSearch(body: Uint8Array, format: Format, sink: U32Sink): Search {
  sink.size = 0;
  return decode(body, format, (reader) => {
    let hasQuery = false;
    let timeoutMs = SEARCH_TIMEOUT_MS_DEFAULT;
    let limit = SEARCH_LIMIT_DEFAULT;
    let scoreMin: number | undefined;
    let scorePct = SCORE_PCT_DEFAULT;
    let exact = false;
    let explain = false;
    const fields = [
      () => {
        reader.u32Array(sink);
        hasQuery = true;
      },
      () => (timeoutMs = reader.u32()),
      () => (limit = reader.u32()),
      () => (scoreMin = reader.takeNull() ? undefined : reader.u32()),
      () => (scorePct = reader.u32()),
      () => (exact = reader.boolean()),
      () => (explain = reader.boolean()),
    ];
    reader.fields(SEARCH, (field) => fields[field]?.());
    if (!hasQuery) throw new MalformedBody('query is missing');
    const limitMs = timeoutMs === 0 ? Infinity : Math.min(timeoutMs, SEARCH_TIMEOUT_MS_MAX);
    return {
      query: sink.values.subarray(0, sink.size),
      limit: Math.min(Math.max(limit, 1), SEARCH_LIMIT_MAX),
      scoreMin,
      scorePct: Math.min(scorePct, 100),
      deadlineMs: performance.now() + limitMs,
      exact,
      explain,
    };
  });
}

/** Reads an update into `batch`, metadata folded in as its last change. */
export function decodeUpdate(
  body: Uint8Array,
  format: Format,
  batch: ChangeBatch,
): { expectedVersion: number | undefined } {
  batch.clear();
  return decode(body, format, (reader) => {
    let hasChanges = false;
    let expectedVersion: number | undefined;
    // Kept apart until the end: `metadata` may stand before `changes` and must win over them.
    const metadata: [string, string][] = [];
    reader.fields(UPDATE, (field) => {
      if (field === 0) {
        readChanges(reader, batch);
        hasChanges = true;
      } else if (field === 1) {
        if (!reader.takeNull()) reader.stringMap((key, value) => metadata.push([key, value]));
      } else {
        expectedVersion = reader.takeNull() ? undefined : reader.integer();
      }
    });
    if (!hasChanges) throw new MalformedBody('changes are missing');
    for (const [key, value] of metadata) batch.metadata.set(key, value);
    return { expectedVersion };
  });
}

/** Reads a document's hashes into `batch` as one insert. */
export function decodeDocument(
  body: Uint8Array,
  format: Format,
  id: number,
  batch: ChangeBatch,
): void {
  batch.clear();
  decode(body, format, (reader) => {
    let fields = 0;
    batch.push(INSERT_KIND, id);
    reader.fields(DOCUMENT, () => {
      fields += 1;
      reader.u32Array(batch.hashes);
    });
    if (fields === 0) throw new MalformedBody('hashes are missing');
  });
}

export function decodeCreateIndex(body: Uint8Array, format: Format): CreateIndexRequest {
  const request: CreateIndexRequest = {};
  if (body.length === 0) return request;
  decode(body, format, (reader) => {
    reader.fields(CREATE_INDEX, (field) => {
      if (field === 0) request.expect_does_not_exist = reader.boolean();
      else if (reader.takeNull()) return;
      else if (field === 1) request.generation = reader.integer();
      else request.codec = codecIn(reader.string());
    });
  });
  return request;
}

function codecIn(text: string): Codec {
  if (!isCodec(text)) throw new MalformedBody('codec is ef or streamvbyte');
  return text;
}

export function decodeDeleteIndex(body: Uint8Array, format: Format): { expectExists: boolean } {
  let expectExists = false;
  if (body.length > 0) {
    decode(body, format, (reader) => {
      reader.fields(DELETE_INDEX, () => {
        expectExists = reader.boolean();
      });
    });
  }
  return { expectExists };
}

export function decodeReplaceIndex(body: Uint8Array, format: Format): ReplaceIndexRequest {
  return decode(body, format, (reader) => {
    let source: string | undefined;
    reader.fields(REPLACE_INDEX, () => {
      source = reader.string();
    });
    if (source === undefined) throw new MalformedBody('source is missing');
    return { source };
  });
}
