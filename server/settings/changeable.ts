/** Which settings the pages may change; the rest is changed in the file, by whoever owns the machine. */
import { SETTING_FAMILIES, SETTINGS } from '../config/settings.ts';
import type { Setting, SettingFamily, SettingKey } from '../config/settings.ts';

/**
 * What can do no worse than be set back. Not here is what a stolen session must not reach: what
 * names a program, a file or an address that is trusted, and where the data is (decision 0110).
 */
const CHANGEABLE: ReadonlySet<string> = new Set<SettingKey>([
  'appliance.log_level',
  'rate_limiter.global',
  'rate_limiter.limit_loopback',
  'backup.schedule',
  'backup.keep_daily',
  'backup.keep_weekly',
  'backup.keep_monthly',
  'backup.verify',
  'backup.with_musicbrainz',
  'backup.with_index',
  'website.secret',
  'website.search_timeout',
  'website.search_return_metadata',
  'website.shutdown_delay',
  'musicbrainz.tokens',
  'metrics.allow',
  'statsd.host',
  'statsd.port',
  'statsd.prefix',
]);

/** What the appliance as a whole reads and hands to its server, so that its start is what counts. */
const HANDED_ON: ReadonlySet<string> = new Set<SettingKey>([
  'appliance.log_level',
  'appliance.pg_user',
  'server.host',
  'server.port',
  'postgres.port',
  'postgres.max_connections',
  'nats.port',
  'nats.binary',
  'index.port',
]);

/** Names that an INI file can hold: an IPv6 address has colons, which end a name there. */
const MEMBER_NAME = {
  'rate_limiter.ip': /^(\d{1,3}\.){3}\d{1,3}$/,
  'rate_limiter.application': /^[1-9]\d{0,9}$/,
} as const satisfies Record<SettingFamily, RegExp>;

const FAMILIES = Object.keys(SETTING_FAMILIES) as SettingFamily[];

export function isChangeable(key: string): boolean {
  return CHANGEABLE.has(key) || memberOf(key) !== undefined;
}

/** What has to start again for a change to hold: the server alone, or everything. */
export function restartOf(key: string): 'server' | 'appliance' {
  return HANDED_ON.has(key) ? 'appliance' : 'server';
}

/** The schema of a setting, or of a member of a family. */
export function findSetting(key: string): Setting | undefined {
  if (Object.hasOwn(SETTINGS, key)) return SETTINGS[key as SettingKey];
  const family = memberOf(key);
  return family && SETTING_FAMILIES[family];
}

function memberOf(key: string): SettingFamily | undefined {
  return FAMILIES.find(
    (family) =>
      key.startsWith(`${family}.`) && MEMBER_NAME[family].test(key.slice(family.length + 1)),
  );
}
