import type { QueryClient } from '@tanstack/react-query';
import { redirect } from 'react-router';
import { paths } from '../paths.ts';
import type { Answer } from './client.ts';
import { apiQuery, useApi } from './use-api.ts';

export type Access = 'anyone' | 'user' | 'moderator' | 'admin';

const RANK: Readonly<Record<Access, number>> = { anyone: 0, user: 1, moderator: 2, admin: 3 };

export type Session = Answer<'GET /session'>;

/** Who is signed in; `undefined` until the server has said. */
export function useSession(): Session | undefined {
  return useApi('GET /session', {}).data;
}

/** Whether the person at the page may do what needs this right. */
export function useMay(): (access: Access) => boolean {
  const session = useSession();
  const rank = RANK[session?.account?.access ?? 'anyone'];
  return (access) => rank >= RANK[access];
}

/**
 * A loader for pages that need a right: somebody who is not signed in goes to the sign-in first,
 * and comes back.
 */
export function requiring(queryClient: QueryClient, access: Access) {
  return async ({ request }: { readonly request: Request }): Promise<Response | null> => {
    const { account } = await queryClient.ensureQueryData(apiQuery('GET /session', {}));
    if (RANK[account?.access ?? 'anyone'] >= RANK[access]) return null;
    const { pathname, search } = new URL(request.url);
    return redirect(`${paths.login}?to=${encodeURIComponent(pathname + search)}`);
  };
}
