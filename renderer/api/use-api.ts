import {
  keepPreviousData,
  queryOptions,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type {
  UseInfiniteQueryResult,
  UseMutationResult,
  UseQueryOptions,
  UseQueryResult,
} from '@tanstack/react-query';
import { callApi } from './client.ts';
import type { Answer, Call, EndpointName } from './client.ts';

/** Query options of a call: its name and arguments are its key. */
// eslint-disable-next-line typescript/explicit-module-boundary-types
export function apiQuery<Name extends EndpointName>(name: Name, call: Call<Name>) {
  return queryOptions({
    queryKey: [name, call.params ?? null, call.query ?? null],
    queryFn: ({ signal }) => callApi(name, call, signal),
  });
}

type Settings = Pick<UseQueryOptions, 'enabled' | 'refetchInterval'>;

/** Reads an endpoint; while other arguments load, what there was stays in place. */
export function useApi<Name extends EndpointName>(
  name: Name,
  call: Call<Name>,
  settings: Settings = {},
): UseQueryResult<Answer<Name>> {
  return useQuery({
    queryKey: [name, call.params ?? null, call.query ?? null] as const,
    queryFn: ({ signal }) => callApi(name, call, signal),
    placeholderData: keepPreviousData,
    ...(settings as object),
  });
}

/** Names of endpoints that answer pages. */
type PagedName = {
  [Name in EndpointName]: Answer<Name> extends { rows: unknown[]; next: string | null }
    ? Name
    : never;
}[EndpointName];

type Row<Name extends PagedName> = Answer<Name> extends { rows: (infer R)[] } ? R : never;

interface PageOf<Name extends PagedName> {
  readonly rows: readonly Row<Name>[];
  readonly next: string | null;
}

export interface Pages<R> {
  readonly rows: readonly R[];
  readonly result: UseInfiniteQueryResult;
}

/** Reads a paged endpoint, page after page as `fetchNextPage` is called. */
export function useApiPages<Name extends PagedName>(
  name: Name,
  call: Call<Name>,
  settings: Settings = {},
): Pages<Row<Name>> {
  const result = useInfiniteQuery({
    queryKey: [name, call.params ?? null, call.query ?? null, 'pages'] as const,
    queryFn: async ({ pageParam, signal }) => {
      const query = { ...(call.query as object), ...(pageParam !== null && { cursor: pageParam }) };
      // `PagedName` says that the answer is a page; the compiler does not see it through.
      return (await callApi(name, { ...call, query } as never, signal)) as unknown as PageOf<Name>;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
    ...(settings as object),
  });
  const rows = result.data?.pages.flatMap((each) => each.rows) ?? [];
  return { rows, result };
}

/**
 * An action on the server. When it is done, what the named endpoints said before is asked again:
 * endpoints by name, with all their arguments.
 */
export function useApiAction<Name extends EndpointName>(
  name: Name,
  options: {
    readonly refreshes?: readonly EndpointName[];
    readonly onDone?: (answer: Answer<Name>) => void;
  } = {},
): UseMutationResult<Answer<Name>, Error, Call<Name>> {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (call: Call<Name>) => callApi(name, call),
    onSuccess: async (answer) => {
      options.onDone?.(answer);
      await Promise.all(
        (options.refreshes ?? []).map((each) =>
          queryClient.invalidateQueries({ queryKey: [each] }),
        ),
      );
    },
  });
}
