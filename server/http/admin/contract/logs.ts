import { z } from 'zod';
import { page } from './endpoint.ts';
import type { EndpointTable } from './endpoint.ts';

const names = [
  'server',
  'postgres',
  'nats',
  'index',
  'migrations',
  'supervisor',
  'desktop',
] as const;

const row = z.object({
  id: z.string(),
  name: z.enum(names),
  at: z.string().nullable(),
  level: z.enum(['debug', 'info', 'warn', 'error']),
  message: z.string(),
  fields: z.array(z.object({ name: z.string(), value: z.string() })),
});

/** What the services write; secrets are taken out before anybody sees a line. */
export const logsContract = {
  'GET /logs': {
    access: 'admin',
    query: z.object({
      ...page,
      limit: z.coerce.number().int().min(1).max(500).default(200),
      service: z.enum(names).optional(),
      /** This or worse. */
      level: z.enum(['debug', 'info', 'warn', 'error']).default('debug'),
      text: z.string().max(200).default(''),
      /** `tail` of an earlier answer: what was written since, instead of a page. */
      after: z.string().max(1000).optional(),
    }),
    answer: z.object({
      /** Newest first. */
      rows: z.array(row),
      /** `cursor` for older lines; a page may be short or empty although there are some. */
      next: z.string().nullable(),
      tail: z.string(),
    }),
  },
} as const satisfies EndpointTable;
