/** The queues of suspicion as moderators see them. */
import type { Queryable } from '../db/queryable.ts';
import type { SuspicionKind } from './finding.ts';

const PAGE_MAX = 200;

export type SuspicionState = 'open' | 'dismissed' | 'resolved';

export interface Suspicion {
  readonly id: number;
  readonly kind: SuspicionKind;
  readonly subject: Readonly<Record<string, number | string>>;
  readonly tracks: readonly number[];
  readonly score: number;
  /** The numbers behind the score; their shape is the kind's (LengthEvidence and so on). */
  readonly evidence: unknown;
  /** The act that would mend it, as the moderation module takes it. */
  readonly suggested: unknown;
  readonly state: SuspicionState;
  readonly first_seen: Date;
  readonly computed: Date;
  readonly decided: Date | null;
  readonly decided_by: number | null;
  readonly note: string | null;
}

export interface SuspicionFilters {
  readonly kinds?: readonly SuspicionKind[] | undefined;
  /** Open ones when left out. */
  readonly state?: SuspicionState | undefined;
  readonly trackId?: number | undefined;
  readonly minScore?: number | undefined;
}

/** Where a page ended; pass it to read on. */
export interface SuspicionCursor {
  readonly score: number;
  readonly id: number;
}

export interface SuspicionPage {
  readonly suspicions: readonly Suspicion[];
  readonly next: SuspicionCursor | null;
}

const COLUMNS = `id, kind, subject, tracks, score, evidence, suggested, state, first_seen, computed,
  decided, decided_by, note`;

/** Suspicions by these filters, the surest first, at most PAGE_MAX at a time. */
export async function listSuspicions(
  fingerprint: Queryable,
  filters: SuspicionFilters = {},
  page: { readonly after?: SuspicionCursor | undefined; readonly limit?: number | undefined } = {},
): Promise<SuspicionPage> {
  const limit = Math.min(Math.max(page.limit ?? PAGE_MAX, 1), PAGE_MAX);
  const { rows } = await fingerprint.query<Suspicion>({
    name: 'list-suspicions',
    text: `
      select ${COLUMNS} from suspicion
      where state = $1
        and ($2::text[] is null or kind = any($2))
        and ($3::int is null or tracks && array[$3::int])
        and ($4::real is null or score >= $4)
        and ($5::real is null or score < $5 or (score = $5 and id > $6))
      order by score desc, id limit $7`,
    values: [
      filters.state ?? 'open',
      filters.kinds ?? null,
      filters.trackId ?? null,
      filters.minScore ?? null,
      page.after?.score ?? null,
      page.after?.id ?? null,
      limit + 1,
    ],
  });
  const suspicions = rows.slice(0, limit);
  const last = suspicions.at(-1);
  const next = rows.length > limit && last ? { score: last.score, id: last.id } : null;
  return { suspicions, next };
}

/** How many there are, by kind and state; those without any are left out. */
export async function countSuspicions(
  fingerprint: Queryable,
): Promise<readonly { kind: SuspicionKind; state: SuspicionState; count: number }[]> {
  const { rows } = await fingerprint.query<{
    kind: SuspicionKind;
    state: SuspicionState;
    count: number;
  }>({
    name: 'count-suspicions',
    text: `
      select kind, state, count(*)::int as count from suspicion
      group by kind, state order by kind, state`,
  });
  return rows;
}

export interface Decision {
  readonly accountId: number | null;
  readonly note: string;
}

/** Puts open suspicions aside for good: they are not raised again. Returns those it found open. */
export function dismissSuspicions(
  fingerprint: Queryable,
  ids: readonly number[],
  decision: Decision,
): Promise<readonly number[]> {
  return decide(fingerprint, ids, decision, { from: 'open', to: 'dismissed' });
}

/** Takes dismissed suspicions up again. Returns those it found dismissed. */
export function reopenSuspicions(
  fingerprint: Queryable,
  ids: readonly number[],
  decision: Decision,
): Promise<readonly number[]> {
  return decide(fingerprint, ids, decision, { from: 'dismissed', to: 'open' });
}

async function decide(
  fingerprint: Queryable,
  ids: readonly number[],
  { accountId, note }: Decision,
  states: { readonly from: SuspicionState; readonly to: SuspicionState },
): Promise<readonly number[]> {
  const { rows } = await fingerprint.query<{ id: number }>({
    name: 'decide-suspicions',
    text: `
      update suspicion set state = $3, decided = now(), decided_by = $4, note = $5
      where id = any($1::int[]) and state = $2
      returning id`,
    values: [ids, states.from, states.to, accountId, note],
  });
  return rows.map(({ id }) => id).sort((a, b) => a - b);
}
