import { StatsD } from 'hot-shots';
import type { Settings } from './config/settings.ts';
import type { Log } from './log.ts';

/** What fits a datagram that no common network splits. */
const DATAGRAM_BYTES_MAX = 1432;
const FLUSH_EVERY_MS = 1000;

/** Tags of an event, in the order they are sent in. */
export type StatsdTags = Readonly<Record<string, string>>;

export interface StatsdOptions {
  readonly host: string;
  readonly port: number;
  /** Put before every name, with a dot between. */
  readonly prefix?: string | undefined;
}

/**
 * Sends events to StatsD over UDP in upstream's spelling, `name,tag=value:1|c`, a second's worth at
 * a time. Nobody learns whether they arrive: a failure is logged, the first time only, and whoever
 * counted goes on.
 */
export class Statsd implements AsyncDisposable {
  readonly #client: StatsD;
  readonly #log: Log;
  #hasFailed = false;

  constructor({ host, port, prefix }: StatsdOptions, log: Log) {
    this.#log = log;
    this.#client = new StatsD({
      host,
      port,
      ...(prefix !== undefined && { prefix }),
      telegraf: true,
      cacheDns: true,
      maxBufferSize: DATAGRAM_BYTES_MAX,
      bufferFlushInterval: FLUSH_EVERY_MS,
      // Else variables of another product's agent would add tags and reroute.
      includeDataDogTags: false,
      errorHandler: (error) => this.#fail(error),
    });
  }

  /** Adds to a counter. */
  count(name: string, value: number, tags: StatsdTags = {}): void {
    this.#client.increment(name, value, { ...tags });
  }

  /** Says what a value is now. */
  gauge(name: string, value: number): void {
    this.#client.gauge(name, value);
  }

  /** Tells how long something took. */
  time(name: string, seconds: number, tags: StatsdTags = {}): void {
    this.#client.timing(name, Math.round(seconds * 1e6) / 1e3, { ...tags });
  }

  /** Sends what is left and closes the socket. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = Promise.withResolvers<void>();
    this.#client.close((error) => {
      if (error) this.#fail(error);
      closed.resolve();
    });
    await closed.promise;
  }

  #fail(error: Error): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#log.warn({ err: error }, 'statsd not reached, will not be said again');
  }
}

/** The StatsD of the configuration; without a host there is none and no socket is opened. */
export function openStatsd(settings: Settings, log: Log): Statsd | undefined {
  const host = settings['statsd.host'];
  if (host === undefined) return undefined;
  return new Statsd(
    { host, port: settings['statsd.port'], prefix: settings['statsd.prefix'] },
    log,
  );
}
