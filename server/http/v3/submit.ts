import { z } from 'zod';
import type { ApiMethod } from '../api-handler.ts';
import { isUuid, Parameters } from '../params.ts';
import { isList } from '../python-json.ts';
import type { Answer } from '../python-json.ts';
import { checkFingerprint } from './fingerprint-check.ts';
import { requireShape } from './json-handler.ts';
import type { JsonMethod } from './json-handler.ts';

/** Bound of the smallint column, and of one request. */
const DURATION_MAX = 32_767;
const SUBMISSIONS_MAX = 1000;

const integer = z.int().min(-2_147_483_648).max(2_147_483_647);
const metadataSchema = z.object({
  artist: z.string().optional(),
  title: z.string().optional(),
  album: z.string().optional(),
  album_artist: z.string().optional(),
  track_no: integer.optional(),
  disc_no: integer.optional(),
  year: integer.optional(),
});
const submissionSchema = z.object({
  fingerprint: z.string(),
  duration: z.number().min(0.5).max(DURATION_MAX),
  mbid: z.string().refine(isUuid, 'not a UUID').optional(),
  metadata: metadataSchema.optional(),
});
const requestSchema = z.object({ submissions: z.array(submissionSchema).max(SUBMISSIONS_MAX) });

type Submission = z.infer<typeof submissionSchema>;

/** How the second version calls the members of `metadata`. */
const META_PARAMETERS = {
  artist: 'artist',
  title: 'track',
  album: 'album',
  album_artist: 'albumartist',
  track_no: 'trackno',
  disc_no: 'discno',
  year: 'year',
} as const satisfies Record<keyof z.infer<typeof metadataSchema>, string>;

/**
 * `/v3/submit`: stores submissions as the second version's submit does, all or none. The answer
 * has one member for each, in order; one that says nothing a track could be linked to is not
 * stored and is answered `ignored`.
 */
export function submitMethod(submit: ApiMethod): JsonMethod {
  return async ({ applicationKey = '', body, context, userKey = '' }) => {
    const { submissions } = requireShape(requestSchema, body);
    for (const { fingerprint } of submissions) checkFingerprint(fingerprint);
    if (submissions.length === 0) return { submissions: [] };
    const keys: [string, string][] = [
      ['client', applicationKey],
      ['user', userKey],
    ];
    const parameters = new Parameters([...keys, ...submissions.flatMap(parametersOf)]);
    const stored = storedByIndex((await submit(parameters, context))['submissions'] ?? []);
    return {
      submissions: submissions.map(
        (_submission, index) => stored.get(String(index)) ?? { id: null, status: 'ignored' },
      ),
    };
  };
}

function parametersOf(submission: Submission, index: number): [string, string][] {
  const { duration, fingerprint, mbid, metadata = {} } = submission;
  const pairs: [string, string][] = [
    [`fingerprint.${index}`, fingerprint],
    [`duration.${index}`, String(Math.round(duration))],
  ];
  if (mbid !== undefined) pairs.push([`mbid.${index}`, mbid]);
  for (const [member, name] of Object.entries(META_PARAMETERS)) {
    // The table has the schema's own keys, which Object.entries forgets.
    const value = metadata[member as keyof typeof META_PARAMETERS];
    if (value !== undefined) pairs.push([`${name}.${index}`, String(value)]);
  }
  return pairs;
}

/** The stored submissions by the index they were sent under, which the answer itself drops. */
function storedByIndex(answer: Answer): ReadonlyMap<string, Answer> {
  const stored = new Map<string, Answer>();
  for (const each of isList(answer) ? answer : []) {
    if (each === null || typeof each !== 'object' || !('index' in each)) continue;
    const { index, ...rest } = each;
    if (typeof index === 'string') stored.set(index, rest);
  }
  return stored;
}
