import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './errors.ts';

const STALE_MS = 10_000;
const RETRIES_MAX = 2;

/** The cache of what the server said. A refusal is an answer; only silence is worth a retry. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: STALE_MS,
        retry: (failures, error) =>
          failures < RETRIES_MAX && error instanceof ApiError && [0, 503].includes(error.status),
      },
    },
  });
}
