import { z } from 'zod';
import type { EndpointTable } from './endpoint.ts';

/** A part of the appliance; times and restarts are null when nobody of ours runs it. */
export const service = z.object({
  name: z.enum(['postgres', 'migrations', 'nats', 'index', 'server', 'redis']),
  /** `silent`: said to run, and does not answer. */
  state: z.enum([
    'waiting',
    'starting',
    'ready',
    'restarting',
    'failed',
    'stopping',
    'stopped',
    'silent',
  ]),
  since: z.string().nullable(),
  restarts: z.number().nullable(),
  /** Why it died the last time, as long as it is not back. */
  error: z.string().nullable(),
  startMs: z.number().nullable(),
  isExternal: z.boolean(),
  canRestart: z.boolean(),
});

/** The parts, and starting one afresh. */
export const servicesContract = {
  'GET /services': { access: 'admin', answer: z.array(service) },
  /** Answers before it happens: the server itself may be the one. */
  'POST /services/:name/restart': { access: 'admin' },
} as const satisfies EndpointTable;
