import { z } from 'zod';
import { moment, queryInteger } from './endpoint.ts';
import type { EndpointTable } from './endpoint.ts';

/** Whoever points a program here sees whether it arrives. */
export const connectContract = {
  /** For whoever sits at this machine, and administrators; newest first. */
  'GET /connect/requests': {
    access: 'anyone',
    query: z.strictObject({ limit: queryInteger.min(1).max(200).default(50) }),
    answer: z.array(
      z.object({
        id: z.number(),
        at: moment,
        method: z.string(),
        path: z.string(),
        userAgent: z.string().nullable(),
        client: z.enum([
          'picard',
          'python',
          'quodlibet',
          'strawberry',
          'clementine',
          'browser',
          'curl',
          'silent',
          'other',
        ]),
        application: z.string().nullable(),
        /** `ok`, `no_match`, or the kind of the refusal. */
        outcome: z.string(),
        tookMs: z.number(),
      }),
    ),
  },
} as const satisfies EndpointTable;
