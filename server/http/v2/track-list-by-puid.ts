import type { ApiMethod } from '../api-handler.ts';
import { requireUuid } from '../params.ts';

/**
 * `/v2/track/list_by_puid` (api-v2.md section 13). PUIDs ended with the service that gave them out;
 * the method checks its parameter and has answered nothing ever since.
 */
export const trackListByPuidMethod: ApiMethod = async (parameters, request) => {
  requireUuid('puid', parameters.require('puid'));
  await request.admit(undefined);
  return { tracks: [] };
};
