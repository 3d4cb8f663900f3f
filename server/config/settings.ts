/**
 * Every setting of the appliance in one table: its type, default and meaning. The configuration
 * file, the environment names and `acoustid config show` all derive from it.
 *
 * `server.port` is `port` in section `[server]` and `ACOUSTID_SERVER_PORT` in the environment;
 * `database.app.host` is `host` in section `[database:app]` and `ACOUSTID_DATABASE_APP_HOST`.
 */

export type SettingType = 'text' | 'integer' | 'number' | 'boolean' | 'list';

interface TypeOf {
  text: string;
  integer: number;
  number: number;
  boolean: boolean;
  list: readonly string[];
}

export interface Setting<T extends SettingType = SettingType, D = TypeOf[T] | undefined> {
  readonly type: T;
  readonly fallback: D;
  readonly about: string;
  readonly secret: boolean;
  /** Inclusive bounds of a numeric setting. */
  readonly min?: number;
  readonly max?: number;
  readonly oneOf?: readonly string[];
  /** Whether `none` may be said instead of a value; it reads as `undefined`. */
  readonly orNone?: boolean;
}

type Limits = Pick<Setting, 'min' | 'max' | 'oneOf' | 'orNone'>;

function setting<T extends SettingType, D extends TypeOf[T] | undefined>(
  type: T,
  fallback: D,
  about: string,
  limits: Limits = {},
): Setting<T, D> {
  return { type, fallback, about, secret: false, ...limits };
}

function secret(about: string): Setting<'text', undefined> {
  return { type: 'text', fallback: undefined, about, secret: true };
}

const PORT: Limits = { min: 0, max: 65_535 };
const POOL: Limits = { min: 1, max: 500 };
/** Backups kept of one kind of period. */
const KEEP: Limits = { min: 0, max: 1000 };
/** Requests per second; 0 refuses all. */
const RATE: Limits = { min: 0, max: 1_000_000 };

export const DATABASE_NAMES = ['app', 'fingerprint', 'ingest', 'musicbrainz'] as const;
export type DatabaseName = (typeof DATABASE_NAMES)[number];

export const ROLES = ['api', 'web', 'worker', 'cron', 'import', 'fpindex-feed'] as const;
export type Role = (typeof ROLES)[number];

export const SETTINGS = {
  'appliance.log_level': setting('text', 'info', 'how much is logged', {
    oneOf: ['trace', 'debug', 'info', 'warn', 'error', 'fatal'],
  }),
  'appliance.pg_user': setting(
    'text',
    'acoustid',
    'system user that runs PostgreSQL when the appliance is started as root; made if missing',
  ),
  'server.host': setting('text', '127.0.0.1', 'address the API and the web pages listen on'),
  'server.port': setting('integer', 8380, 'port of the API and the web pages', PORT),
  'server.trusted_proxies': setting(
    'list',
    [],
    'addresses whose X-Forwarded-For and X-Forwarded-Proto are believed',
  ),
  'feed.host': setting('text', '127.0.0.1', 'address the changelog feed listens on'),
  'feed.port': setting('integer', 3033, 'port of the changelog feed for index nodes', PORT),
  'postgres.port': setting('integer', 54_380, 'preferred port of the embedded PostgreSQL', PORT),
  'postgres.max_connections': setting('integer', 80, 'connections the embedded PostgreSQL takes', {
    min: 20,
    max: 1000,
  }),
  'database.host': setting(
    'text',
    undefined,
    'external PostgreSQL for all four databases; without it the embedded one is started',
  ),
  'database.port': setting('integer', 5432, 'port of the external PostgreSQL', PORT),
  'database.user': setting('text', 'acoustid', 'user of the external PostgreSQL'),
  'database.password': secret('password of the external PostgreSQL'),
  'database.pool_size': setting('integer', 10, 'connections a process keeps per database', POOL),
  ...databaseSettings('app', 'acoustid_app'),
  ...databaseSettings('fingerprint', 'acoustid_fingerprint'),
  ...databaseSettings('ingest', 'acoustid_ingest'),
  ...databaseSettings('musicbrainz', 'musicbrainz'),
  'nats.url': setting('text', undefined, 'external NATS; without it the embedded one is started'),
  'nats.token': secret('token of the external NATS'),
  'nats.port': setting('integer', 42_280, 'preferred port of the embedded NATS', PORT),
  'nats.binary': setting('text', undefined, 'path of the nats-server binary to use'),
  'redis.url': setting(
    'text',
    undefined,
    'external Redis; without it counters live in the server process',
  ),
  'index.url': setting(
    'text',
    undefined,
    'external index engine; without it the embedded one is started',
  ),
  'index.port': setting('integer', 6081, 'preferred port of the embedded index engine', PORT),
  'index.name': setting('text', 'main', 'name of the index that holds the fingerprints'),
  'rate_limiter.global': setting<'number', number | undefined>(
    'number',
    100,
    'requests per second of all clients together, or none for no such limit',
    { ...RATE, orNone: true },
  ),
  'rate_limiter.limit_loopback': setting(
    'boolean',
    false,
    'whether requests from this machine count and are limited too',
  ),
  'backup.schedule': setting<'text', string | undefined>(
    'text',
    '30 3 * * *',
    'when a backup is made, as in crontab and in UTC, or none',
    { orNone: true },
  ),
  'backup.dir': setting(
    'text',
    undefined,
    'folder of the backups; without it <data folder>/backups',
  ),
  'backup.keep_daily': setting('integer', 7, 'backups kept of the latest days that have one', KEEP),
  'backup.keep_weekly': setting('integer', 4, 'backups kept of the latest weeks', KEEP),
  'backup.keep_monthly': setting('integer', 6, 'backups kept of the latest months', KEEP),
  'backup.verify': setting(
    'text',
    'restore',
    'how a scheduled backup is tried: read, or loaded into scratch databases',
    { oneOf: ['checksums', 'restore'] },
  ),
  'backup.with_musicbrainz': setting(
    'boolean',
    false,
    'whether backups hold MusicBrainz, which can be imported again',
  ),
  'backup.with_index': setting(
    'boolean',
    false,
    'whether backups hold the index, which is made again from the databases',
  ),
  'cluster.role': setting('text', 'master', 'whether this node imports and keeps statistics', {
    oneOf: ['master', 'slave'],
  }),
  'cluster.base_master_url': setting(
    'text',
    undefined,
    'address of the master, which a node that is not one sends its counts to',
  ),
  'cluster.secret': secret('shared by the nodes of a cluster; opens /v2/internal/*'),
  'website.secret': secret('key of the demo client key and of sessions'),
  'website.search_timeout': setting('number', 1, 'seconds a lookup may search', {
    min: 0.01,
    max: 60,
  }),
  'website.search_return_metadata': setting('boolean', true, 'whether lookups answer metadata'),
  'website.shutdown_delay': setting('number', 0, 'seconds of failing health before a stop', {
    min: 0,
    max: 600,
  }),
  'website.shutdown_file': setting(
    'text',
    undefined,
    'file that makes health checks fail while it is there; made at a stop, removed after it',
  ),
  'musicbrainz.tokens': setting(
    'boolean',
    false,
    'whether MusicBrainz is asked whose an access token is; without it none is accepted',
  ),
  'musicbrainz.userinfo_url': setting(
    'text',
    'https://musicbrainz.org/oauth2/userinfo',
    'where it is asked',
  ),
  'metrics.allow': setting(
    'list',
    ['127.0.0.1', '::1'],
    'addresses that may read /metrics; for others it does not exist',
  ),
  'statsd.host': setting(
    'text',
    undefined,
    'StatsD that is sent the same events over UDP; without it none is',
  ),
  'statsd.port': setting('integer', 8125, 'port of StatsD', { ...PORT, min: 1 }),
  'statsd.prefix': setting(
    'text',
    undefined,
    'put before every name sent to StatsD, with a dot between',
  ),
  'updates.url': setting(
    'text',
    undefined,
    'where the desktop application looks for new versions; without it nowhere',
  ),
} as const satisfies Record<string, Setting>;

