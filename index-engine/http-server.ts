import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Logger } from 'pino';
import { BODY_SIZE_BYTES_MAX } from './contract.ts';
import { CorruptionError, type ErrorName, RequestError } from './errors.ts';
import { type Call, dispatch, dispatchStream, type RouteContext } from './routes.ts';
import { requestFormat, responseFormat } from './wire/negotiation.ts';
import { errorReply, type Reply } from './wire/responses.ts';

const STATUSES = {
  BadRequest: 400,
  InvalidIndexName: 400,
  InvalidFingerprintId: 400,
  GenerationNotAllowed: 400,
  NotFound: 404,
  IndexNotFound: 404,
  FingerprintNotFound: 404,
  RequestTimeout: 408,
  VersionMismatch: 409,
  IndexAlreadyExists: 409,
  OlderIndexAlreadyExists: 409,
  NewerIndexAlreadyExists: 409,
  BodyTooBig: 413,
  UnsupportedMediaType: 415,
  Internal: 500,
  IndexCorrupted: 500,
  WriteFailed: 500,
  NotImplemented: 501,
  IndexNotReady: 503,
  SearchTimeout: 503,
  ReplicationTimeout: 503,
  Overloaded: 503,
  ShuttingDown: 503,
} as const satisfies Record<ErrorName, number>;

/** What one client, and all clients together, may take. */
export interface HttpLimits {
  /** Bodies of all requests being read or answered; beyond it new bodies are refused with 503. */
  readonly bodiesSizeBytesMax: number;
  readonly connectionCountMax: number;
  /** For a request's headers, for its body, and between the pieces of a bulk load. */
  readonly requestTimeoutMs: number;
  readonly drainTimeoutMs: number;
}

const HTTP_LIMITS: HttpLimits = {
  bodiesSizeBytesMax: 16 * BODY_SIZE_BYTES_MAX,
  connectionCountMax: 4096,
  requestTimeoutMs: 30_000,
  drainTimeoutMs: 10_000,
};

/** Longer than the keep-alive of any client we know, so that the client, not we, drops a connection. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;
/** How long a refused connection may go on sending before it is cut. */
const LINGER_MS = 1000;
const refused = new WeakSet<Duplex>();
const NO_BODY = new Uint8Array(0);

/** The engine's HTTP side: bodies within limits, errors as names, and a stop that lets requests end. */
export class HttpServer {
  readonly #server: Server;
  readonly #context: RouteContext;
  readonly #log: Logger;
  readonly #limits: HttpLimits;
  #bodiesSizeBytes = 0;
  #stopping = false;

