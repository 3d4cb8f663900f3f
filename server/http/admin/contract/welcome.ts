import { z } from 'zod';
import type { EndpointTable } from './endpoint.ts';

/** What the first steps show of this machine. */
export const welcomeContract = {
  'GET /welcome': {
    access: 'admin',
    answer: z.object({
      dataDir: z.string(),
      freeBytes: z.number(),
      totalBytes: z.number(),
      host: z.string(),
      port: z.number(),
      /** Whether other machines can reach it. */
      isOpen: z.boolean(),
      tracks: z.number(),
    }),
  },
  /** Writes for some seconds; one at a time. */
  'POST /welcome/disk-test': {
    access: 'admin',
    answer: z.object({ bytesPerSecond: z.number(), syncMs: z.number() }),
  },
} as const satisfies EndpointTable;
