import { z } from 'zod';
import { moment, page, pageOf } from './endpoint.ts';
import type { EndpointTable } from './endpoint.ts';
import { email, line, rowId, search, website } from './fields.ts';

/** Requests per second an application may be held to. */
const RATE_MAX = 1_000_000;

const application = z.object({
  id: z.number(),
  name: z.string(),
  version: z.string().nullable(),
  email: z.string().nullable(),
  website: z.string().nullable(),
  active: z.boolean(),
  /** Whose it is; null when that account was deleted. */
  account: z.object({ id: z.number(), name: z.string() }).nullable(),
  /** Requests per second; null means the default. */
  rateLimit: z.number().nullable(),
  created: moment,
  /** The hour of the last lookup that was counted. */
  lastLookup: moment.nullable(),
  /** The last 30 days in UTC, today last. */
  days: z.array(z.object({ date: z.string(), hits: z.number(), misses: z.number() })),
});

const name = line(255);
const version = line(255);

/** An application key: says which program asks (`client=`). */
const key = z.object({ apikey: z.string() });

/** Programs that use the service. Everybody sees their own, an administrator all. */
export const applicationsContract = {
  'GET /applications': {
    access: 'user',
    query: z.strictObject({ ...page, search, account: rowId.optional() }),
    answer: pageOf(application),
  },
  'GET /applications/:id': { access: 'user', answer: application },
  'POST /applications': {
    access: 'user',
    body: z.strictObject({ name, version, email, website: website.nullable() }),
    answer: application.extend({ apikey: z.string() }),
  },
  'PATCH /applications/:id': {
    access: 'user',
    body: z.strictObject({
      name: name.optional(),
      version: version.optional(),
      email: email.optional(),
      website: website.nullable().optional(),
      /** Only an administrator switches one on again. */
      active: z.boolean().optional(),
      /** Only an administrator sets it. */
      rateLimit: z.int().min(1).max(RATE_MAX).nullable().optional(),
    }),
    answer: application,
  },
  'GET /applications/:id/key': { access: 'user', answer: key },
  /** A new key; the old one is refused from now on. */
  'POST /applications/:id/key': { access: 'user', answer: key },
} as const satisfies EndpointTable;
