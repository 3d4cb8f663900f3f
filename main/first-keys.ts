import { existsSync } from 'node:fs';
import { z } from 'zod';
import type { RunCommand } from './compose.ts';
import { ApplianceError } from './errors.ts';
import { lastWordsOf } from './last-words.ts';
import type { DataPaths } from './paths.ts';
import { writeSecretFile } from './secrets.ts';
import { describeExit } from './services/service.ts';

const keySchema = z.object({ id: z.union([z.int(), z.string()]), apikey: z.string() });
const firstKeysSchema = z.object({ application: keySchema, account: keySchema });
/** What the server's command prints when the keys were deleted since. */
const noKeysSchema = z.object({ created: z.literal(false) });

/** The application and the account for local use, with the keys that clients send. */
export type FirstKeys = z.infer<typeof firstKeysSchema>;

/**
 * Makes the keys of a first start; `undefined` when an earlier start has done and shown that. The
 * server's own command makes them, for keys are its business, and shows them again when asked.
 */
export async function makeFirstKeys(
  data: DataPaths,
  runCommand: (args: readonly string[]) => ReturnType<RunCommand>,
): Promise<FirstKeys | undefined> {
  if (existsSync(data.firstKeysShown)) return undefined;
  const { exit, lines } = await runCommand(['first-keys', '--json']);
  // Logs share the stream here; the document is the line that is one.
  const document = lines.findLast((line) => line.startsWith('{') && line.includes('"created"'));
  if (exit.code !== 0 || document === undefined) {
    const reason = lastWordsOf(lines) ?? describeExit(exit);
    throw new ApplianceError(`The first keys could not be made: ${reason}`);
  }
  const keys = z.union([firstKeysSchema, noKeysSchema]).parse(JSON.parse(document));
  await writeSecretFile(data.firstKeysShown, `${new Date().toISOString()}\n`);
  return 'application' in keys ? keys : undefined;
}
