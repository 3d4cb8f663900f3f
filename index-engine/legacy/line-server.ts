import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Logger } from 'pino';
import type { Engine } from '../engine.ts';
import { prepareCommit } from '../memory-segment.ts';
import type { Writes } from '../writes.ts';
import { LineSession } from './line-session.ts';

/** The one index the protocol knows. */
const INDEX = 'main';
const LINE_SIZE_BYTES_MAX = 256 * 1024;
/** Lines a client may send ahead of their answers before it is read no further. */
const LINES_AHEAD_MAX = 256;
const CONNECTION_COUNT_MAX = 1024;
const NEWLINE = 0x0a;

/** `writes` is looked up at each use: a cluster is joined after the server is made. */
export interface LineContext {
  readonly engine: Engine;
  readonly writes: Writes;
}

/** The TCP side of the legacy protocol: lines in, one reply line each, in order. */
export class LineServer {
  readonly #context: LineContext;
  readonly #log: Logger;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(context: LineContext, log: Logger) {
    this.#context = context;
    this.#log = log;
    this.#server = createServer((socket) => this.#serve(socket));
    this.#server.maxConnections = CONNECTION_COUNT_MAX;
  }

  /** Creates the index if needed and listens; returns the port. */
  async listen(port: number, host: string): Promise<number> {
    await this.#context.writes.createIndex(INDEX, {});
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#server.once('error', reject);
    this.#server.listen(port, host, () => {
      this.#server.off('error', reject);
      // A TCP server's address is an object, never a pipe's name.
      resolve((this.#server.address() as AddressInfo).port);
    });
    return promise;
  }

  /** Closes every connection after the answer it is waiting for. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroySoon();
    await closed;
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    const session = new LineSession({
      index: () => this.#context.engine.getIndex(INDEX),
      commit: (batch) => this.#context.writes.update(INDEX, prepareCommit(batch), undefined),
    });
    const answers = new AnswerQueue(socket, session);
    socket.setNoDelay(true);
    socket.setTimeout(session.idleTimeoutMs);
    socket.on('timeout', () => socket.end('ERR timeout\r\n'));
    socket.on('error', (error) => this.#log.debug({ err: error }, 'line connection failed'));
    socket.on('close', () => this.#sockets.delete(socket));
    let rest: Buffer = Buffer.alloc(0);
    socket.on('data', (data) => {
      rest = rest.length === 0 ? data : Buffer.concat([rest, data]);
      let start = 0;
      for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE, start)) {
        answers.add(rest.toString('latin1', start, end).replace(/\r$/, ''));
        start = end + 1;
      }
      rest = rest.subarray(start);
      if (rest.length > LINE_SIZE_BYTES_MAX) socket.end('ERR line too long\r\n');
    });
  }
}

/** Answers lines one after another, and stops reading from a client that is far ahead. */
class AnswerQueue {
  readonly #socket: Socket;
  readonly #session: LineSession;
  readonly #lines: string[] = [];
  #isRunning = false;

  constructor(socket: Socket, session: LineSession) {
    this.#socket = socket;
    this.#session = session;
  }

  add(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > LINES_AHEAD_MAX) this.#socket.pause();
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let line = this.#lines.shift(); line !== undefined; line = this.#lines.shift()) {
      const { text, closes } = await this.#session.answer(line);
      if (closes) this.#socket.end(`${text}\r\n`);
      if (!this.#socket.writable) break;
      this.#socket.write(`${text}\r\n`);
      this.#socket.setTimeout(this.#session.idleTimeoutMs);
      this.#socket.resume();
    }
    this.#isRunning = false;
  }
}
