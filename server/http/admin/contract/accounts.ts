import { z } from 'zod';
import { moment, page, pageOf } from './endpoint.ts';
import type { EndpointTable } from './endpoint.ts';
import { line, search } from './fields.ts';
import { PASSWORD_LENGTH } from './session.ts';

const access = z.enum(['user', 'moderator', 'admin']);

const account = z.object({
  id: z.number(),
  name: z.string(),
  /** MusicBrainz name; who has one may moderate. */
  mbuser: z.string().nullable(),
  access,
  /** Made by a client without anybody's name. */
  anonymous: z.boolean(),
  hasPassword: z.boolean(),
  created: moment,
  lastLogin: moment.nullable(),
  submissions: z.number(),
  applications: z.number(),
});

/** A user key: says who submits (`user=`). */
const key = z.object({ apikey: z.string() });

const name = line(255);
const mbuser = line(64);

/** People, and scripts, who submit, moderate and administrate. */
export const accountsContract = {
  'GET /accounts': {
    access: 'admin',
    query: z.strictObject({ ...page, search, access: access.optional() }),
    answer: pageOf(account),
  },
  'GET /accounts/:id': { access: 'admin', answer: account },
  'POST /accounts': {
    access: 'admin',
    body: z.strictObject({ name, mbuser: mbuser.nullable(), isAdmin: z.boolean() }),
    answer: account.extend({ apikey: z.string() }),
  },
  'PATCH /accounts/:id': {
    access: 'admin',
    body: z.strictObject({
      name: name.optional(),
      mbuser: mbuser.nullable().optional(),
      isAdmin: z.boolean().optional(),
    }),
    answer: account,
  },
  /** Ends every session of the account. */
  'PUT /accounts/:id/password': {
    access: 'admin',
    body: z.strictObject({
      password: z.string().min(PASSWORD_LENGTH.min).max(PASSWORD_LENGTH.max),
    }),
  },
  'DELETE /accounts/:id/password': { access: 'admin' },
  'GET /accounts/:id/key': { access: 'admin', answer: key },
  /** A new key; the old one is refused from now on. */
  'POST /accounts/:id/key': { access: 'admin', answer: key },
  /** One's own. */
  'GET /account/key': { access: 'user', answer: key },
  'POST /account/key': { access: 'user', answer: key },
} as const satisfies EndpointTable;