export type SettingKey = keyof typeof SETTINGS;

/**
 * Settings whose last part is free, one per address or application: `ip.192.0.2.7 = 1` in section
 * `[rate_limiter]`. In the file only: no environment name could hold the dots.
 */
export const SETTING_FAMILIES = {
  'rate_limiter.ip': setting('number', undefined, 'requests per second of one address', RATE),
  'rate_limiter.application': setting(
    'number',
    undefined,
    'requests per second of the application with this id, from any address',
    RATE,
  ),
} as const satisfies Record<string, Setting>;

export type SettingFamily = keyof typeof SETTING_FAMILIES;
/** One member of a family by its full name, e.g. `rate_limiter.application.3`. */
export type FamilyKey = `${SettingFamily}.${string}`;

type ValueOf<S> =
  S extends Setting<infer T, infer D>
    ? undefined extends D
      ? TypeOf[T] | undefined
      : TypeOf[T]
    : never;

/**
 * The resolved settings by their full name, e.g. `settings['server.port']`; a family is a table by
 * the free part, e.g. `settings['rate_limiter.ip']['192.0.2.7']`.
 */
export type Settings = { readonly [K in SettingKey]: ValueOf<(typeof SETTINGS)[K]> } & {
  readonly [F in SettingFamily]: Readonly<Record<string, number>>;
};

export type SettingValue = string | number | boolean | readonly string[] | undefined;

type DatabaseSettings<N extends string> = {
  readonly [K in `database.${N}.${'host' | 'user'}`]: Setting<'text', undefined>;
} & { readonly [K in `database.${N}.${'port' | 'pool_size'}`]: Setting<'integer', undefined> } & {
  readonly [K in `database.${N}.password`]: Setting<'text', undefined>;
} & { readonly [K in `database.${N}.name`]: Setting<'text', string> };

/** What one database may say for itself; where it is silent, `[database]` speaks for it. */
function databaseSettings<N extends DatabaseName>(name: N, database: string): DatabaseSettings<N> {
  // The template-literal keys are what the type says, which the compiler cannot follow.
  return {
    [`database.${name}.host`]: setting('text', undefined, `host of the ${name} database`),
    [`database.${name}.port`]: setting('integer', undefined, `port of the ${name} database`, PORT),
    [`database.${name}.user`]: setting('text', undefined, `user of the ${name} database`),
    [`database.${name}.password`]: secret(`password of the ${name} database`),
    [`database.${name}.name`]: setting('text', database, `name of the ${name} database`),
    [`database.${name}.pool_size`]: setting(
      'integer',
      undefined,
      `connections kept to the ${name} database`,
      POOL,
    ),
  } as unknown as DatabaseSettings<N>;
}

/** Where a setting stands in `acoustid.conf`: `database.app.host` is `host` in `[database:app]`. */
export function iniPlaceOf(key: SettingKey): { section: string; name: string } {
  const parts = key.split('.');
  const name = parts.pop() ?? '';
  return { section: parts.join(':'), name };
}

/** The environment name of a setting: `server.port` is `ACOUSTID_SERVER_PORT`. */
export function environmentNameOf(key: SettingKey): string {
  return `ACOUSTID_${key.replaceAll('.', '_').toUpperCase()}`;
}
