import type { Queryable } from '../db/queryable.ts';
import { SUSPICION_KINDS } from './finding.ts';
import type { SuspicionKind } from './finding.ts';

export interface QueueLength {
  readonly kind: SuspicionKind;
  /** Open suspicions, counted up to the limit. */
  readonly open: number;
  readonly isMore: boolean;
}

/** How long each queue is. Counts no further than `max`, so that a long one costs no more. */
export async function listQueueLengths(
  fingerprint: Queryable,
  max: number,
): Promise<QueueLength[]> {
  const { rows } = await fingerprint.query<{ kind: SuspicionKind; open: number }>({
    name: 'list-queue-lengths',
    text: `
      select kind, (
        select count(*)::int from (
          select from suspicion s where s.kind = k.kind and s.state = 'open' limit $2 + 1
        ) counted
      ) as open
      from unnest($1::text[]) with ordinality as k (kind, place) order by place`,
    values: [SUSPICION_KINDS, max],
  });
  return rows.map(({ kind, open }) => ({ kind, open: Math.min(open, max), isMore: open > max }));
}
