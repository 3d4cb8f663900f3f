import type { Settings } from '../config/settings.ts';
import { UnavailableError } from '../errors.ts';
import type { CounterTarget } from './counter-target.ts';

const TIMEOUT_MS = 10_000;
/** What `/v2/internal/update_*_stats` answers for an application it does not know. */
const UNKNOWN_APPLICATION = 17;

/** The master refuses our counts: its secret or its role is not what we are told. */
class MasterRefusedError extends Error {
  constructor(status: number, said: string) {
    super(`the master refused the counts of this node: ${status} ${said}`);
    this.name = 'MasterRefusedError';
  }
}

/**
 * The master of the cluster, by its internal methods (api-v2.md section 15), a request for each
 * field as upstream. Each carries an id of its own, which our master remembers, so that one whose
 * answer was lost can be sent again.
 */
export function masterTarget(settings: Settings): CounterTarget {
  const base = settings['cluster.base_master_url'];
  const secret = settings['cluster.secret'];
  if (base === undefined || secret === undefined) {
    throw new Error(
      'This node is not the master, so [cluster] base_master_url and secret must say where its counts go.',
    );
  }
  const send = async (method: string, fields: Readonly<Record<string, string | number>>) =>
    post(new URL(`/v2/internal/${method}`, base), { ...fields, secret });
  return {
    addLookups: async (flushId, hours) => {
      const known = new Set<number>();
      for (const [at, { applicationId, date, hits, hour, misses }] of hours.entries()) {
        const isKnown = await send('update_lookup_stats', {
          application_id: applicationId,
          date,
          hour,
          type: misses === 0 ? 'hit' : 'miss',
          count: hits + misses,
          flush_id: `${flushId}:${at}`,
        });
        if (isKnown) known.add(applicationId);
      }
      return known;
    },
    addUserAgents: async (flushId, days) => {
      const known = new Set<number>();
      for (const [at, { applicationId, count, date, ip, userAgent }] of days.entries()) {
        const isKnown = await send('update_user_agent_stats', {
          application_id: applicationId,
          date,
          user_agent: userAgent,
          ip,
          count,
          flush_id: `${flushId}:${at}`,
        });
        if (isKnown) known.add(applicationId);
      }
      return known;
    },
  };
}

/** False when the master does not know the application. */
async function post(url: URL, fields: Readonly<Record<string, string | number>>): Promise<boolean> {
  const body = new URLSearchParams(
    Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]),
  );
  let response: Response;
  try {
    response = await fetch(url, { method: 'POST', body, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (cause) {
    throw new UnavailableError('master', { cause });
  }
  if (response.ok) {
    await response.body?.cancel();
    return true;
  }
  const said = await response.text();
  if (codeOf(said) === UNKNOWN_APPLICATION) return false;
  throw new MasterRefusedError(response.status, said.slice(0, 200));
}

function codeOf(body: string): number | undefined {
  try {
    return (JSON.parse(body) as { error?: { code?: number } }).error?.code;
  } catch {
    // A proxy's page, perhaps; the caller says what it was.
    return undefined;
  }
}
