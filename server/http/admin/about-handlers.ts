import { readFile } from 'node:fs/promises';
import { programVersion } from '../../backup/program-version.ts';
import type { Context } from '../../context.ts';
import type { Queryable } from '../../db/queryable.ts';
import { isUnavailable } from '../../errors.ts';
import { listOutbound } from '../../settings/outbound.ts';
import { adminPart } from './admin-api.ts';
import type { AdminPart, Handlers } from './admin-api.ts';
import { aboutContract } from './contract/about.ts';

const LICENCES = new URL('../../../THIRD-PARTY.md', import.meta.url);

/** Versions, licences, and the connections to elsewhere that can be switched on. */
export function aboutPart({ config, databases, natsVersion }: Context): AdminPart {
  const handlers: Handlers<typeof aboutContract> = {
    'GET /about': async ({ account }) => ({
      version: await programVersion(),
      parts: account
        ? [
            { name: 'Node.js', version: process.versions.node },
            { name: 'PostgreSQL', version: await findPostgresVersion(databases.app.pool) },
            { name: 'NATS', version: (await natsVersion()) ?? null },
          ]
        : [],
      outbound: listOutbound(config.settings).map(({ target, ...each }) => ({
        ...each,
        target: account?.access === 'admin' ? target : null,
      })),
    }),
    'GET /about/licences': async () => ({ text: await readFile(LICENCES, 'utf8') }),
  };
  return adminPart(aboutContract, handlers);
}

async function findPostgresVersion(app: Queryable): Promise<string | null> {
  try {
    const { rows } = await app.query<{ version: string }>(
      `select current_setting('server_version') as version`,
    );
    return rows[0]?.version ?? null;
  } catch (error) {
    // The page is to be read just then, too.
    if (isUnavailable(error)) return null;
    throw error;
  }
}
