import { z } from 'zod';
import type { Context } from '../../context.ts';
import { LOG_NAMES, logFolderOf } from '../../service-logs/log-files.ts';
import { LogReader } from '../../service-logs/read-logs.ts';
import type { LogPlaces, LogRow } from '../../service-logs/read-logs.ts';
import { listSecrets, Redactor } from '../../service-logs/redact.ts';
import { adminPart } from './admin-api.ts';
import type { AdminPart, Handlers } from './admin-api.ts';
import { logsContract } from './contract/logs.ts';
import { readCursor, writeCursor } from './cursor.ts';

const place = z.object({ file: z.number(), offset: z.int().min(0) });
const places = z.partialRecord(z.enum(LOG_NAMES), place) as z.ZodType<LogPlaces>;

/** What the services write, newest first and as it comes. */
export function logsPart({ config, dataDir }: Context): AdminPart {
  let reader: Promise<LogReader> | undefined;
  const open = async (): Promise<LogReader> =>
    new LogReader(logFolderOf(dataDir), new Redactor(await listSecrets(config, dataDir)));
  const handlers: Handlers<typeof logsContract> = {
    'GET /logs': async ({ query: { after, cursor, level, limit, service, text } }) => {
      const logs = await (reader ??= open().catch((error: unknown) => {
        reader = undefined;
        throw error;
      }));
      const filter = { names: service ? [service] : LOG_NAMES, level, text };
      const since = readCursor(places, after);
      if (since) {
        const { reached, rows } = await logs.after(filter, since);
        return { rows: rows.map(shown), next: null, tail: writeCursor(reached) };
      }
      const ends = await logs.ends(filter.names);
      const { next, rows } = await logs.before(filter, readCursor(places, cursor) ?? ends, limit);
      return {
        rows: rows.map(shown),
        next: next ? writeCursor(next) : null,
        tail: writeCursor(ends),
      };
    },
  };
  return adminPart(logsContract, handlers);
}

function shown({ fields, ...row }: LogRow): Omit<LogRow, 'fields'> & {
  fields: { name: string; value: string }[];
} {
  return { ...row, fields: [...fields] };
}
