import { z } from 'zod';
import type { EndpointTable } from './endpoint.ts';

const value = z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()]);

/** The configuration, as far as pages may see and change it. */
export const settingsContract = {
  'GET /settings': {
    access: 'admin',
    answer: z.object({
      /** The configuration file that changes are written to. */
      file: z.string(),
      dataDir: z.string(),
      /** Why the file cannot be read as it is now; the settings are those in force. */
      problem: z.string().nullable(),
      settings: z.array(
        z.object({
          key: z.string(),
          type: z.enum(['text', 'integer', 'number', 'boolean', 'list']),
          about: z.string(),
          secret: z.boolean(),
          /** Null when there is none, and always for a secret. */
          value,
          isSet: z.boolean(),
          fallback: value,
          source: z.enum(['default', 'file', 'environment', 'start', 'command line']),
          origin: z.string(),
          isChangeable: z.boolean(),
          restart: z.enum(['server', 'appliance']),
          isPending: z.boolean(),
          next: value,
          oneOf: z.array(z.string()).nullable(),
          min: z.number().nullable(),
          max: z.number().nullable(),
          orNone: z.boolean(),
        }),
      ),
    }),
  },
  'PUT /settings/:key': {
    access: 'admin',
    /** As it would stand in the file; null takes the setting back. */
    body: z.strictObject({ value: z.string().max(1000).nullable() }),
  },
} as const satisfies EndpointTable;
