import { z } from 'zod';
import type { EndpointTable } from './endpoint.ts';
import { knownRecording } from './tracks.ts';

/** Hours of audio, compressed; people paste two minutes. */
const FINGERPRINT_LENGTH_MAX = 200_000;
const DURATION_SECONDS_MAX = 32_767;

const verdict = z.enum([
  'match',
  'behind a better fingerprint',
  'score not above threshold',
  'duration differs',
  'no key agrees',
  'no overlap',
  'too few keys agree',
]);

const range = z.object({ from: z.number(), to: z.number(), bitErrors: z.number() });

const candidate = z.object({
  fingerprintId: z.number(),
  indexScore: z.number(),
  verdict,
  /** What was measured; null for one that was thrown away unseen. */
  measured: z
    .object({
      trackGid: z.string(),
      lengthSeconds: z.number(),
      score: z.number(),
      offsetSeconds: z.number(),
      overlap: z.number(),
      overlapMax: z.number(),
      bitErrors: z.number(),
      agreeingKeys: z.number(),
      diversity: z.number(),
      /** Differing bits of 32 at each position of the overlap; of the best candidates alone. */
      curve: z.array(z.number()).nullable(),
      /** Where the curve begins, in the query. */
      curveFromSeconds: z.number(),
      /** In seconds of the query. */
      ranges: z.array(range),
    })
    .nullable(),
});

/** What to look up: a fingerprint with its length, or what we have under an id. */
const asked = z.union([
  z.strictObject({
    fingerprint: z.string().trim().min(1).max(FINGERPRINT_LENGTH_MAX),
    durationSeconds: z.int().min(1).max(DURATION_SECONDS_MAX),
  }),
  z.strictObject({ fingerprintId: z.int().positive().max(2_147_483_647) }),
  z.strictObject({ trackGid: z.guid() }),
]);

/** The lookup workbench. */
export const lookupContract = {
  'POST /lookup': {
    access: 'anyone',
    body: asked,
    answer: z.object({
      query: z.object({
        hashes: z.number(),
        durationSeconds: z.number(),
        /** What the index was asked for; none for silence. */
        queryHashes: z.number(),
        fingerprintId: z.number().nullable(),
      }),
      /** The index ran out of time, so that nothing found means nothing. */
      isTimedOut: z.boolean(),
      positionSeconds: z.number(),
      settings: z.object({ scoreThreshold: z.number(), toleranceSeconds: z.number() }),
      results: z.array(
        z.object({
          gid: z.string(),
          score: z.number(),
          fingerprintId: z.number(),
          recordings: z.array(
            z.object({ ...knownRecording, releases: z.number(), sources: z.number() }),
          ),
          texts: z.array(z.object({ title: z.string().nullable(), artist: z.string().nullable() })),
        }),
      ),
      candidates: z.array(candidate),
      /** What more a looser search would find. */
      looser: z.object({
        settings: z.object({ scoreThreshold: z.number(), toleranceSeconds: z.number() }),
        tracks: z.array(
          z.object({
            gid: z.string(),
            fingerprintId: z.number(),
            score: z.number(),
            lengthSeconds: z.number(),
            /** What keeps it out of the results. */
            because: z.array(z.enum(['duration', 'score'])),
          }),
        ),
      }),
    }),
  },
} as const satisfies EndpointTable;
