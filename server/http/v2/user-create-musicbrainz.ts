import { ensureMusicBrainzAccount } from '../../account/musicbrainz-account.ts';
import { askMusicBrainzName } from '../../account/musicbrainz-name.ts';
import type { Context } from '../../context.ts';
import { DomainError } from '../../errors.ts';
import type { ApiMethod } from '../api-handler.ts';

/**
 * `/v2/user/create_musicbrainz` (api-v2.md section 14): the key of whoever a MusicBrainz access
 * token belongs to. Asks MusicBrainz only where the configuration allows it.
 */
export function userCreateMusicBrainzMethod({ config, databases, now }: Context): ApiMethod {
  const { 'musicbrainz.tokens': mayAsk, 'musicbrainz.userinfo_url': url } = config.settings;
  return async (parameters, request) => {
    const accessToken = parameters.require('access_token');
    if (!request.isSecure) throw new DomainError('insecure_request', {});
    await request.admit(undefined);
    const name = mayAsk ? await askMusicBrainzName(url, accessToken) : undefined;
    if (name === undefined) throw new DomainError('invalid_musicbrainz_access_token', {});
    const apikey = await ensureMusicBrainzAccount(databases.app.pool, name, new Date(now()));
    return { user: { apikey } };
  };
}
