import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasReferenceData } from '../../e2e/harness/dataset.ts';
import {
  failuresOf,
  replayGolden,
  startRecordedService,
  unknownFormat,
} from '../../e2e/harness/replay.ts';
import type { OnPurpose } from '../../e2e/harness/replay.ts';
import type { TestService } from '../../e2e/harness/service.ts';

/** What we do otherwise on purpose; docs/api.md says so to users. */
const DIFFERENCES: Readonly<Record<string, OnPurpose>> = {
  'import/g6/trunc60': verdict('00000230-1111-4222-8333-444455556666'),
  'import/g6/trunc79': verdict('00000243-1111-4222-8333-444455556666'),
  'import/g6/trunc80': verdict('00000244-1111-4222-8333-444455556666'),
  'import/g6/trunc81': verdict('00000245-1111-4222-8333-444455556666'),
  'import/g6/trunc100': verdict('00000258-1111-4222-8333-444455556666'),
  'import/g8/meta-discno-10001-only': {
    why: 'a submission that is not imported gets a result with a verdict',
    seen: 'submission_result+ expected nothing got {"mbid":null,"puid":null,"created":"set","meta_id":null,"meta_gid":null,"track_id":null…',
  },
  'submit/g8/format-param-is-response-format': unknownFormat('MP3'),
  'submit/err/bad-format': unknownFormat('yaml'),
  'submit/g8/bitrate-32768': {
    why: 'a bitrate that fits no column is code 9, not an internal error',
    seen: 'status expected 500 got 400 (+2 more)',
  },
};
/** Seconds the tool waits for one import; a stuck one should not hold up the other hundred. */
const IMPORT_TIMEOUT_SECONDS = 20;

let service: TestService;

describe.skipIf(!hasReferenceData())('recorded submissions', () => {
  beforeAll(async () => {
    service = await startRecordedService();
  });

  afterAll(async () => {
    await service[Symbol.asyncDispose]();
  });

  test('are answered and imported as recorded, but for the differences named here', async () => {
    const options = ['--rows', `--import-timeout=${IMPORT_TIMEOUT_SECONDS}`];
    const replayed = await replayGolden(service, 'submit.json', options);
    expect(replayed.failures).toEqual(failuresOf(DIFFERENCES));
    expect(replayed.closing).toBe('233 passed, 9 failed');
  }, 120_000);
});

function verdict(mbid: string): OnPurpose {
  return {
    why: 'a submission that is not imported gets a result with a verdict',
    seen: `submission_result+ expected nothing got {"mbid":"${mbid}","puid":null,"created":"set","meta_id":nu…`,
  };
}
