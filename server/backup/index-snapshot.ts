import { BackupError } from './errors.ts';

/**
 * The engine's own stream of an index, at one moment; `undefined` when there is no such index.
 * Throws `BackupError` when the engine does not answer as it should.
 */
export async function streamIndex(
  { name, url }: { readonly name: string; readonly url: string },
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  let response: Response;
  try {
    response = await fetch(new URL(`/${encodeURIComponent(name)}/_backup`, url), { signal });
  } catch (cause) {
    signal.throwIfAborted();
    throw new BackupError(`The index engine at ${url} does not answer.`, { cause });
  }
  if (response.status === 404) return undefined;
  if (!response.ok || !response.body) {
    throw new BackupError(`The index engine answered ${response.status} when asked for its index.`);
  }
  return response.body;
}
