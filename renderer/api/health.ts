import { queryOptions } from '@tanstack/react-query';

export type Health =
  | { readonly state: 'ok' }
  | { readonly state: 'refusing'; readonly reason: string }
  | { readonly state: 'unreachable' };

const POLL_MS = 2000;

/** The state of the service as any client sees it; polled, for it may stop at any time. */
export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: readHealth,
  refetchInterval: POLL_MS,
  refetchIntervalInBackground: false,
});

/** Asks `/_health`. A service that does not answer is a result, not an error. */
async function readHealth(): Promise<Health> {
  try {
    const response = await fetch('/_health', { cache: 'no-store' });
    if (response.ok) return { state: 'ok' };
    return { state: 'refusing', reason: await response.text() };
  } catch {
    return { state: 'unreachable' };
  }
}
