import type { Context } from '../../context.ts';
import type { ApiRoute } from '../api-handler.ts';
import { fingerprintMethod } from './fingerprint.ts';
import { checkApplicationMethod } from './internal/check-application.ts';
import { createAccountMethod } from './internal/create-account.ts';
import { createApplicationMethod } from './internal/create-application.ts';
import { lookupStatsMethod } from './internal/lookup-stats.ts';
import { updateApplicationStatusMethod } from './internal/update-application-status.ts';
import { updateLookupStatsMethod } from './internal/update-lookup-stats.ts';
import { updateUserAgentStatsMethod } from './internal/update-user-agent-stats.ts';
import { limitsMethod } from './limits.ts';
import { lookupMethod } from './lookup.ts';
import { submissionStatusMethod } from './submission-status.ts';
import { submitMethod } from './submit.ts';
import { trackListByMbidMethod } from './track-list-by-mbid.ts';
import { trackListByPuidMethod } from './track-list-by-puid.ts';
import { userCreateAnonymousMethod } from './user-create-anonymous.ts';
import { userCreateMusicBrainzMethod } from './user-create-musicbrainz.ts';
import { userLookupMethod } from './user-lookup.ts';

/** The second version of the API: what is served where. */
export function v2Routes(context: Context): readonly ApiRoute[] {
  return [
    { path: '/v2/lookup', method: lookupMethod(context) },
    { path: '/v2/limits', method: limitsMethod },
    { path: '/v2/submit', method: submitMethod(context) },
    { path: '/v2/submission_status', method: submissionStatusMethod(context) },
    { path: '/v2/fingerprint', method: fingerprintMethod(context) },
    { path: '/v2/track/list_by_mbid', method: trackListByMbidMethod(context) },
    { path: '/v2/track/list_by_puid', method: trackListByPuidMethod },
    { path: '/v2/user/lookup', method: userLookupMethod(context) },
    { path: '/v2/user/create_anonymous', method: userCreateAnonymousMethod(context) },
    { path: '/v2/user/create_musicbrainz', method: userCreateMusicBrainzMethod(context) },
    { path: '/v2/internal/update_lookup_stats', method: updateLookupStatsMethod(context) },
    { path: '/v2/internal/update_user_agent_stats', method: updateUserAgentStatsMethod(context) },
    { path: '/v2/internal/lookup_stats', method: lookupStatsMethod(context) },
    { path: '/v2/internal/create_account', method: createAccountMethod(context) },
    { path: '/v2/internal/check_application', method: checkApplicationMethod(context) },
    { path: '/v2/internal/create_application', method: createApplicationMethod(context) },
    {
      path: '/v2/internal/update_application_status',
      method: updateApplicationStatusMethod(context),
    },
  ];
}
