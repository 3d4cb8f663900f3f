import { connect } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Log } from '../log.ts';

/** Between two attempts to reach NATS. The database is the truth, so there is no hurry to give up. */
const RECONNECT_WAIT_MS = 250;
const CONNECT_TIMEOUT_MS = 2000;
const PING_INTERVAL_MS = 10_000;

export interface NatsSettings {
  readonly url: string;
  readonly token: string | undefined;
}

/**
 * Connects to NATS and keeps the connection for ever: it resolves at the first success, however
 * long that takes, and reconnects by itself afterwards.
 */
export async function connectToNats(settings: NatsSettings, log: Log): Promise<NatsConnection> {
  const connection = await connect({
    servers: settings.url,
    ...(settings.token === undefined ? {} : { token: settings.token }),
    name: 'acoustid-server',
    waitOnFirstConnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_WAIT_MS,
    reconnectJitter: RECONNECT_WAIT_MS,
    timeout: CONNECT_TIMEOUT_MS,
    pingInterval: PING_INTERVAL_MS,
    ignoreClusterUpdates: true,
  });
  void logStatus(connection, log);
  return connection;
}

async function logStatus(connection: NatsConnection, log: Log): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type === 'disconnect') log.warn('nats is gone, reconnecting');
    else if (status.type === 'reconnect') log.info('nats is back');
  }
}
