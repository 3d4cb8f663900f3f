import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasReferenceData } from '../../../e2e/harness/dataset.ts';
import { replayGolden, startRecordedService } from '../../../e2e/harness/replay.ts';
import type { TestService } from '../../../e2e/harness/service.ts';

/** In the recording. */
const EXCHANGES = 714;
const EVERY_GROUP = 'compress takes repeated artists from every release group, not the last alone';
const NAMES_WHAT_WAS_SENT = 'the message names the format that was sent';
/** Recorded exchanges we answer otherwise on purpose, and why (docs/api.md). */
const DIFFERENCES: Readonly<Record<string, string>> = {
  'meta-combo/recordings+releasegroups+releases+tracks+usermeta+compress/track1': EVERY_GROUP,
  'format/xml/recordings+releasegroups+releases+tracks+compress+sources+isrcs/track1': EVERY_GROUP,
  'batch/same-track-fp-and-id': EVERY_GROUP,
  'many/song46/recordings+releasegroups+releases+tracks+compress+sources+isrcs+usermeta':
    EVERY_GROUP,
  'alltracks/m2/37': 'a track without a length has no duration, instead of failing the request',
  'trackid/newline': 'a UUID with a newline behind it is refused, instead of failing in SQL',
  'batch/suffix-superscript': 'no batch suffix, so ignored, instead of failing',
  'fp/odd/long5000': 'a request line over 8190 bytes is read',
  'format/JSON/error': NAMES_WHAT_WAS_SENT,
  'format/empty/fp': NAMES_WHAT_WAS_SENT,
  'format/empty/error': NAMES_WHAT_WAS_SENT,
  'format/yaml/fp': NAMES_WHAT_WAS_SENT,
  'format/yaml/error': NAMES_WHAT_WAS_SENT,
  'format/jsonp-colon/error': NAMES_WHAT_WAS_SENT,
};

const FAILED = Object.keys(DIFFERENCES).length;

let service: TestService;

describe.skipIf(!hasReferenceData())('golden lookups', () => {
  beforeAll(async () => {
    service = await startRecordedService({ roles: ['api'] });
  });

  afterAll(async () => {
    await service[Symbol.asyncDispose]();
  });

  test(`${EXCHANGES - FAILED} of ${EXCHANGES} exchanges are answered as recorded, ${FAILED} otherwise on purpose`, async () => {
    const { closing, failures } = await replayGolden(service, 'lookup.json', [
      '--accept-indexsearch',
    ]);
    // Both ways: a difference that is none any more would hide the next one.
    expect(failures).toEqual(
      Object.fromEntries(Object.keys(DIFFERENCES).map((name) => [name, failures[name]])),
    );
    expect(Object.keys(failures)).toHaveLength(FAILED);
    expect(closing).toBe(`${EXCHANGES - FAILED} passed, ${FAILED} failed`);
  });
});
