import { decodeFingerprint, InvalidFingerprintError } from '../../fingerprint/codec.ts';
import { InvalidRequestError } from './json-handler.ts';

const ALGORITHM_VERSION = 1;
const HASHES_MIN = 10;

/** Checks a fingerprint as the third version does; throws `InvalidRequestError` in its words. */
export function checkFingerprint(text: string): void {
  const { hashes, version } = decode(text);
  if (version !== ALGORITHM_VERSION) {
    throw new InvalidRequestError('Unsupported fingerprint version');
  }
  if (hashes.length < HASHES_MIN) throw new InvalidRequestError('Fingerprint too short');
}

function decode(text: string): ReturnType<typeof decodeFingerprint> {
  try {
    return decodeFingerprint(text);
  } catch (cause) {
    if (!(cause instanceof InvalidFingerprintError)) throw cause;
    throw new InvalidRequestError('Invalid fingerprint', { cause });
  }
}
