import { z } from 'zod';
import type { EndpointTable } from './endpoint.ts';

/** What this is made of, and whom it speaks to. */
export const aboutContract = {
  'GET /about': {
    access: 'anyone',
    answer: z.object({
      version: z.string(),
      /** Versions of the parts, for those who are signed in; null for one that does not answer. */
      parts: z.array(z.object({ name: z.string(), version: z.string().nullable() })),
      outbound: z.array(
        z.object({
          id: z.enum([
            'musicbrainz_tokens',
            'statsd',
            'cluster_master',
            'external_services',
            'updates',
          ]),
          isOn: z.boolean(),
          /** Where to, for administrators. */
          target: z.string().nullable(),
        }),
      ),
    }),
  },
  'GET /about/licences': { access: 'anyone', answer: z.object({ text: z.string() }) },
} as const satisfies EndpointTable;
