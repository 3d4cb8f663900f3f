/** Whether the server answers, as far as anybody here has noticed; one for the whole page. */
import type { QueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';

const HEALTH = '/_health_ro';
const RETRY_MS = 1500;

const watchers = new Set<() => void>();
let isLost = false;
let retry: ReturnType<typeof setTimeout> | undefined;

/** Somebody got no answer: tries until there is one again. */
export function connectionLost(): void {
  if (retry !== undefined) return;
  say(true);
  retry = setTimeout(() => void tryAgain(), RETRY_MS);
}

/** Asks once, where it is not clear whose fault a silence is. */
export async function checkConnection(): Promise<void> {
  if (retry === undefined && !(await answers())) connectionLost();
}

/** Whether the server has gone silent; when it is back, everything is asked again. */
export function useIsOffline(queryClient: QueryClient): boolean {
  const isOffline = useSyncExternalStore(subscribe, () => isLost);
  useEffect(
    () =>
      subscribe(() => {
        if (!isLost) void queryClient.invalidateQueries();
      }),
    [queryClient],
  );
  return isOffline;
}

async function tryAgain(): Promise<void> {
  if (await answers()) {
    retry = undefined;
    say(false);
  } else retry = setTimeout(() => void tryAgain(), RETRY_MS);
}

async function answers(): Promise<boolean> {
  try {
    return (await fetch(HEALTH, { cache: 'no-store' })).ok;
  } catch {
    return false;
  }
}

function subscribe(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

function say(lost: boolean): void {
  if (isLost === lost) return;
  isLost = lost;
  for (const watcher of watchers) watcher();
}
