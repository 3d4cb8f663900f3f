import { z } from 'zod';
import { moment, page, pageOf, queryInteger } from './endpoint.ts';
import type { EndpointTable } from './endpoint.ts';

const JOB_STATES = ['queued', 'running', 'paused', 'done', 'failed', 'cancelled'] as const;

const job = z.object({
  id: z.number(),
  kind: z.string(),
  state: z.enum(JOB_STATES),
  progress: z.object({
    done: z.number().optional(),
    total: z.number().optional(),
    unit: z.string().optional(),
    current: z.string().optional(),
    /** Units per second of late. */
    rate: z.number().optional(),
    secondsLeft: z.number().optional(),
  }),
  params: z.unknown(),
  result: z.unknown(),
  error: z.string().nullable(),
  /** What it was asked to do and has not done yet. */
  request: z.enum(['pause', 'cancel']).nullable(),
  created: moment,
  started: moment.nullable(),
  finished: moment.nullable(),
});

const backup = z.object({
  name: z.string(),
  sizeBytes: z.number(),
  created: z.string().optional(),
  rows: z.number().optional(),
  databases: z.array(z.string()),
  /** Why the file is no usable backup. */
  problem: z.string().optional(),
});

/** Long operations, backups among them, and the tasks nobody could do. */
export const jobsContract = {
  'GET /jobs': {
    access: 'admin',
    query: z.object({ ...page, state: z.enum(JOB_STATES).optional() }),
    answer: pageOf(job),
  },
  'GET /jobs/:id': { access: 'admin', answer: job },
  'GET /jobs/:id/log': {
    access: 'admin',
    query: z.object({ after: queryInteger.min(0).optional() }),
    answer: z.array(z.object({ id: z.number(), created: moment, line: z.string() })),
  },
  'GET /job-kinds': {
    access: 'admin',
    answer: z.array(z.object({ kind: z.string(), about: z.string() })),
  },
  'POST /jobs': {
    access: 'admin',
    body: z.strictObject({ kind: z.string(), params: z.unknown() }),
    answer: job,
  },
  'POST /jobs/:id/:change': { access: 'admin', answer: job },
  'GET /tasks/dead': {
    access: 'admin',
    answer: z.array(
      z.object({
        id: z.number(),
        name: z.string(),
        args: z.unknown(),
        attempts: z.number(),
        error: z.string().nullable(),
        created: moment,
      }),
    ),
  },
  'POST /tasks/:id/retry': { access: 'admin' },
  'GET /backups': {
    access: 'admin',
    answer: z.object({
      folder: z.string(),
      schedule: z.string(),
      keep: z.object({ daily: z.number(), weekly: z.number(), monthly: z.number() }),
      backups: z.array(backup),
    }),
  },
} as const satisfies EndpointTable;
