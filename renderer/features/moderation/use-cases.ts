import { useCallback } from 'react';
import { useSearchParams } from 'react-router';
import { useApiPages } from '../../api/use-api.ts';
import type { Pages } from '../../api/use-api.ts';
import { KINDS } from './act.ts';
import type { Case, Kind } from './act.ts';

export const STATES = ['open', 'dismissed', 'resolved'] as const;
export type CaseState = (typeof STATES)[number];

export interface CaseQueue extends Pages<Case> {
  readonly kind: Kind | undefined;
  readonly state: CaseState;
  readonly selected: Case | undefined;
  readonly select: (id: number) => void;
  /** Goes on by so many cases; stays where the list ends. */
  readonly step: (by: 1 | -1) => void;
  readonly filter: (filters: { kind: Kind | undefined; state: CaseState }) => void;
}

/** The queue that the address asks for, and the case selected in it. */
export function useCases(): CaseQueue {
  const [search, setSearch] = useSearchParams();
  const kind = KINDS.find((each) => each === search.get('kind'));
  const state = STATES.find((each) => each === search.get('state')) ?? 'open';
  const pages = useApiPages('GET /suspicions', { query: { kind, state } });
  const { rows } = pages;
  const wanted = Number(search.get('case'));
  // One that is decided on is gone from the queue; then the first is as good as any.
  const selected = rows.find(({ id }) => id === wanted) ?? rows[0];
  const select = useCallback(
    (id: number) =>
      setSearch(
        (before) => {
          before.set('case', String(id));
          return before;
        },
        { replace: true },
      ),
    [setSearch],
  );
  const step = (by: 1 | -1): void => {
    const at = selected ? rows.indexOf(selected) : -1;
    const next = rows[at + by];
    if (next) select(next.id);
    if (by === 1 && at + by >= rows.length - 1 && pages.result.hasNextPage) {
      void pages.result.fetchNextPage();
    }
  };
  const filter = (filters: { kind: Kind | undefined; state: CaseState }): void => {
    const named = { ...(filters.kind && { kind: filters.kind }), state: filters.state };
    setSearch(named, { replace: true });
  };
  return { ...pages, kind, state, selected, select, step, filter };
}
