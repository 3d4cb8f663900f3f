import type { Queryable } from '../db/queryable.ts';
import { findApiKeyByMusicBrainzName, insertAccount } from './account-queries.ts';

const UNIQUE_VIOLATION = '23505';

/** The key of the account with this MusicBrainz name, which is made if nobody has it yet. */
export async function ensureMusicBrainzAccount(
  app: Queryable,
  name: string,
  now: Date,
): Promise<string> {
  const known = await findApiKeyByMusicBrainzName(app, name);
  if (known !== undefined) return known;
  try {
    const { apikey } = await insertAccount(app, name, { lastlogin: now, mbuser: name });
    return apikey;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION)) {
      throw error;
    }
    // Somebody made it meanwhile.
    const made = await findApiKeyByMusicBrainzName(app, name);
    if (made === undefined) throw error;
    return made;
  }
}