  constructor(context: RouteContext, log: Logger, limits: HttpLimits = HTTP_LIMITS) {
    this.#context = context;
    this.#log = log;
    this.#limits = limits;
    this.#server = createServer(
      {
        // A bulk load may take hours; bodies of other requests have a timer of their own.
        requestTimeout: 0,
        headersTimeout: limits.requestTimeoutMs,
        keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
        connectionsCheckingInterval: Math.min(1000, limits.requestTimeoutMs),
      },
      (request, response) => void this.#serve(request, response),
    );
    this.#server.on('clientError', refuseBrokenRequest);
    this.#server.maxConnections = limits.connectionCountMax;
  }

  /** Listens and returns the port. Rejects with the system's error, `EADDRINUSE` for a taken port. */
  listen(port: number, host: string): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#server.once('error', reject);
    this.#server.listen(port, host, () => {
      this.#server.off('error', reject);
      // A TCP server's address is an object, never a pipe's name.
      resolve((this.#server.address() as AddressInfo).port);
    });
    return promise;
  }

  /** Takes no new connections, lets running requests end, then cuts what is left. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeIdleConnections();
    const timer = setTimeout(() => this.#server.closeAllConnections(), this.#limits.drainTimeoutMs);
    await promise;
    clearTimeout(timer);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const { method = 'GET', headers } = request;
    try {
      const stream = dispatchStream(this.#context, { method, path, headers }, () =>
        // What is wrong with a stream is answered on its own connection, which must outlive the reading.
        request.iterator({ destroyOnReturn: false }),
      );
      if (stream) {
        request.setTimeout(this.#limits.requestTimeoutMs, () => request.destroy());
        await this.#send(response, await stream);
      } else {
        await this.#serveWhole(request, response, { method, path, headers });
      }
    } catch (error) {
      await this.#sendError(request, response, error);
    }
  }

  async #serveWhole(
    request: IncomingMessage,
    response: ServerResponse,
    call: Omit<Call, 'body'>,
  ): Promise<void> {
    let heldBytes = 0;
    try {
      const body = await this.#readBody(request, (sizeBytes) => {
        heldBytes += sizeBytes;
        this.#bodiesSizeBytes += sizeBytes;
        return this.#bodiesSizeBytes <= this.#limits.bodiesSizeBytesMax;
      });
      await this.#send(response, await dispatch(this.#context, { ...call, body }));
    } finally {
      this.#bodiesSizeBytes -= heldBytes;
    }
  }

  /** Collects the body; `hold` accounts for each piece and says whether there is room for it. */
  #readBody(request: IncomingMessage, hold: (sizeBytes: number) => boolean): Promise<Uint8Array> {
    const announced = Number(request.headers['content-length'] ?? 0);
    if (announced > BODY_SIZE_BYTES_MAX) return Promise.reject(new RequestError('BodyTooBig'));
    if (announced === 0 && request.headers['transfer-encoding'] === undefined) {
      return Promise.resolve(NO_BODY);
    }
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    const pieces: Buffer[] = [];
    let sizeBytes = 0;
    const timer = setTimeout(
      () => reject(new RequestError('RequestTimeout')),
      this.#limits.requestTimeoutMs,
    );
    request.on('data', (piece: Buffer) => {
      sizeBytes += piece.length;
      if (sizeBytes > BODY_SIZE_BYTES_MAX) reject(new RequestError('BodyTooBig'));
      else if (!hold(piece.length))
        reject(new RequestError('Overloaded', 'too many bodies at once'));
      else pieces.push(piece);
    });
    request.once('end', () => {
      resolve(pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces, sizeBytes));
    });
    request.once('error', (cause) => reject(new RequestError('BadRequest', 'aborted', { cause })));
    request.once('close', () => reject(new RequestError('BadRequest', 'aborted')));
    return promise.finally(() => clearTimeout(timer));
  }

  /** A connection that could be used again would keep a stop waiting. */
  #send(response: ServerResponse, reply: Reply): Promise<void> {
    if (this.#stopping) response.setHeader('connection', 'close');
    return send(response, reply);
  }

  async #sendError(
    request: IncomingMessage,
    response: ServerResponse,
    error: unknown,
  ): Promise<void> {
    const name = nameOf(error);
    const status = STATUSES[name];
    if (status >= 500) this.#log.error({ err: error, url: request.url }, 'request failed');
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    if (!request.complete) {
      response.setHeader('connection', 'close');
      // Who is too slow to send is not waited for.
      if (name !== 'RequestTimeout') await discardRest(request, this.#limits.requestTimeoutMs);
    }
    const hasBody = request.headers['content-length'] !== '0';
    const format = responseFormat(request.headers, requestFormat(request.headers, hasBody));
    await this.#send(response, errorReply(status, format, { error: name }));
  }
}

function nameOf(error: unknown): ErrorName {
  if (error instanceof RequestError) return error.errorName;
  return error instanceof CorruptionError ? 'IndexCorrupted' : 'Internal';
}

/**
 * Throws away what still comes of a body, within reason: most clients read the answer only after they
 * have sent everything, and one that is cut off while sending never sees it.
 */
function discardRest(request: IncomingMessage, timeoutMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, timeoutMs);
  let discardedBytes = 0;
  request.removeAllListeners('data');
  request.on('data', (piece: Buffer) => {
    discardedBytes += piece.length;
    if (discardedBytes > 4 * BODY_SIZE_BYTES_MAX) resolve();
  });
  request.once('end', resolve);
  request.once('close', resolve);
  request.resume();
  return promise.finally(() => clearTimeout(timer));
}

/** Answers what is not HTTP, or is too much of it, and closes in a way that lets the answer arrive. */
function refuseBrokenRequest(error: Error & { code?: string }, socket: Duplex): void {
  if (!socket.writable || refused.has(socket)) return;
  refused.add(socket);
  const isTooLong = error.code === 'HPE_HEADER_OVERFLOW';
  const isTooSlow = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const status = isTooLong ? '431 Request Header Fields Too Large' : '400 Bad Request';
  const line = isTooSlow ? '408 Request Timeout' : status;
  socket.end(`HTTP/1.1 ${line}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

async function send(response: ServerResponse, reply: Reply): Promise<void> {
  if (reply.stream) {
    response.writeHead(reply.status, { 'content-type': reply.type });
    await pipeline(Readable.from(reply.stream), response);
    return;
  }
  const { body = '' } = reply;
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  response.writeHead(reply.status, {
    ...(reply.type !== undefined && { 'content-type': reply.type }),
    'content-length': length,
  });
  response.end(body);
}
