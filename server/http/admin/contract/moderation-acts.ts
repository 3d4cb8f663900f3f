import { z } from 'zod';
import { ACT_KINDS, actSchema, noteSchema } from '../../../moderation/acts.ts';
import { moment, page, pageOf, queryFlag } from './endpoint.ts';
import type { EndpointTable } from './endpoint.ts';
import { rowId, search } from './fields.ts';

/** A row as it was and as it is: null where there was none, or is none any more. */
const image = z.record(z.string(), z.unknown()).nullable();

const change = z.object({ table: z.string(), id: z.number(), before: image, after: image });

/** Changed rows by table. */
const counts = z.record(z.string(), z.number());

const trackName = z.object({ id: z.number(), gid: z.string() });

const preview = z.object({
  counts,
  /** The first of those concerned. */
  tracks: z.array(trackName),
  changes: z.array(change),
  /** Whether there are more changes than are spelled out. */
  truncated: z.boolean(),
});

const applied = z.object({ id: z.number(), counts, listed: z.boolean() });

const act = z.object({
  id: z.number(),
  kind: z.enum(ACT_KINDS),
  /** Null for what the appliance did by itself, and for accounts that are gone. */
  account: z.object({ id: z.number(), name: z.string() }).nullable(),
  created: moment,
  note: z.string(),
  /** What was asked for, as the moderation module takes it. */
  act: z.unknown(),
  counts,
  trackCount: z.number(),
  undoes: z.number().nullable(),
  undoneBy: z.number().nullable(),
});

const conflict = z.object({
  table: z.string(),
  id: z.number(),
  columns: z.array(z.string()),
  /** The later act that changed the row, if it was one. */
  act: z.number().nullable(),
  text: z.string(),
});

/** Acts of moderation: what they would do, doing them, their log, and taking them back. */
export const moderationActsContract = {
  'POST /acts/preview': {
    access: 'moderator',
    body: z.strictObject({ act: actSchema }),
    answer: preview,
  },
  'POST /acts': {
    access: 'moderator',
    body: z.strictObject({ act: actSchema, note: noteSchema }),
    answer: applied,
  },
  'GET /acts': {
    access: 'moderator',
    query: z.strictObject({
      kind: z.enum(ACT_KINDS).optional(),
      account: rowId.optional(),
      /** A part of the note. */
      q: search,
      undone: queryFlag.optional(),
      ...page,
    }),
    answer: pageOf(act),
  },
  'GET /acts/:id': {
    access: 'moderator',
    answer: z.object({
      act,
      tracks: z.array(trackName),
      changes: z.array(change),
      truncated: z.boolean(),
    }),
  },
  /** Whoever has acted, for the filter of the log. */
  'GET /act-accounts': {
    access: 'moderator',
    answer: z.array(z.object({ id: z.number(), name: z.string() })),
  },
  /** Changes nothing: either what undoing would do, or the rows that keep it from being undone. */
  'POST /acts/:id/undo/preview': {
    access: 'moderator',
    answer: z.object({ preview: preview.nullable(), conflicts: z.array(conflict) }),
  },
  'POST /acts/:id/undo': {
    access: 'moderator',
    body: z.strictObject({ note: noteSchema }),
    answer: applied,
  },
} as const satisfies EndpointTable;
