import type { Context } from '../../context.ts';
import { lookupMethod } from '../v2/lookup.ts';
import { submitMethod as secondSubmitMethod } from '../v2/submit.ts';
import type { JsonRoute } from './json-handler.ts';
import { searchMethod } from './search.ts';
import { submitMethod } from './submit.ts';
import { listByFingerprintMethod, listByMbidMethod } from './tracks.ts';

/** The third version of the API, an experiment of upstream's (api-v2.md section 19). */
export function v3Routes(context: Context): readonly JsonRoute[] {
  return [
    {
      path: '/v3/search',
      methods: ['GET', 'POST'],
      needsKey: true,
      method: searchMethod(lookupMethod(context)),
    },
    {
      path: '/v3/submit',
      methods: ['POST'],
      needsKey: true,
      method: submitMethod(secondSubmitMethod(context)),
    },
    {
      path: '/v3/track/list_by_mbid',
      methods: ['GET'],
      needsKey: false,
      method: listByMbidMethod(context),
    },
    {
      path: '/v3/track/list_by_fingerprint',
      methods: ['GET'],
      needsKey: false,
      method: listByFingerprintMethod(context),
    },
    { path: '/health', methods: ['GET'], needsKey: false, method: async () => ({ ready: true }) },
  ];
}
