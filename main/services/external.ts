import { connect } from 'node:net';
import { Client } from 'pg';
import type { DatabaseSettings } from '../../server/config/database-settings.ts';
import { ApplianceError, messageOf } from '../errors.ts';
import { readInfo } from './nats.ts';
import { neverExits } from './service.ts';
import type { Service, ServiceName, Started } from './service.ts';

const CHECK_LIMIT_MS = 5000;

/** Throws `ApplianceError` when something that is not ours to start cannot be used. */
export type Check = () => Promise<void>;

/** A part that runs elsewhere by the configuration: it is not started, only checked. */
export class ExternalService implements Service {
  readonly name: ServiceName;
  readonly kind = 'supporting';
  readonly #checks: readonly Check[];

  constructor(name: ServiceName, checks: readonly Check[]) {
    this.name = name;
    this.#checks = checks;
  }

  async start(): Promise<Started> {
    for (const check of this.#checks) await check();
    return { pid: null, exited: neverExits };
  }

  async stop(): Promise<void> {
    // It is not ours to stop.
  }

  kill(): void {
    // Nor to kill.
  }

  lastLines(): readonly string[] {
    return [];
  }
}

/** The same service, started only after what it needs from elsewhere was found usable. */
export function afterChecks(service: Service, checks: readonly Check[]): Service {
  return {
    name: service.name,
    kind: service.kind,
    start: async (signal) => {
      for (const check of checks) await check();
      return await service.start(signal);
    },
    drain: async () => await service.drain?.(),
    stop: async () => await service.stop(),
    kill: () => service.kill(),
    lastLines: () => service.lastLines(),
  };
}

/** Throws `ApplianceError` when a configured database does not answer. */
export async function checkDatabase(section: string, settings: DatabaseSettings): Promise<void> {
  const { database, host, password, port, user } = settings;
  const client = new Client({
    host,
    port,
    user,
    password,
    database,
    connectionTimeoutMillis: CHECK_LIMIT_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
  } catch (cause) {
    throw unreachable(`database ${database} at ${host}:${port}`, section, cause);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Throws `ApplianceError` when nothing speaks NATS at a configured URL. */
export async function checkNats(url: string): Promise<void> {
  const { hostname, port } = new URL(url.includes('://') ? url : `nats://${url}`);
  try {
    await readInfo(hostname, Number(port || 4222));
  } catch (cause) {
    throw unreachable(`NATS at ${hostname}:${port || 4222}`, 'nats', cause);
  }
}

/** Throws `ApplianceError` when no index engine answers at a configured URL. */
export async function checkIndex(url: string): Promise<void> {
  try {
    const response = await fetch(new URL('/_health', url), {
      signal: AbortSignal.timeout(CHECK_LIMIT_MS),
    });
    if (!response.ok) throw new Error(`it answers status ${response.status}`);
  } catch (cause) {
    throw unreachable(`index engine at ${url}`, 'index', cause);
  }
}

/** Throws `ApplianceError` when nothing listens where Redis is configured to be. */
export async function checkRedis(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const connected = Promise.withResolvers<void>();
  const socket = connect({ host: hostname, port: Number(port || 6379) });
  socket.setTimeout(CHECK_LIMIT_MS, () => connected.reject(new Error('it does not answer')));
  socket.once('connect', () => connected.resolve());
  socket.once('error', (error) => connected.reject(error));
  try {
    await connected.promise;
  } catch (cause) {
    throw unreachable(`Redis at ${hostname}:${port || 6379}`, 'redis', cause);
  } finally {
    socket.destroy();
  }
}

function unreachable(what: string, section: string, cause: unknown): ApplianceError {
  const reason = cause instanceof Error && cause.cause ? messageOf(cause.cause) : messageOf(cause);
  return new ApplianceError(
    `The ${what} cannot be used: ${reason}. Start it, or correct [${section}] in acoustid.conf (without it the appliance brings its own).`,
    { cause },
  );
}
