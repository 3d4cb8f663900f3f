import { DomainError } from '../../errors.ts';
import { decodeFingerprint, InvalidFingerprintError } from '../../fingerprint/codec.ts';

/** The only algorithm the service keeps fingerprints of. */
const ALGORITHM_VERSION = 1;

/**
 * Decodes a fingerprint parameter as the service accepts it: the library's format, algorithm 1,
 * at least one hash (chromaprint.md section 1.5). Throws `invalid_fingerprint`.
 */
export function requireFingerprint(text: string): Uint32Array {
  const { hashes, version } = decode(text);
  if (version !== ALGORITHM_VERSION || hashes.length === 0) {
    throw new DomainError('invalid_fingerprint', {});
  }
  return hashes;
}

function decode(text: string): ReturnType<typeof decodeFingerprint> {
  try {
    return decodeFingerprint(text);
  } catch (cause) {
    if (cause instanceof InvalidFingerprintError) {
      throw new DomainError('invalid_fingerprint', {}, { cause });
    }
    throw cause;
  }
}
