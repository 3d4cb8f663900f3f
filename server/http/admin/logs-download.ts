import { once } from 'node:events';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { Context } from '../../context.ts';
import { LOG_NAMES, listLogFiles, logFolderOf } from '../../service-logs/log-files.ts';
import type { LogName } from '../../service-logs/log-files.ts';
import { linesAfter } from '../../service-logs/read-lines.ts';
import { listApiKeys, listSecrets, Redactor } from '../../service-logs/redact.ts';
import { queryPairs } from '../request-parameters.ts';
import { AdminError } from './admin-error.ts';
import { admitAsker, answerFailures, guardPages } from './admin-api.ts';

export const LOGS_DOWNLOAD_PATH = '/api/admin/logs/download';

/** Of each log the newest so many bytes: enough to find out what happened, small enough to send. */
const BYTES_MAX = 10 * 1024 * 1024;
const PIECE_BYTES = 256 * 1024;

const query = z.object({ service: z.enum(LOG_NAMES).optional() });

/**
 * `GET /api/admin/logs/download[?service=NAME]`: the logs as one text, to be shown to others. No
 * password, token or key of this appliance is in it. One download at a time.
 */
export function logsDownload(context: Context): (RequestHandler | ErrorRequestHandler)[] {
  let isBusy = false;
  return [
    guardPages(),
    async (request: Request, response: Response) => {
      await admitAsker(context, { request, response }, 'admin');
      const { service } = query.parse(Object.fromEntries(queryPairs(request)));
      if (isBusy) throw new AdminError('too_many_attempts', 'the logs are being sent already');
      isBusy = true;
      try {
        await sendLogs(context, response, service ? [service] : LOG_NAMES);
      } finally {
        isBusy = false;
      }
    },
    answerFailures(context),
  ];
}

async function sendLogs(
  { config, databases, dataDir }: Context,
  response: Response,
  names: readonly LogName[],
): Promise<void> {
  const secrets = await listSecrets(config, dataDir);
  const redactor = new Redactor(secrets, await listApiKeys(databases.app.pool));
  const day = new Date().toISOString().slice(0, 10);
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.setHeader('Content-Disposition', `attachment; filename="acoustid-logs-${day}.txt"`);
  const folder = logFolderOf(dataDir);
  for (const name of names) {
    for await (const text of redacted(folder, name, redactor)) {
      if (response.destroyed) return;
      if (!response.write(text)) await Promise.race([once(response, 'drain'), closed(response)]);
    }
  }
  response.end();
}

async function closed(response: Response): Promise<void> {
  if (!response.destroyed) await once(response, 'close');
}

async function* redacted(
  folder: string,
  name: LogName,
  redactor: Redactor,
): AsyncGenerator<string> {
  let room = BYTES_MAX;
  const files = await listLogFiles(folder, name);
  const wanted = files.filter(({ sizeBytes }) => {
    const fits = room > 0;
    room -= sizeBytes;
    return fits;
  });
  const oldest = wanted.at(-1);
  if (!oldest) return;
  const skipped = Math.max(0, -room);
  yield `==== ${name} ====\n`;
  let from = { file: oldest.number, offset: Math.min(skipped, oldest.sizeBytes) };
  // A line cut in two might show half of a secret.
  let isCut = skipped > 0;
  for (;;) {
    const { lines, reached } = await linesAfter(folder, name, from, PIECE_BYTES);
    if (lines.length === 0 || !reached) return;
    from = reached;
    yield (isCut ? lines.slice(1) : lines).map(({ text }) => `${redactor.redact(text)}\n`).join('');
    isCut = false;
  }
}
