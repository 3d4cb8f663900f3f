import { z } from 'zod';
import type { ApiMethod } from '../api-handler.ts';
import { Parameters } from '../params.ts';
import { checkFingerprint } from './fingerprint-check.ts';
import { requireShape } from './json-handler.ts';
import type { JsonMethod, JsonRequest } from './json-handler.ts';

const searchSchema = z.object({
  fingerprint: z.string().optional(),
  duration: z.coerce.number().positive().optional(),
});

/**
 * `/v3/search`: the tracks that sound like `fingerprint`, of about `duration` seconds, as the
 * second version's lookup finds them. Without a fingerprint nothing is searched, and the answer is
 * as empty as upstream's always is.
 */
export function searchMethod(lookup: ApiMethod): JsonMethod {
  return async (request) => {
    const { duration, fingerprint } = requireShape(searchSchema, searchOf(request));
    if (fingerprint === undefined || duration === undefined) return {};
    checkFingerprint(fingerprint);
    const parameters = new Parameters([
      ['client', request.applicationKey ?? ''],
      ['fingerprint', fingerprint],
      ['duration', String(Math.round(duration))],
    ]);
    return await lookup(parameters, request.context);
  };
}

/** The body, or the query string of a request without one. */
function searchOf({ body, query }: JsonRequest): unknown {
  const fingerprint = query.get('fingerprint');
  return fingerprint === undefined ? body : { fingerprint, duration: query.get('duration') };
}
