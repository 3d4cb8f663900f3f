import { randomBytes } from 'node:crypto';

const KEY_LENGTH = 10;
const KEY_BYTES = 20;

/**
 * Makes a key for an application or an account: 20 random bytes in base64 without `/`, `+` and
 * `=`, first 10 characters (api-v2.md section 5).
 */
export function generateApiKey(): string {
  const text = randomBytes(KEY_BYTES).toString('base64').replace(/[/+=]/g, '');
  // Each of the 27 characters is dropped one time in 32; fewer than ten left is next to never.
  return text.length < KEY_LENGTH ? generateApiKey() : text.slice(0, KEY_LENGTH);
}
