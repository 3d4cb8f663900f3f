import type { Context } from '../../context.ts';
import { DomainError } from '../../errors.ts';
import { findFingerprint } from '../../fingerprint/fingerprint-queries.ts';
import type { ApiMethod } from '../api-handler.ts';

/** `/v2/fingerprint` (api-v2.md section 12). No key is needed. */
export function fingerprintMethod({ databases }: Context): ApiMethod {
  return async (parameters, request) => {
    const id = parameters.getInteger('id') ?? 0;
    if (id === 0) throw new DomainError('missing_parameter', { parameter: 'id' });
    await request.admit(undefined);
    const fingerprint = await findFingerprint(databases.fingerprint.pool, id);
    if (!fingerprint) throw new DomainError('fingerprint_not_found', {});
    const { hashes, length } = fingerprint;
    return { fingerprint: { id, duration: length, hashes: [...new Int32Array(hashes)] } };
  };
}
