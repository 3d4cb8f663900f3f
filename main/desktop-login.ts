/** The window's side of docs/desktop.md, "Signing the window in". */
import { createHash, randomBytes } from 'node:crypto';
import type { SessionPart } from './electron-parts.ts';
import { ApplianceError } from './errors.ts';

const TOKEN_BYTES = 32;
const LIMIT_MS = 10_000;
const PATH = '/api/admin/session/desktop';

export interface SignInOptions {
  readonly url: string;
  readonly session: Pick<SessionPart, 'cookies'>;
  /** Asks the server over its private channel. */
  readonly ask: (question: object) => Promise<unknown>;
}

/**
 * Signs the window in: announces a one-time token by its hash, turns it into a session, and puts the
 * session's cookie where the window finds it. The token is in no address and in no page.
 * Throws `ApplianceError` when the server does not give a session.
 */
export async function signIn({ ask, session, url }: SignInOptions): Promise<void> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  await ask({
    ask: 'desktop-login',
    tokenHash: createHash('sha256').update(token).digest('hex'),
  });
  const response = await fetch(new URL(PATH, url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
    redirect: 'error',
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  const [cookie] = response.headers.getSetCookie().map(readCookie);
  if (!response.ok || !cookie) {
    throw new ApplianceError(`The window could not be signed in: status ${response.status}.`);
  }
  await session.cookies.set({ url, ...cookie, path: '/', httpOnly: true, sameSite: 'lax' });
}

function readCookie(header: string): { name: string; value: string; expirationDate?: number } {
  const [pair = '', ...attributes] = header.split(/;\s*/);
  const [name = '', value = ''] = pair.split(/=(.*)/s, 2);
  const expires = attributes
    .map((attribute) => /^expires=(.*)$/i.exec(attribute)?.[1])
    .find((date) => date !== undefined);
  // Electron counts in seconds.
  return { name, value, ...(expires && { expirationDate: Date.parse(expires) / 1000 }) };
}
