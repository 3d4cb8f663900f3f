import type { NatsConnection } from '@nats-io/transport-node';
import { DESKTOP_TOKEN_LIFE_MS } from './account/desktop-login.ts';
import { OneTimeTokens } from './account/one-time-tokens.ts';
import { ApiKeys } from './application/api-keys.ts';
import { ApplicationRates } from './application/application-rates.ts';
import { RecentRequests } from './application/recent-requests.ts';
import type { Config } from './config/config.ts';
import { dataDirOf } from './config/data-dir.ts';
import { databaseSettingsOf } from './config/database-settings.ts';
import { DATABASE_NAMES } from './config/settings.ts';
import { openDatabases } from './db/databases.ts';
import type { DatabaseLocation, DatabaseLocations, Databases } from './db/databases.ts';
import { IndexClient } from './index/client.ts';
import { Live } from './live/live.ts';
import { createLog } from './log.ts';
import type { Log } from './log.ts';
import { createMetrics } from './metrics.ts';
import type { Metrics } from './metrics.ts';
import { MissingMbids } from './musicbrainz/missing-mbids.ts';
import { openRedis } from './redis.ts';
import type { Redis } from './redis.ts';
import { LookupCounters } from './stats/lookup-counters.ts';
import { openStatsd } from './statsd.ts';
import { Doorbell, SUBMISSIONS, TASKS } from './tasks/doorbell.ts';
import { connectToNats } from './tasks/jetstream.ts';
import { TaskQueue } from './tasks/task-queue.ts';
import { TASK_KINDS } from './tasks/task-table.ts';

/** Where stored submissions are announced to the importers. */
export interface SubmissionAnnouncer {
  announce(submissionIds: readonly number[]): void;
}

/** Everything a request or a task may need, made once per process. */
export interface Context extends AsyncDisposable {
  readonly config: Config;
  /** The data folder, for what is kept in files. */
  readonly dataDir: string;
  readonly log: Log;
  readonly databases: Databases;
  /** Aborted when a backup was restored: this process knows the old databases, and must end. */
  readonly replaced: AbortSignal;
  readonly index: IndexClient;
  readonly redis: Redis;
  readonly metrics: Metrics;
  /** How the appliance is just now. */
  readonly live: Live;
  readonly apiKeys: ApiKeys;
  readonly applicationRates: ApplicationRates;
  /** What clients asked of this process lately. */
  readonly recentRequests: RecentRequests;
  /** One-time tokens by which the desktop window signs in. */
  readonly desktopLogins: OneTimeTokens;
  readonly lookupCounters: LookupCounters;
  /** Linked MBIDs that MusicBrainz did not know, to be checked for redirects. */
  readonly missingMbids: MissingMbids;
  readonly queue: Doorbell;
  readonly submissions: SubmissionAnnouncer;
  /** Where work for the background is left. */
  readonly tasks: TaskQueue;
  /** Called when an announcement got lost and this process imports; set by the worker role. */
  onMissedAnnouncement: () => void;
  /** Of the NATS we are connected to; `undefined` while there is none. */
  readonly natsVersion: () => Promise<string | undefined>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What tests put in the place of the real thing, and what the command line chose. */
export interface ContextOverrides {
  readonly dataDir?: string;
  readonly now?: () => number;
}

/** A part of the configuration that a process needs and does not have. */
export class MissingSettingError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MissingSettingError';
  }
}

/**
 * Makes the context of one server process from its configuration. Connects to nothing yet except
 * NATS, which is tried in the background until it answers.
 */
export function createContext(config: Config, overrides: ContextOverrides = {}): Context {
  const { settings } = config;
  const { dataDir = dataDirOf(undefined), now = Date.now } = overrides;
  const log = createLog(settings['appliance.log_level']);
  const replaced = new AbortController();
  const databases = openDatabases(locationsOf(config), {
    applicationName: 'acoustid-server',
    onReplaced: (database) => {
      log.warn({ database }, 'database was replaced');
      replaced.abort();
    },
    onConnectionLost: (database, error) =>
      log.warn({ database, err: error }, 'database connection lost'),
  });
  const indexUrl = required(settings['index.url'], 'index.url');
  const index = new IndexClient(indexUrl, settings['index.name']);
  const nats = connectToNats(
    { url: required(settings['nats.url'], 'nats.url'), token: settings['nats.token'] },
    log,
  );
  const queue = new Doorbell(nats, SUBMISSIONS, log);
  const redis = openRedis(settings['redis.url'], log);
  const statsd = openStatsd(settings, log);
  const live = new Live({ config, databases, dataDir, index, log, nats, now, redis });
  const metrics = live.pulse.listening(createMetrics(statsd));
  const context: Context = {
    config,
    dataDir,
    log,
    databases,
    replaced: replaced.signal,
    index,
    redis,
    metrics,
    live,
    apiKeys: new ApiKeys(databases.app.pool, { demoSecret: settings['website.secret'], now }),
    applicationRates: new ApplicationRates(
      databases.app.pool,
      settings['rate_limiter.application'],
    ),
    recentRequests: new RecentRequests(),
    desktopLogins: new OneTimeTokens(DESKTOP_TOKEN_LIFE_MS, now),
    lookupCounters: new LookupCounters({ redis, metrics, log, now }),
    missingMbids: new MissingMbids(),
    queue,
    submissions: {
      announce: (ids) => queue.announce(ids, () => context.onMissedAnnouncement()),
    },
    tasks: new TaskQueue({
      app: databases.app.pool,
      doorbell: new Doorbell(nats, TASKS, log),
      kinds: TASK_KINDS,
      metrics,
    }),
    onMissedAnnouncement: () => undefined,
    natsVersion: async () => (await openedOf(nats))?.info?.version,
    now,
    async [Symbol.asyncDispose]() {
      redis.disconnect();
      await Promise.allSettled([
        closeNats(nats),
        databases[Symbol.asyncDispose](),
        index[Symbol.asyncDispose](),
      ]);
      // After all that may still count something.
      await statsd?.[Symbol.asyncDispose]();
    },
  };
  return context;
}

/** How to reach each database by the configuration alone. */
function locationsOf(config: Config): DatabaseLocations {
  const locations: Partial<Record<(typeof DATABASE_NAMES)[number], DatabaseLocation>> = {};
  for (const name of DATABASE_NAMES) {
    const settings = databaseSettingsOf(config.settings, name);
    if (!settings) {
      throw new MissingSettingError(
        `No host is configured for the ${name} database; set [database] host, or use "acoustid serve", which brings its own PostgreSQL.`,
      );
    }
    locations[name] = settings;
  }
  // Every name was set above.
  return locations as DatabaseLocations;
}

function required(value: string | undefined, key: string): string {
  if (value !== undefined) return value;
  throw new MissingSettingError(
    `${key} is not configured; set it, or use "acoustid serve", which brings its own.`,
  );
}

async function closeNats(connection: Promise<NatsConnection>): Promise<void> {
  const opened = await openedOf(connection);
  await opened?.close();
}

/** A connection that never came about is not waited for. */
async function openedOf(connection: Promise<NatsConnection>): Promise<NatsConnection | undefined> {
  return Promise.race([connection, Promise.resolve(undefined)]);
}
