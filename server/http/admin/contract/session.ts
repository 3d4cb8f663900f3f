import { z } from 'zod';
import { moment } from './endpoint.ts';
import type { EndpointTable } from './endpoint.ts';

/** Too short is guessed, too long is work for the hash. */
export const PASSWORD_LENGTH = { min: 10, max: 1000 } as const;

const name = z.string().trim().min(1).max(255);
const password = z.string().max(PASSWORD_LENGTH.max);
const newPassword = password.min(PASSWORD_LENGTH.min);

const signedIn = z.object({
  id: z.number(),
  name: z.string(),
  mbuser: z.string().nullable(),
  access: z.enum(['user', 'moderator', 'admin']),
  hasPassword: z.boolean(),
});

/** Who is signed in, and how one signs in. */
export const sessionContract = {
  'GET /session': {
    access: 'anyone',
    answer: z.object({
      account: signedIn.nullable(),
      /** Nobody can sign in with a password yet: the setup link makes the first administrator. */
      needsSetup: z.boolean(),
    }),
  },
  'POST /session': { access: 'anyone', body: z.strictObject({ name, password }), answer: signedIn },
  'DELETE /session': { access: 'anyone' },
  'POST /setup': {
    access: 'anyone',
    body: z.strictObject({ token: z.string().regex(/^[\w-]{43}$/), name, password: newPassword }),
    answer: signedIn,
  },
  'PUT /session/password': {
    access: 'user',
    body: z.strictObject({
      /** Empty when the account has none yet. */
      current: password,
      password: newPassword,
    }),
  },
  'GET /sessions': {
    access: 'user',
    answer: z.array(
      z.object({
        id: z.string(),
        isThis: z.boolean(),
        created: moment,
        lastUsed: moment.nullable(),
        expires: moment,
        userAgent: z.string().nullable(),
        ip: z.string().nullable(),
      }),
    ),
  },
  'DELETE /sessions/:id': { access: 'user' },
} as const satisfies EndpointTable;
