/** First and longest wait before a dead service is started again. */
const RESTART_DELAY_MS_MIN = 250;
export const RESTART_DELAY_MS_MAX = 30_000;
/** So many deaths within the window, and trying again is a person's decision. */
const DEATHS_MAX = 5;
export const DEATHS_WINDOW_MS = 120_000;

/** The deaths that still count against a service. */
export interface DeathRecord {
  /** When it died, oldest first; none is older than the window at the time of the last death. */
  readonly times: readonly number[];
  /** Deaths in a row without a whole window of life between them. */
  readonly inARow: number;
}

export const noDeaths: DeathRecord = { times: [], inARow: 0 };

export type AfterDeath =
  | { readonly decision: 'restart'; readonly delayMs: number; readonly record: DeathRecord }
  | { readonly decision: 'give-up'; readonly record: DeathRecord };

/**
 * What follows a death at `nowMs`: a restart after a delay that doubles with every death in a row,
 * or giving up at the fifth within two minutes. A service that lived for the whole window starts
 * over with a clean record.
 */
export function afterDeath(record: DeathRecord, nowMs: number): AfterDeath {
  const previous = record.times.at(-1);
  const lived = previous === undefined || nowMs - previous >= DEATHS_WINDOW_MS;
  const inARow = lived ? 1 : record.inARow + 1;
  const times = [...record.times.filter((time) => nowMs - time < DEATHS_WINDOW_MS), nowMs];
  const next = { times, inARow };
  if (times.length >= DEATHS_MAX) return { decision: 'give-up', record: next };
  const delayMs = Math.min(RESTART_DELAY_MS_MIN * 2 ** (inARow - 1), RESTART_DELAY_MS_MAX);
  return { decision: 'restart', delayMs, record: next };
}
