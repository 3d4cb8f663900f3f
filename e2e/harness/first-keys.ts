import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ApiClient } from './api-client.ts';

const CLI = fileURLToPath(new URL('../../main/cli.ts', import.meta.url));
const run = promisify(execFile);

interface FirstKeys {
  readonly application: { readonly apikey: string };
  readonly account: { readonly apikey: string };
}

/** Runs `acoustid …` against a data folder and returns the JSON document it prints. */
export async function acoustid<T>(dataDir: string, args: readonly string[]): Promise<T> {
  const { stdout } = await run(process.execPath, [CLI, ...args, '--data-dir', dataDir, '--json']);
  return JSON.parse(stdout) as T;
}

/** A client of a running appliance with the keys of its first start. */
export async function firstClient(appliance: {
  readonly dataDir: string;
  readonly api: string;
}): Promise<ApiClient> {
  const { account, application } = await acoustid<FirstKeys>(appliance.dataDir, ['first-keys']);
  return new ApiClient(appliance.api, { client: application.apikey, user: account.apikey });
}
