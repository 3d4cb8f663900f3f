import { useCallback, useEffect, useRef, useState } from 'react';
import { callApi } from '../../api/client.ts';
import type { Answer, Query } from '../../api/client.ts';

export const SERVICES = [
  'server',
  'postgres',
  'nats',
  'index',
  'migrations',
  'supervisor',
  'desktop',
] as const;
export const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

const NEW_EVERY_MS = 1000;
const PAGE_ROWS = 500;
/** More than anybody reads; older ones are left off while new ones come. */
const ROWS_MAX = 20_000;

export type LogRow = Answer<'GET /logs'>['rows'][number];

export interface LogFilter {
  readonly service: LogRow['name'] | undefined;
  readonly level: LogRow['level'];
  readonly text: string;
}

export interface Logs {
  /** Oldest first. */
  readonly rows: readonly LogRow[];
  readonly isPending: boolean;
  readonly error: unknown;
  readonly hasOlder: boolean;
  readonly loadOlder: () => void;
  readonly retry: () => void;
}

interface State {
  readonly rows: readonly LogRow[];
  readonly next: string | null;
  readonly tail: string;
}

/** The newest lines of a filter, older ones when asked for, and new ones as they come. */
export function useLogs({ level, service, text }: LogFilter, isFollowing: boolean): Logs {
  const [state, setState] = useState<State>();
  const [error, setError] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  const busy = useRef(false);
  const read = useCallback<Read>(
    async (more, signal) =>
      await callApi(
        'GET /logs',
        { query: { service, level, text, limit: PAGE_ROWS, ...more } },
        signal,
      ),
    [level, service, text],
  );

  useEffect(() => {
    const over = new AbortController();
    setState(undefined);
    setError(null);
    read({}, over.signal)
      .then(({ next, rows, tail }) => setState({ rows: rows.toReversed(), next, tail }))
      .catch((failure: unknown) => over.signal.aborted || setError(failure));
    return () => over.abort();
  }, [attempt, read]);

  const take = useCallback((fresh: Page) => {
    setError(null);
    setState((known) => known && withNew(known, fresh));
  }, []);
  useNewLines({ read, tail: isFollowing ? state?.tail : undefined, take, fail: setError });

  const next = state?.next;
  const loadOlder = useCallback(() => {
    if (busy.current || next === undefined || next === null) return;
    busy.current = true;
    read({ cursor: next })
      .then((older) => setState((known) => known && withOlder(known, older)))
      .catch(setError)
      .finally(() => {
        busy.current = false;
      });
  }, [next, read]);

  const rows = state?.rows ?? [];
  return {
    rows,
    isPending: state === undefined && error === null,
    error,
    hasOlder: next !== undefined && next !== null && rows.length < ROWS_MAX,
    loadOlder,
    retry: () => setAttempt((known) => known + 1),
  };
}

type Page = Answer<'GET /logs'>;
type Read = (more: Query<'GET /logs'>, signal?: AbortSignal) => Promise<Page>;

/** Looks for lines after the tail every now and then; without a tail it does not look. */
function useNewLines({
  fail,
  read,
  tail,
  take,
}: {
  readonly read: Read;
  readonly tail: string | undefined;
  readonly take: (page: Page) => void;
  readonly fail: (failure: unknown) => void;
}): void {
  useEffect(() => {
    if (tail === undefined) return undefined;
    const over = new AbortController();
    let isLooking = false;
    const look = async (): Promise<void> => {
      if (isLooking) return;
      isLooking = true;
      try {
        take(await read({ after: tail }, over.signal));
      } catch (failure) {
        if (!over.signal.aborted) fail(failure);
      } finally {
        isLooking = false;
      }
    };
    const timer = setInterval(() => void look(), NEW_EVERY_MS);
    return () => {
      clearInterval(timer);
      over.abort();
    };
  }, [fail, read, tail, take]);
}

function withNew(known: State, { rows, tail }: Page): State {
  if (rows.length === 0 && tail === known.tail) return known;
  const all = [...known.rows, ...rows.toReversed()];
  return { ...known, tail, rows: all.length > ROWS_MAX ? all.slice(-ROWS_MAX) : all };
}

function withOlder(known: State, { next, rows }: Page): State {
  return { ...known, rows: [...rows.toReversed(), ...known.rows], next };
}
