import type { Context } from '../../../context.ts';
import { withTransaction } from '../../../db/databases.ts';
import type { Queryable } from '../../../db/queryable.ts';
import { DomainError } from '../../../errors.ts';
import { claimFlush } from '../../../stats/stats-queries.ts';
import type { Parameters } from '../../params.ts';
import { storable } from '../text-parameters.ts';

const FLUSH_ID_LENGTH_MAX = 100;

/**
 * Adds the counts of another node; those that come with a `flush_id` once, however often they are
 * sent. Upstream's nodes send none.
 */
export async function addCounts(
  context: Context,
  parameters: Parameters,
  add: (app: Queryable) => Promise<void>,
): Promise<void> {
  const { pool } = context.databases.app;
  const flushId = storable(parameters.get('flush_id') ?? '');
  if (flushId.length > FLUSH_ID_LENGTH_MAX) {
    throw new DomainError('missing_parameter', { parameter: 'flush_id' });
  }
  if (flushId === '') {
    await add(pool);
    return;
  }
  await withTransaction(pool, async (client) => {
    if (await claimFlush(client, flushId)) await add(client);
  });
}
