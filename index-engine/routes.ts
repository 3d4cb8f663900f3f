import type { IncomingHttpHeaders } from 'node:http';
import { ChangeBatch, refuseIdZero } from './change.ts';
import { loadBulk } from './bulk.ts';
import type { Engine } from './engine.ts';
import { RequestError } from './errors.ts';
import { prepareCommit } from './memory-segment.ts';
import type { Metrics } from './metrics.ts';
import { type Format, requestFormat, responseFormat } from './wire/negotiation.ts';
import {
  decodeCreateIndex,
  decodeDeleteIndex,
  decodeDocument,
  decodeReplaceIndex,
  decodeSearch,
} from './wire/requests.ts';
import {
  bulkReply,
  createIndexReply,
  deleteIndexReply,
  documentReply,
  emptyReply,
  indexInfoReply,
  indexStatusReply,
  type Reply,
  searchReply,
  textReply,
  updateReply,
} from './wire/responses.ts';
import type { U32Sink } from './wire/value-reader.ts';
import type { Writes } from './writes.ts';
import type { UpdateBuilder } from './update-builder.ts';

export interface RouteContext {
  readonly engine: Engine;
  readonly metrics: Metrics;
  readonly builder: UpdateBuilder;
  readonly writes: Writes;
}

/** One request, its body read in full. */
export interface Call {
  readonly method: string;
  /** Undecoded path, without the query string. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

interface Arguments {
  readonly index: string;
  /** The document's id as written in the path, or ''. */
  readonly id: string;
  readonly body: Uint8Array;
  /** Throws RequestError `UnsupportedMediaType` when asked for and there is none. */
  readonly bodyFormat: () => Format;
  readonly format: Format;
}

type Handler = (context: RouteContext, args: Arguments) => Reply | Promise<Reply>;

// Filled again by every request that is decoded and used up within one turn of the event loop.
const batch = new ChangeBatch();
const query: U32Sink = { values: new Uint32Array(0), size: 0 };

/** `:index` and `:id` stand for any segment; literal segments win over them. */
const ROUTES: Readonly<Record<string, Handler>> = {
  'GET /_health': () => textReply(200, 'OK\n'),
  'HEAD /_health': () => textReply(200, 'OK\n'),
  'GET /_metrics': scrape,
  'GET /:index/_health': indexHealth,
  'HEAD /:index/_health': indexHealth,
  'PUT /:index': createIndex,
  'DELETE /:index': deleteIndex,
  'GET /:index': indexInfo,
  'HEAD /:index': indexExists,
  'GET /:index/_status': indexStatus,
  'GET /:index/_snapshot': snapshot,
  'GET /:index/_backup': backup,
  'POST /:index/_replace': replaceIndex,
  'POST /:index/_search': search,
  'POST /:index/_update': update,
  'PUT /:index/:id': putDocument,
  'DELETE /:index/:id': deleteDocument,
  'GET /:index/:id': getDocument,
  'HEAD /:index/:id': getDocument,
};

/**
 * Answers a call whose body is worked on while it arrives; undefined for every other call. A bulk
 * load is MessagePack whatever its content type says, and answers as `Accept` asks.
 */
export function dispatchStream(
  { engine, ...context }: RouteContext,
  { method, path, headers }: Omit<Call, 'body'>,
  body: () => AsyncIterable<Buffer>,
): Promise<Reply> | undefined {
  if (method !== 'POST' || !path.endsWith('/_bulk')) return undefined;
  const [index = '', action, ...more] = segmentsOf(path);
  if (action !== '_bulk' || more.length > 0) return undefined;
  const format = responseFormat(headers, 'msgpack');
  const target = { ...context, index: engine.getIndex(index), name: index };
  return loadBulk(target, body()).then((response) => bulkReply(format, response));
}

/** Answers one call. Throws RequestError for everything the caller got wrong. */
export function dispatch(context: RouteContext, call: Call): Reply | Promise<Reply> {
  const [index = '', id = '', ...more] = segmentsOf(call.path);
  const handler = more.length > 0 ? undefined : findRoute(call.method, index, id);
  if (!handler) throw new RequestError('NotFound');
  const requested = requestFormat(call.headers, call.body.length > 0);
  return handler(context, {
    index,
    id,
    body: call.body,
    bodyFormat: () => {
      if (!requested) throw new RequestError('UnsupportedMediaType');
      return requested;
    },
    format: responseFormat(call.headers, requested),
  });
}

function findRoute(method: string, index: string, id: string): Handler | undefined {
  if (index === '') return undefined;
  if (id === '') return ROUTES[`${method} /${index}`] ?? ROUTES[`${method} /:index`];
  return ROUTES[`${method} /:index/${id}`] ?? ROUTES[`${method} /:index/:id`];
}

function segmentsOf(path: string): string[] {
  try {
    return path.slice(1).split('/').map(decodeURIComponent);
  } catch (cause) {
    throw new RequestError('BadRequest', 'the path is not percent-encoded UTF-8', { cause });
  }
}

async function scrape({ engine, metrics }: RouteContext): Promise<Reply> {
  const { type, text } = await metrics.scrape(engine);
  return { status: 200, type, body: text };
}

