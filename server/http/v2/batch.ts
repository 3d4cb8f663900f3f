import { DomainError } from '../../errors.ts';
import type { BatchIndex } from '../params.ts';

/**
 * Reads each member of a batch by upstream's rule: a bad member is dropped without a trace, unless
 * it is the last one and none before it was good; then its error is the answer (api-v2.md
 * section 8, "Errors in a query").
 */
export function readBatch<T>(
  indexes: readonly BatchIndex[],
  readMember: (index: BatchIndex) => T,
): T[] {
  const members: T[] = [];
  for (const [at, index] of indexes.entries()) {
    try {
      members.push(readMember(index));
    } catch (error) {
      const isLast = at === indexes.length - 1;
      if (!(error instanceof DomainError) || (isLast && members.length === 0)) throw error;
    }
  }
  return members;
}
