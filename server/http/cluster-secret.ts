import { createHash, timingSafeEqual } from 'node:crypto';
import type { Parameters } from './params.ts';

/**
 * Whether a request carries the cluster's secret. With none configured, or none sent, it does not:
 * upstream lets a missing one pass for an unset one.
 */
export function isFromCluster(parameters: Parameters, secret: string | undefined): boolean {
  const sent = parameters.get('secret');
  if (secret === undefined || secret === '' || sent === undefined || sent === '') return false;
  // Digests have one length, which the comparison needs and which tells nothing of the secret's.
  return timingSafeEqual(digest(sent), digest(secret));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
