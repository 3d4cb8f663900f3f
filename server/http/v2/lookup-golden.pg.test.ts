import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasReferenceData } from '../../../e2e/harness/dataset.ts';
import {
  failuresOf,
  replayGolden,
  startRecordedService,
  unknownFormat,
} from '../../../e2e/harness/replay.ts';
import type { OnPurpose } from '../../../e2e/harness/replay.ts';
import type { TestService } from '../../../e2e/harness/service.ts';

/** In the recording. */
const EXCHANGES = 714;
const EVERY_GROUP = 'compress takes repeated artists from every release group, not the last alone';
/** How the tool puts the artists that go with it. */
const ARTISTS =
  'artists expected [{"id":"1a7bb6df-25b6-5bae-89eb-1b9965f813bc","name":"The Night Owls"}] got nothing';
/** Recorded exchanges we answer otherwise on purpose, and why (docs/api.md). */
const DIFFERENCES: Readonly<Record<string, OnPurpose>> = {
  'meta-combo/recordings+releasegroups+releases+tracks+usermeta+compress/track1': {
    why: EVERY_GROUP,
    seen: `$.results[0].recordings[0].releasegroups[0].${ARTISTS} (+1 more)`,
  },
  'format/xml/recordings+releasegroups+releases+tracks+compress+sources+isrcs/track1': {
    why: EVERY_GROUP,
    seen: '/response/results[1]/result[1]/recordings[1]/recording[1]/releasegroups[1]/releasegroup[1]/artists[1] expected "<artists>" got "<id>" (+9 more)',
  },
  'batch/same-track-fp-and-id': {
    why: EVERY_GROUP,
    seen: `$.fingerprints[0].results[0].recordings[0].releasegroups[0].${ARTISTS} (+5 more)`,
  },
  'many/song46/recordings+releasegroups+releases+tracks+compress+sources+isrcs+usermeta': {
    why: EVERY_GROUP,
    seen: `$.results[1].recordings[1].releasegroups[0].${ARTISTS} (+1 more)`,
  },
  'alltracks/m2/37': {
    why: 'a track without a length has no duration, instead of failing the request',
    seen: 'status expected 500 got 200 (+3 more)',
  },
  'trackid/newline': {
    why: 'a UUID with a newline behind it is refused, instead of failing in SQL',
    seen: 'status expected 500 got 400 (+2 more)',
  },
  'batch/suffix-superscript': {
    why: 'no batch suffix, so ignored, instead of failing',
    seen: 'status expected 500 got 400 (+2 more)',
  },
  'fp/odd/long5000': {
    why: 'a request line over 8190 bytes is read',
    seen: 'status expected 400 got 200 (+3 more)',
  },
  'format/JSON/error': unknownFormat('JSON'),
  'format/empty/fp': unknownFormat(''),
  'format/empty/error': unknownFormat(''),
  'format/yaml/fp': unknownFormat('yaml'),
  'format/yaml/error': unknownFormat('yaml'),
  'format/jsonp-colon/error': unknownFormat('jsonp:foo'),
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
    expect(failures).toEqual(failuresOf(DIFFERENCES));
    expect(closing).toBe(`${EXCHANGES - FAILED} passed, ${FAILED} failed`);
  });
});
