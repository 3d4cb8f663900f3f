/** Attempts after which a task is set aside until a person retries it. */
export const ATTEMPTS_MAX = 5;

const FIRST_SECONDS = 5;
const FACTOR = 4;
const SECONDS_MAX = 900;
/** So that what failed together does not come again together. */
const SPREAD = 0.2;

/**
 * Seconds to wait after the given attempt, from 1, has failed: about 5, 20, 80, 320, then 900.
 * `random` is from 0 to 1.
 */
export function retryDelaySeconds(attempt: number, random: number): number {
  const seconds = Math.min(FIRST_SECONDS * FACTOR ** (Math.max(attempt, 1) - 1), SECONDS_MAX);
  return seconds * (1 + SPREAD * (random * 2 - 1));
}
