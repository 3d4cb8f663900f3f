import { z } from 'zod';
import type { EndpointTable } from './endpoint.ts';

/** A day as people and `<input type="date">` write it. */
const day = z.iso.date();

/** Days from and to, both included; the server bounds how many. */
const range = z.object({ from: day, to: day }).refine(({ from, to }) => from <= to, {
  message: 'from is after to',
});

const lookupDay = z.object({ date: z.string(), hits: z.number(), misses: z.number() });

/** What the statistics pages show. Applications, programs and accounts are for administrators. */
export const statisticsContract = {
  'GET /statistics/totals': {
    access: 'anyone',
    answer: z.object({
      /** The day the numbers are of; null before the first have been taken. */
      date: z.string().nullable(),
      /** By name: `track.all`, `track.3mbids`, `mbid.all` … */
      values: z.record(z.string(), z.number()),
    }),
  },
  'GET /statistics/growth': {
    access: 'anyone',
    query: range,
    answer: z.array(
      z.object({
        date: z.string(),
        tracks: z.number().nullable(),
        fingerprints: z.number().nullable(),
        mbids: z.number().nullable(),
        submissions: z.number().nullable(),
      }),
    ),
  },
  'GET /statistics/lookups': { access: 'anyone', query: range, answer: z.array(lookupDay) },
  'GET /statistics/applications': {
    access: 'admin',
    query: range,
    answer: z.array(
      z.object({
        id: z.number(),
        name: z.string(),
        version: z.string().nullable(),
        hits: z.number(),
        misses: z.number(),
      }),
    ),
  },
  'GET /statistics/user-agents': {
    access: 'admin',
    query: range,
    answer: z.array(
      z.object({ userAgent: z.string(), addresses: z.number(), requests: z.number() }),
    ),
  },
  'GET /statistics/accounts': {
    access: 'admin',
    answer: z.array(z.object({ id: z.number(), name: z.string(), submissions: z.number() })),
  },
} as const satisfies EndpointTable;
