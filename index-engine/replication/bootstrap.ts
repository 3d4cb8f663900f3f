/**
 * Filling a node whose stream no longer reaches back far enough: every node that has the index says
 * how far it is, and the freshest one's backup is installed.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import { Readable } from 'node:stream';
import type { Engine } from '../engine.ts';
import type { PeerStatus } from './subjects.ts';

/** How long peers have to answer; those that are alive take a millisecond. */
const PEERS_TIMEOUT_MS = 1000;
const PEERS_MAX = 100;

/** What every node that has the index says of it, this one included. */
export async function askNodes(connection: NatsConnection, subject: string): Promise<PeerStatus[]> {
  const answers = await connection.requestMany(subject, undefined, {
    maxWait: PEERS_TIMEOUT_MS,
    maxMessages: PEERS_MAX,
    strategy: 'timer',
  });
  const statuses: PeerStatus[] = [];
  for await (const answer of answers) statuses.push(answer.json<PeerStatus>());
  return statuses;
}

/** Nodes that hold this generation further on than `version`, freshest first. */
export async function findDonors(
  connection: NatsConnection,
  subject: string,
  wanted: { generation: number; version: number },
): Promise<PeerStatus[]> {
  const statuses = await askNodes(connection, subject);
  // A node's own answer is never fresher than itself, so it needs no identity.
  return statuses
    .filter(({ generation, version }) => {
      return generation === wanted.generation && version > wanted.version;
    })
    .sort((a, b) => b.version - a.version);
}

/** Installs the first donor's backup that arrives whole. Returns false if none does. */
export async function installFromPeer(
  engine: Engine,
  index: string,
  donors: readonly PeerStatus[],
  log: Logger,
): Promise<boolean> {
  for (const { url, generation, version } of donors) {
    try {
      const response = await fetch(`${url}/${index}/_backup`);
      if (!response.ok || !response.body) throw new Error(`answered ${response.status}`);
      await engine.install(index, generation, Readable.fromWeb(response.body));
      log.info({ index, donor: url, version }, 'index installed from a peer');
      return true;
    } catch (error) {
      log.warn({ err: error, index, donor: url }, 'a peer could not be copied');
    }
  }
  return false;
}
