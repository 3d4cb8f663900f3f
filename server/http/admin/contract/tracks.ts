import { z } from 'zod';
import { moment, page, pageOf, uuid } from './endpoint.ts';
import type { EndpointTable } from './endpoint.ts';

/** A recording as MusicBrainz knows it. */
export const knownRecording = {
  mbid: z.string(),
  /** Null when our copy of MusicBrainz does not know it. */
  title: z.string().nullable(),
  artists: z.string().nullable(),
  lengthSeconds: z.number().nullable(),
};

const userText = z.object({
  title: z.string().nullable(),
  artist: z.string().nullable(),
  album: z.string().nullable(),
  albumArtist: z.string().nullable(),
  trackNo: z.number().nullable(),
  discNo: z.number().nullable(),
  year: z.number().nullable(),
});

/** Tracks: lists, search, and all that is known about one. */
export const tracksContract = {
  'GET /tracks': {
    access: 'anyone',
    query: z.strictObject({
      /** An AcoustID, an MBID, a PUID, the number of a fingerprint, or words; empty for all. */
      q: z.string().trim().max(200).default(''),
      /** A search is always by newest. */
      order: z.enum(['newest', 'submissions']).default('newest'),
      ...page,
    }),
    answer: pageOf(
      z.object({
        gid: z.string(),
        created: moment,
        fingerprints: z.number(),
        recordings: z.number(),
        submissions: z.number(),
        lengthSeconds: z.number().nullable(),
        /** Of the best recording, or else as users wrote it. */
        title: z.string().nullable(),
        artists: z.string().nullable(),
        isFromUsers: z.boolean(),
      }),
    ),
  },
  'GET /tracks/:gid': {
    access: 'anyone',
    answer: z.object({
      gid: uuid,
      created: moment,
      updated: moment.nullable(),
      isDisabled: z.boolean(),
      /** What was asked for, if it was merged into this. */
      mergedFrom: z.string().nullable(),
      fingerprintCount: z.number(),
      submissionCount: z.number(),
      fingerprints: z.array(
        z.object({
          id: z.number(),
          lengthSeconds: z.number(),
          format: z.string().nullable(),
          bitrate: z.number().nullable(),
          submissions: z.number(),
          created: moment,
        }),
      ),
      recordings: z.array(
        z.object({
          ...knownRecording,
          releases: z.number(),
          sources: z.number(),
          isDisabled: z.boolean(),
          mergedInto: z.string().nullable(),
          created: moment,
        }),
      ),
      texts: z.array(userText),
      foreignIds: z.array(z.object({ vendor: z.string(), name: z.string(), sources: z.number() })),
      puids: z.array(z.object({ puid: z.string(), sources: z.number() })),
    }),
  },
  'GET /tracks/:gid/history': {
    access: 'user',
    answer: z.object({
      changes: z.array(
        z.object({
          id: z.number(),
          mbid: z.string(),
          isDisabled: z.boolean(),
          created: moment,
          note: z.string().nullable(),
          account: z.string().nullable(),
        }),
      ),
      merged: z.array(z.object({ gid: z.string(), updated: moment.nullable() })),
    }),
  },
} as const satisfies EndpointTable;
