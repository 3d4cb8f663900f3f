import { z } from 'zod';
import { moment } from './endpoint.ts';
import type { EndpointTable } from './endpoint.ts';
import { service } from './services.ts';

const second = z.object({
  /** Its beginning, in seconds since the epoch. */
  at: z.number(),
  lookups: z.number(),
});

const summary = z.object({
  perSecond: z.number(),
  hitRate: z.number().nullable(),
  p50Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
  /** Lookups that failed for a fault of ours. */
  failures: z.number(),
});

const attention = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('service_failed'), service: z.string() }),
  z.object({ kind: z.literal('service_silent'), service: z.string() }),
  z.object({ kind: z.literal('tasks_dead'), count: z.number() }),
  z.object({ kind: z.literal('submissions_parked'), count: z.number() }),
  z.object({ kind: z.literal('no_backup') }),
  z.object({ kind: z.literal('backup_old'), days: z.number() }),
  z.object({ kind: z.literal('disk_nearly_full'), freeBytes: z.number() }),
  z.object({ kind: z.literal('open_without_password') }),
]);

const forecast = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('too_early'), days: z.number() }),
  z.object({ kind: z.literal('steady') }),
  z.object({ kind: z.literal('full'), weeks: z.number(), bytesPerWeek: z.number() }),
]);

const disk = z.object({
  parts: z.object({
    postgres: z.number(),
    index: z.number(),
    backups: z.number(),
    logs: z.number(),
    other: z.number(),
  }),
  usedBytes: z.number(),
  freeBytes: z.number(),
  totalBytes: z.number(),
  measured: moment,
  /** Null when the earlier sizes cannot be read just now. */
  forecast: forecast.nullable(),
});

/** How the appliance is just now. What a part that does not answer would tell is null. */
export const dashboardContract = {
  /** What everybody may know. */
  'GET /dashboard/public': {
    access: 'anyone',
    answer: z.object({ lookupsWork: z.boolean() }),
  },
  'GET /dashboard': {
    access: 'admin',
    answer: z.object({
      services: z.array(service),
      /** The last two minutes, second by second, oldest first. */
      seconds: z.array(second),
      lookups: summary,
      queues: z
        .object({
          pending: z.number(),
          parked: z.number(),
          tasksQueued: z.number(),
          tasksRunning: z.number(),
          tasksDead: z.number(),
        })
        .nullable(),
      corpus: z
        .object({ tracks: z.number(), fingerprints: z.number(), mbids: z.number() })
        .nullable(),
      index: z
        .object({
          documents: z.number(),
          segments: z.number(),
          generation: z.number(),
          version: z.number(),
          /** Changes that the index does not hold yet. */
          behind: z.number(),
        })
        .nullable(),
      disk: disk.nullable(),
      data: z
        .object({ newestBackup: z.string().nullable(), musicbrainz: moment.nullable() })
        .nullable(),
      attention: z.array(attention),
    }),
  },
} as const satisfies EndpointTable;

/** The events of `GET /api/admin/events`: name and shape. */
export const liveEvents = {
  services: z.array(service),
  metrics: z.object({ second, lookups: summary }),
  attention: z.array(attention),
} as const;
