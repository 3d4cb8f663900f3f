/** The cookie of a session. Over plain HTTP on loopback, so it cannot be `Secure`. */
export const SESSION_COOKIE = 'acoustid_session';

/** What `Set-Cookie` says: unreadable to scripts, and not sent along by other sites' requests. */
export const SESSION_COOKIE_OPTIONS = { httpOnly: true, sameSite: 'lax', path: '/' } as const;
