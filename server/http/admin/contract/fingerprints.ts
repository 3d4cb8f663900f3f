import { z } from 'zod';
import type { EndpointTable } from './endpoint.ts';

const fingerprint = z.object({
  id: z.number(),
  trackGid: z.string().nullable(),
  lengthSeconds: z.number(),
  /** As unsigned numbers of 32 bits. */
  hashes: z.array(z.number()),
});

/** Two fingerprints beside each other. */
export const fingerprintsContract = {
  'GET /fingerprints/:a/comparison/:b': {
    access: 'anyone',
    answer: z.object({
      a: fingerprint,
      b: fingerprint,
      /** Time from one hash to the next. */
      positionSeconds: z.number(),
      /** At the best offset of all. */
      score: z.number(),
      /** What lookups go by: at the best of the offsets they allow. */
      lookupScore: z.number(),
      scoreThreshold: z.number(),
      /** Positions by which the same sound comes later in a; null where nothing agrees. */
      offset: z.number().nullable(),
      offsetMax: z.number(),
      refusal: z.enum(['no key agrees', 'no overlap', 'too few keys agree']).nullable(),
      ranges: z.array(
        z.object({
          aFrom: z.number(),
          aTo: z.number(),
          bFrom: z.number(),
          bTo: z.number(),
          bitErrors: z.number(),
        }),
      ),
    }),
  },
} as const satisfies EndpointTable;
