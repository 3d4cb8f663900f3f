import { useSearchParams } from 'react-router';

const DAY_MS = 24 * 3600 * 1000;
const DAY = /^\d{4}-\d\d-\d\d$/;

/** The periods one click chooses, in days. */
export const PERIODS = [30, 90, 365] as const;
const DEFAULT_DAYS = 30;

/** From and to, both included, as `YYYY-MM-DD`. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/** The last so many days, today among them. */
export function lastDays(days: number, nowMs: number): Period {
  return { from: dayOf(nowMs - (days - 1) * DAY_MS), to: dayOf(nowMs) };
}

/** The chosen period, which the address keeps: `?days=90`, or `?from=…&to=…`. */
export function usePeriod(): {
  readonly period: Period;
  /** Of `PERIODS`; undefined for a period of one's own. */
  readonly days: number | undefined;
  readonly choose: (chosen: { days: number } | Period) => void;
} {
  const [search, setSearch] = useSearchParams();
  const from = search.get('from');
  const to = search.get('to');
  const choose = (chosen: { days: number } | Period): void =>
    setSearch(
      'days' in chosen ? { days: String(chosen.days) } : { from: chosen.from, to: chosen.to },
      { replace: true },
    );
  if (from !== null && to !== null && DAY.test(from) && DAY.test(to) && from <= to) {
    return { period: { from, to }, days: undefined, choose };
  }
  const asked = Number(search.get('days'));
  const days = PERIODS.find((each) => each === asked) ?? DEFAULT_DAYS;
  return { period: lastDays(days, Date.now()), days, choose };
}

/** The day it is here; the server, whose days these are, mostly stands in the same zone. */
function dayOf(ms: number): string {
  const date = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  return [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
}
