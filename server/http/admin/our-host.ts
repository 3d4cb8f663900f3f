import { isIP } from 'node:net';
import { hostname } from 'node:os';

/**
 * Whether a `Host` header is a name of this machine: an address, `localhost`, or its own name. A
 * foreign name that leads here is how another site gets around the rule of the same origin (DNS
 * rebinding). `names` are those a proxy in front of us is known by.
 */
export function isOurHost(host: string | undefined, names: readonly string[] = []): boolean {
  const name = (host ?? '').replace(/:\d+$/, '').toLowerCase();
  const address = name.replace(/^\[(?<inner>.*)\]$/, '$<inner>');
  if (isIP(address) !== 0) return true;
  const own = hostname().toLowerCase();
  return ['localhost', own, `${own}.local`, ...names].includes(name);
}
