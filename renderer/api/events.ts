/** What the server tells by itself, put where the answers to questions are kept. */
import { useQueryClient } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import type { z } from 'zod';
import type { liveEvents } from '../../server/http/admin/contract/dashboard.ts';
import { callApi } from './client.ts';
import type { Answer } from './client.ts';
import { checkConnection } from './connection.ts';

const ADDRESS = '/api/admin/events';
/** A browser gives up for good when it is refused; the server may only be without its database. */
const RETRY_MS = 3000;

type Events = { [Name in keyof typeof liveEvents]: z.output<(typeof liveEvents)[Name]> };
type Dashboard = Answer<'GET /dashboard'>;

const watchers = new Set<() => void>();
let isLive = false;

/** Listens for as long as it is mounted and `isOn`. */
export function useLiveEvents(isOn: boolean): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    if (!isOn) return undefined;
    const listening = new Listening(queryClient);
    listening.open();
    return () => listening.close();
  }, [isOn, queryClient]);
}

/** Whether events come; while they do not, pages ask by themselves. */
export function useIsLive(): boolean {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => isLive,
  );
}

class Listening {
  readonly #queryClient: QueryClient;
  #source: EventSource | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(queryClient: QueryClient) {
    this.#queryClient = queryClient;
  }

  open(): void {
    const source = new EventSource(ADDRESS);
    this.#source = source;
    source.addEventListener('open', () => say(true));
    source.addEventListener('error', () => this.#lost(source));
    this.#on('services', (services) => this.#change((known) => ({ ...known, services })));
    this.#on('attention', (attention) => this.#change((known) => ({ ...known, attention })));
    this.#on('metrics', ({ lookups, second }) =>
      this.#change((known) => ({ ...known, lookups, seconds: withSecond(known.seconds, second) })),
    );
  }

  close(): void {
    clearTimeout(this.#retry);
    this.#source?.close();
    say(false);
  }

  #on<Name extends keyof Events>(name: Name, take: (value: Events[Name]) => void): void {
    this.#source?.addEventListener(name, (event) => {
      // Of our own server, which checked it against the contract on its way out.
      take(JSON.parse(String(event.data)) as Events[Name]);
    });
  }

  #change(change: (known: Dashboard) => Dashboard): void {
    this.#queryClient.setQueryData<Dashboard>(
      ['GET /dashboard', null, null],
      (known) => known && change(known),
    );
  }

  #lost(source: EventSource): void {
    say(false);
    void checkConnection();
    if (source.readyState !== EventSource.CLOSED) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#openIfSignedIn(), RETRY_MS);
  }

  async #openIfSignedIn(): Promise<void> {
    const session = await callApi('GET /session', {}).catch(() => undefined);
    if (session?.account === null) return;
    this.open();
  }
}

function withSecond(
  seconds: Dashboard['seconds'],
  second: Dashboard['seconds'][number],
): Dashboard['seconds'] {
  const [oldest] = seconds;
  if (!oldest || (seconds.at(-1)?.at ?? 0) >= second.at) return seconds;
  return [...seconds.slice(1), second];
}

function say(live: boolean): void {
  if (isLive === live) return;
  isLive = live;
  for (const watcher of watchers) watcher();
}
