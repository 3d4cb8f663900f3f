/** Sign-ins of the web pages. The cookie holds a random token, the database its SHA-256. */
import { createHash, randomBytes } from 'node:crypto';
import type { Queryable } from '../db/queryable.ts';

const TOKEN_BYTES = 32;
const TOKEN = /^[\w-]{43}$/;
/** A session lives as long as it is used within this time. */
const LIFE_MS = 30 * 24 * 3600 * 1000;
/** `last_used` is a help for people; writing it with every request would be a cost for nobody. */
const TOUCH_EVERY = '5 minutes';
const USER_AGENT_LENGTH_MAX = 1000;
/** Sessions of one account; past it the one unused for longest ends. */
const SESSIONS_MAX = 100;

/** May do what those before it may. */
export type SignedInAccess = 'user' | 'moderator' | 'admin';

/** Who a session is of. */
export interface SignedIn {
  readonly id: number;
  readonly name: string;
  readonly mbuser: string | null;
  readonly access: SignedInAccess;
  readonly hasPassword: boolean;
}

export interface NewSession {
  /** For the cookie; stored nowhere. */
  readonly token: string;
  readonly expires: Date;
}

export interface ListedSession {
  /** Names the session to its account; not the token. */
  readonly id: string;
  readonly created: Date;
  readonly lastUsed: Date | null;
  readonly expires: Date;
  readonly userAgent: string | null;
  readonly ip: string | null;
}

/** Columns an account is signed in with; upstream's moderators are those with a MusicBrainz name. */
const SIGNED_IN = `a.id, a.name, a.mbuser, a.password_hash is not null as "hasPassword",
  case when a.is_admin then 'admin' when a.mbuser is not null then 'moderator' else 'user' end as access`;

/** Opens a session, always with a new token, so that one planted before a sign-in is worth nothing. */
export async function openSession(
  app: Queryable,
  accountId: number,
  { ip, now, userAgent }: { ip: string; now: number; userAgent: string | undefined },
): Promise<NewSession> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const expires = new Date(now + LIFE_MS);
  await app.query(
    `with gone as (
       delete from session where expires < now() or token_hash in (
         select token_hash from session where account_id = $2
         order by coalesce(last_used, created) desc offset ${SESSIONS_MAX - 1}
       )
     ), signed_in as (update account set lastlogin = now() where id = $2)
     insert into session (token_hash, account_id, expires, last_used, user_agent, ip)
     values ($1, $2, $3, now(), $4, $5)`,
    [hashOf(token), accountId, expires, userAgent?.slice(0, USER_AGENT_LENGTH_MAX) ?? null, ip],
  );
  return { token, expires };
}

/** The account a token is good for now. */
export async function findSession(app: Queryable, token: string): Promise<SignedIn | undefined> {
  if (!TOKEN.test(token)) return undefined;
  const { rows } = await app.query<SignedIn>({
    name: 'find-session',
    text: `with touched as (
        update session set last_used = now()
        where token_hash = $1 and expires > now()
          and coalesce(last_used, created) < now() - interval '${TOUCH_EVERY}'
      )
      select ${SIGNED_IN} from session s join account a on a.id = s.account_id
      where s.token_hash = $1 and s.expires > now()`,
    values: [hashOf(token)],
  });
  return rows[0];
}

/** An account as it would be signed in, with the hash of its password. */
export async function findLogin(
  app: Queryable,
  name: string,
): Promise<{ account: SignedIn; passwordHash: string } | undefined> {
  const { rows } = await app.query<SignedIn & { password_hash: string }>(
    `select ${SIGNED_IN}, a.password_hash from account a
     where lower(a.name) = lower($1) and a.password_hash is not null order by a.id limit 1`,
    [name],
  );
  if (!rows[0]) return undefined;
  const { password_hash: passwordHash, ...account } = rows[0];
  return { account, passwordHash };
}

/** Ends a session by its token. */
export async function closeSession(app: Queryable, token: string): Promise<void> {
  await app.query('delete from session where token_hash = $1', [hashOf(token)]);
}

/** The sessions of an account, newest first. */
export async function listSessions(app: Queryable, accountId: number): Promise<ListedSession[]> {
  const { rows } = await app.query<ListedSession>(
    `select encode(token_hash, 'hex') as id, created, last_used as "lastUsed", expires,
       user_agent as "userAgent", host(ip) as ip
     from session where account_id = $1 and expires > now() order by created desc`,
    [accountId],
  );
  return rows;
}

/** Ends one session of an account by what `listSessions` calls it; false when it has none such. */
export async function closeListedSession(
  app: Queryable,
  accountId: number,
  id: string,
): Promise<boolean> {
  const { rowCount } = await app.query(
    `delete from session where account_id = $1 and encode(token_hash, 'hex') = $2`,
    [accountId, id],
  );
  return rowCount === 1;
}

/** Sets the password of an account and ends its other sessions: who knew the old one is out. */
export async function setPassword(
  app: Queryable,
  accountId: number,
  passwordHash: string,
  keepToken: string,
): Promise<void> {
  await app.query(
    `with gone as (delete from session where account_id = $1 and token_hash <> $3)
     update account set password_hash = $2 where id = $1`,
    [accountId, passwordHash, hashOf(keepToken)],
  );
}

/** What `listSessions` calls the session of this token. */
export function sessionIdOf(token: string): string {
  return hashOf(token).toString('hex');
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
