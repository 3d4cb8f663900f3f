import { z } from 'zod';
import { DomainError } from '../errors.ts';

const TIMEOUT_MS = 5000;
/** Width of the column; MusicBrainz's own names are shorter. */
const NAME_LENGTH_MAX = 64;
const ANSWER_BYTES_MAX = 64 * 1024;

const userInfoSchema = z.object({ sub: z.string().min(1).max(NAME_LENGTH_MAX) });

/**
 * Asks MusicBrainz whose an access token is. `undefined` when it does not know the token; throws
 * `service_unavailable` when it cannot be asked, which says nothing about the token.
 */
export async function askMusicBrainzName(
  userInfoUrl: string,
  accessToken: string,
): Promise<string | undefined> {
  const url = new URL(userInfoUrl);
  url.searchParams.set('access_token', accessToken);
  try {
    const response = await fetch(url, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'manual', // the token is for this one place
    });
    const text = await readAtMost(response, ANSWER_BYTES_MAX);
    return response.status === 200 && text !== undefined ? nameIn(text) : undefined;
  } catch (cause) {
    throw new DomainError('service_unavailable', {}, { cause });
  }
}

async function readAtMost(response: Response, limit: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function nameIn(text: string): string | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    // A page instead of JSON: some proxy, but no name.
    return undefined;
  }
  const { data } = userInfoSchema.safeParse(answer);
  return data?.sub.includes('\0') === false ? data.sub : undefined;
}
