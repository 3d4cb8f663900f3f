import { setTimeout as delay } from 'node:timers/promises';
import { findRunFile } from '../config/run-file.ts';
import type { RunFile } from '../config/run-file.ts';

const LOOK_EVERY_MS = 100;
/** Long enough for any start; after that the appliance's own pages say more than we could. */
const LIMIT_MS = 60_000;

/**
 * Waits until the server of a running appliance has started anew, which it does by itself as soon
 * as it finds its databases replaced; asking for its health makes it look. Gives up silently.
 */
export async function untilServerIsBack(dataDir: string, before: RunFile): Promise<void> {
  const old = before.services['server'];
  if (!old) return;
  const deadline = Date.now() + LIMIT_MS;
  while (Date.now() < deadline) {
    const now = findRunFile(dataDir)?.services['server'];
    if (!now || (now.pid !== old.pid && now.state === 'ready')) return;
    // Refused while it stops and starts, which is what we wait for.
    await fetch(new URL('/_health', before.api)).catch(() => undefined);
    await delay(LOOK_EVERY_MS);
  }
}
