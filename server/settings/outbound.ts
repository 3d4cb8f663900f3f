import { databaseSettingsOf } from '../config/database-settings.ts';
import { DATABASE_NAMES } from '../config/settings.ts';
import type { Settings } from '../config/settings.ts';

export interface Outbound {
  readonly id: 'musicbrainz_tokens' | 'statsd' | 'cluster_master' | 'external_services' | 'updates';
  readonly isOn: boolean;
  readonly target: string | null;
}

/** Every connection this program can make to another machine, and whether it is switched on. */
export function listOutbound(settings: Settings): Outbound[] {
  const statsd = settings['statsd.host'];
  const master =
    settings['cluster.role'] === 'slave' ? settings['cluster.base_master_url'] : undefined;
  const services = elsewhere(settings);
  const updates = settings['updates.url'];
  const connection = (id: Outbound['id'], target: string | undefined): Outbound => ({
    id,
    isOn: target !== undefined,
    target: target ?? null,
  });
  return [
    connection(
      'musicbrainz_tokens',
      settings['musicbrainz.tokens'] ? hostIn(settings['musicbrainz.userinfo_url']) : undefined,
    ),
    connection('updates', updates === undefined ? undefined : hostIn(updates)),
    connection('statsd', statsd),
    connection('cluster_master', master === undefined ? undefined : hostIn(master)),
    connection('external_services', services.length === 0 ? undefined : services.join(', ')),
  ];
}

/** Databases, queue, index and counters that are not on this machine. */
function elsewhere(settings: Settings): string[] {
  const databases = DATABASE_NAMES.map((name) => databaseSettingsOf(settings, name)?.host);
  const urls = [settings['nats.url'], settings['index.url'], settings['redis.url']];
  const hosts = [...databases, ...urls.map((url) => (url === undefined ? undefined : hostIn(url)))];
  const named = hosts.filter((host): host is string => host !== undefined && !isHere(host));
  return [...new Set(named)];
}

/** A socket's folder is on this machine as well. */
function isHere(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host === '::1' || /^(127\.|\/)/.test(host);
}

/** Never the whole address: it may hold a password. */
function hostIn(address: string): string {
  return URL.parse(address)?.hostname ?? 'unknown';
}
