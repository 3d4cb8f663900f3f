import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasReferenceData } from '../../e2e/harness/dataset.ts';
import { replayGolden, startRecordedService } from '../../e2e/harness/replay.ts';
import type { TestService } from '../../e2e/harness/service.ts';

const VERDICT = 'a submission that is not imported gets a result with a verdict';
const FORMAT = 'the message names the format that was sent';

/** What we do otherwise on purpose; docs/api.md says so to users. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  'import/g6/trunc60': VERDICT,
  'import/g6/trunc79': VERDICT,
  'import/g6/trunc80': VERDICT,
  'import/g6/trunc81': VERDICT,
  'import/g6/trunc100': VERDICT,
  'import/g8/meta-discno-10001-only': VERDICT,
  'submit/g8/format-param-is-response-format': FORMAT,
  'submit/err/bad-format': FORMAT,
  'submit/g8/bitrate-32768': 'a bitrate that fits no column is code 9, not an internal error',
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
    expect(Object.keys(replayed.failures).sort()).toEqual(Object.keys(DIFFERENCES).sort());
    expect(replayed.closing).toBe('233 passed, 9 failed');
  }, 120_000);
});
