/** The admin API as a browser asks it, for tests of its endpoints. */
import { insertAccount } from '../../server/account/account-queries.ts';
import { openSession } from '../../server/account/session.ts';
import type { TestService } from './service.ts';

interface Asked {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Said {
  readonly status: number;
  readonly headers: Headers;
  // Whatever JSON there is; each test knows what it asked for.
  readonly answer: never;
}

export type Ask = (path: string, asked?: Asked) => Promise<Said>;

export interface Person {
  readonly id: number;
  readonly apikey: string;
  readonly ask: Ask;
}

/** Somebody who is signed in. */
export async function signIn(
  { api, context }: TestService,
  name: string,
  { isAdmin = false, mbuser }: { readonly isAdmin?: boolean; readonly mbuser?: string } = {},
): Promise<Person> {
  const app = context.databases.app.pool;
  const { apikey, id } = await insertAccount(app, name, {
    ...(mbuser !== undefined && { mbuser }),
  });
  if (isAdmin) await app.query('update account set is_admin = true where id = $1', [id]);
  const caller = { ip: '127.0.0.1', now: context.now(), userAgent: 'test' };
  const { token } = await openSession(app, id, caller);
  return { id, apikey, ask: asking(api.url, { cookie: `acoustid_session=${token}` }) };
}

/** Asks as whoever these headers say. */
export function asking(url: string, as: Readonly<Record<string, string>> = {}): Ask {
  return async (path, { body, headers, method } = {}) => {
    const response = await fetch(`${url}/api/admin${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...as,
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer = (/^[[{]/.test(text) ? JSON.parse(text) : text) as never;
    return { status: response.status, headers: response.headers, answer };
  };
}
