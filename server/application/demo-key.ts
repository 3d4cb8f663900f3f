import { createHmac, timingSafeEqual } from 'node:crypto';

/** The application that requests with the demo key count as. */
export const DEMO_APPLICATION_ID = 2;

/** Days a demo key is good for: that of today and of the six days before. */
const DAYS = 7;
const DAY_MS = 86_400_000;
/** Days from 1 January of year 1, which is day 1, to 1 January 1970. */
const EPOCH_ORDINAL = 719_163;
const DIGEST_BYTES = 8;
const KEY_LENGTH = 11;
/** The next-to-last character of every demo key. */
const MARK = 'A';

/**
 * The key that the API page shows on the day of `dayMs`, UTC (api-v2.md section 5): HMAC-MD5 over
 * the day's ordinal in hex, first 8 bytes in URL-safe base64, the next-to-last character marked.
 */
export function demoKeyOf(secret: string, dayMs: number): string {
  const ordinal = Math.floor(dayMs / DAY_MS) + EPOCH_ORDINAL;
  const digest = createHmac('md5', `${secret}:demo-client-api-key`)
    .update(ordinal.toString(16))
    .digest()
    .subarray(0, DIGEST_BYTES)
    .toString('base64url');
  return `${digest.slice(0, -2)}${MARK}${digest.slice(-1)}`;
}

/** Whether a key is a demo key of the last days. Upstream looks ahead instead, a slip of sign. */
export function isDemoKey(secret: string, key: string, nowMs: number): boolean {
  if (key.length !== KEY_LENGTH || key.at(-2) !== MARK) return false;
  const given = Buffer.from(key);
  if (given.length !== KEY_LENGTH) return false;
  let isOne = false;
  for (let day = 0; day < DAYS; day += 1) {
    const expected = Buffer.from(demoKeyOf(secret, nowMs - day * DAY_MS));
    isOne = timingSafeEqual(given, expected) || isOne;
  }
  return isOne;
}
