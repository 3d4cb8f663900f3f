import { useSearchParams } from 'react-router';
import type { Query } from '../../api/client.ts';

export const STATES = ['pending', 'imported', 'skipped', 'parked'] as const;
export const VERDICTS = [
  'new_track',
  'joined_track',
  'merged_fingerprint',
  'skipped:no_data',
  'skipped:too_few_hashes',
  'skipped:empty_query',
  'skipped:unknown_source',
] as const;

type Wanted = NonNullable<Query<'GET /submissions'>>;

export interface SubmissionFilters {
  readonly query: Wanted & {
    readonly id?: string;
    readonly mbid?: string;
    readonly account?: string;
    readonly application?: string;
  };
  /** As they were where the filter was chosen; an address that was typed has none. */
  readonly names: { readonly account: string | null; readonly application: string | null };
  readonly isFiltered: boolean;
  readonly shown: number | undefined;
  readonly set: (changes: Readonly<Record<string, string | undefined>>) => void;
  readonly clear: () => void;
}

/** The filters of the list, as the address has them. */
export function useFilters(): SubmissionFilters {
  const [search, setSearch] = useSearchParams();
  const text = (name: string): string | undefined => search.get(name) ?? undefined;
  const query = Object.fromEntries(
    Object.entries({
      state: STATES.find((each) => each === search.get('state')),
      verdict: VERDICTS.find((each) => each === search.get('verdict')),
      account: text('account'),
      application: text('application'),
      mbid: text('mbid'),
      id: text('id'),
    }).filter(([, value]) => value !== undefined),
  ) as SubmissionFilters['query'];
  return {
    query,
    names: { account: search.get('accountName'), application: search.get('applicationName') },
    isFiltered: Object.keys(query).length > 0,
    shown: Number(search.get('show')) || undefined,
    set: (changes) =>
      setSearch(
        (before) => {
          for (const [name, value] of Object.entries(changes)) {
            if (value === undefined) before.delete(name);
            else before.set(name, value);
          }
          return before;
        },
        { replace: true },
      ),
    clear: () => setSearch({}, { replace: true }),
  };
}
