import type { Context } from '../../context.ts';
import type { ApiRoute } from '../api-handler.ts';
import { lookupMethod } from '../v2/lookup.ts';
import { submitMethod } from '../v2/submit.ts';
import { firstLookupMethod } from './lookup.ts';
import { firstSubmitMethod } from './submit.ts';

/** The first version of the API, which always answers XML. */
export function v1Routes(context: Context): readonly ApiRoute[] {
  return [
    { path: '/lookup', method: firstLookupMethod(lookupMethod(context)), format: { kind: 'xml' } },
    { path: '/submit', method: firstSubmitMethod(submitMethod(context)), format: { kind: 'xml' } },
  ];
}