function indexHealth({ engine }: RouteContext, { index }: Arguments): Reply {
  if (!engine.indexes.has(index)) return { status: 404 };
  return engine.loading.has(index) ? textReply(503, 'LOADING\n') : textReply(200, 'OK\n');
}

async function createIndex({ writes }: RouteContext, args: Arguments): Promise<Reply> {
  const format = args.body.length > 0 ? args.bodyFormat() : 'json';
  const request = decodeCreateIndex(args.body, format);
  return createIndexReply(args.format, await writes.createIndex(args.index, request));
}

async function deleteIndex({ writes, metrics }: RouteContext, args: Arguments): Promise<Reply> {
  const format = args.body.length > 0 ? args.bodyFormat() : 'json';
  const { expectExists } = decodeDeleteIndex(args.body, format);
  const deleted = await writes.deleteIndex(args.index, expectExists);
  if (deleted) metrics.indexDeleted(args.index);
  return deleteIndexReply(args.format, { deleted });
}

async function replaceIndex({ writes, metrics }: RouteContext, args: Arguments): Promise<Reply> {
  const { source } = decodeReplaceIndex(args.body, args.bodyFormat());
  const replaced = await writes.replaceIndex(args.index, source);
  metrics.indexDeleted(source);
  return createIndexReply(args.format, replaced);
}

function indexInfo({ engine }: RouteContext, { index: name, format }: Arguments): Reply {
  const index = engine.getIndex(name);
  return indexInfoReply(format, {
    version: index.version,
    metadata: Object.fromEntries(index.metadata),
    stats: index.stats(),
  });
}

function indexExists({ engine }: RouteContext, { index }: Arguments): Reply {
  engine.getIndex(index);
  return { status: 200 };
}

function indexStatus({ engine, writes }: RouteContext, { index: name, format }: Arguments): Reply {
  const { generation, version, fileVersion } = engine.getIndex(name);
  const lag = writes.lagOf(name);
  const status = { generation, version, file_version: fileVersion };
  return indexStatusReply(format, { ...status, ...(lag !== undefined && { lag }) });
}

/** Upstream's format: what its nodes exchange, and how an index moves from one engine to the other. */
async function snapshot({ engine }: RouteContext, { index }: Arguments): Promise<Reply> {
  const stream = await engine.getIndex(index).snapshot('upstream');
  return { status: 200, type: 'application/octet-stream', stream };
}

/** Our own files, which restore without conversion. */
async function backup({ engine }: RouteContext, { index }: Arguments): Promise<Reply> {
  const stream = await engine.getIndex(index).snapshot('own');
  return { status: 200, type: 'application/octet-stream', stream };
}

async function search({ engine, metrics }: RouteContext, args: Arguments): Promise<Reply> {
  const request = decodeSearch(args.body, args.bodyFormat(), query);
  const index = engine.getIndex(args.index);
  // Loading is not empty: an index that fills up must not answer as if it knew.
  if (engine.loading.has(args.index)) throw new RequestError('IndexNotReady');
  const startedMs = performance.now();
  const { results, truncated, explain, scans } = await index.searchAside(request);
  metrics.searched(args.index, (performance.now() - startedMs) / 1000, results.length > 0);
  metrics.scanned(scans);
  return searchReply(args.format, {
    results,
    ...(truncated && { truncated }),
    ...(request.explain && { explain }),
  });
}

async function update(
  { engine, builder, ...context }: RouteContext,
  args: Arguments,
): Promise<Reply> {
  await engine.indexes.get(args.index)?.roomForWrites();
  const { prepared, expectedVersion } = await builder.prepare(args.body, args.bodyFormat());
  engine.getIndex(args.index);
  const version = await context.writes.update(args.index, prepared, expectedVersion);
  context.metrics.updated(args.index);
  return updateReply(args.format, { version });
}

async function putDocument(context: RouteContext, args: Arguments): Promise<Reply> {
  decodeDocument(args.body, args.bodyFormat(), documentId(args.id), batch);
  return updateOne(context, args);
}

async function deleteDocument(context: RouteContext, args: Arguments): Promise<Reply> {
  batch.clear();
  batch.delete(documentId(args.id));
  return updateOne(context, args);
}

/** Commits the one change in `batch`, which is read before the first await. */
async function updateOne(context: RouteContext, args: Arguments): Promise<Reply> {
  refuseIdZero(batch);
  context.engine.getIndex(args.index);
  await context.writes.update(args.index, prepareCommit(batch), undefined);
  context.metrics.updated(args.index);
  return emptyReply(args.format);
}

function getDocument({ engine }: RouteContext, { index, id, format }: Arguments): Reply {
  const documentIdentity = documentId(id);
  const version = engine.getIndex(index).documentVersion(documentIdentity);
  if (version === undefined) throw new RequestError('FingerprintNotFound');
  return documentReply(format, { version });
}

function documentId(text: string): number {
  const id = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(id <= 0xffff_ffff)) throw new RequestError('BadRequest', 'the id is not a u32');
  return id;
}
