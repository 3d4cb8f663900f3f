import type { Context } from '../../context.ts';
import { loadImportedTracks } from '../../submission/status.ts';
import type { ApiMethod } from '../api-handler.ts';

/** `/v2/submission_status` (api-v2.md section 11). */
export function submissionStatusMethod(context: Context): ApiMethod {
  return async (parameters, request) => {
    const { apiKeys } = context;
    const applicationId = await apiKeys.requireApplication(parameters.require('client'));
    const ids = parameters.getIntegers('id');
    await request.admit(applicationId);
    const { fingerprint, ingest } = context.databases;
    const tracks = await loadImportedTracks(
      { fingerprint: fingerprint.pool, ingest: ingest.pool },
      ids,
    );
    const submissions = ids.map((id) => {
      const gid = tracks.get(id);
      return gid === undefined
        ? { id, status: 'pending' }
        : { id, status: 'imported', result: { id: gid } };
    });
    return { submissions };
  };
}
