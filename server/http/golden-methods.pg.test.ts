import { join } from 'node:path';
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
import { makeTemporaryFolder, removeTemporaryFolder } from '../../e2e/harness/temporary-folder.ts';
import { createContext } from '../context.ts';
import { startRoles } from '../roles.ts';

const SPELLING = 'MBIDs are compared as UUIDs, not as texts';
const MISSING = 'a missing parameter is code 2, not an internal error';
const BOOLEAN = '"active" is read as a boolean, not as "any text"';
const DEMO = 'demo keys of the last six days are good, those of the next six are not';

/** How the tool puts our answers. */
const REFUSED = 'status expected 500 got 400 (+2 more)';
const INACTIVE = '$.active expected true got false';
const GOOD = 'status expected 400 got 200 (+3 more)';
const BAD = 'status expected 200 got 400 (+3 more)';

/** What we answer otherwise on purpose; docs/api.md says so to users. */
const DIFFERENCES: Readonly<Record<string, OnPurpose>> = {
  'list_by_mbid/batch-upper': { why: SPELLING, seen: '$.mbids[0].tracks.length expected 0 got 7' },
  'list_by_mbid/upper': { why: SPELLING, seen: '$.tracks.length expected 0 got 7' },
  'list_by_mbid/format-bogus': unknownFormat('bogus'),
  'list_by_mbid/format-batch-bogus': unknownFormat('bogus'),
  'list_by_mbid/format-err-bogus': unknownFormat('bogus'),
  'create_musicbrainz/secure-no-network': {
    why: 'MusicBrainz is not asked unless configured: code 15',
    seen: REFUSED,
  },
  'internal/update_user_agent_stats/missing-ua': { why: MISSING, seen: REFUSED },
  'internal/create_application/no-name': { why: MISSING, seen: REFUSED },
  'internal/create_application/no-version': { why: MISSING, seen: REFUSED },
  'internal/create_application/no-account': { why: MISSING, seen: REFUSED },
  'internal/update_application_status/deactivate-with-0': { why: BOOLEAN, seen: INACTIVE },
  'internal/update_application_status/active-false-text': { why: BOOLEAN, seen: INACTIVE },
  'internal/check_application/key-SameKey0001': {
    why: 'the key is an active application’s, so its id',
    seen: 'status expected 500 got 200 (+3 more)',
  },
  'internal/update_lookup_stats/schema-as-shipped': {
    why: 'our schema has the unique index',
    seen: 'status expected 500 got 200 (+2 more)',
  },
  'demo_key/day-2': { why: DEMO, seen: GOOD },
  'demo_key/day-1': { why: DEMO, seen: GOOD },
  'demo_key/day+5': { why: DEMO, seen: BAD },
  'demo_key/day+6': { why: DEMO, seen: BAD },
};

let folder = '';
let shutdownFile = '';
let service: TestService;

describe.skipIf(!hasReferenceData())('recorded exchanges of the lesser methods', () => {
  beforeAll(async () => {
    folder = await makeTemporaryFolder('shutdown');
    shutdownFile = join(folder, 'shutdown');
    service = await startRecordedService({ settings: { 'website.shutdown_file': shutdownFile } });
  });

  afterAll(async () => {
    await service[Symbol.asyncDispose]();
    removeTemporaryFolder(folder);
  });

  test('are answered as recorded, rows included, but for the differences named here', async () => {
    const { config } = service.context;
    await using slave = createContext({
      ...config,
      settings: { ...config.settings, 'cluster.role': 'slave' },
    });
    await using slaveRoles = await startRoles(slave, ['api'], { pagesDir: undefined });
    const replayed = await replayGolden(service, 'misc.json', [
      '--rows',
      '--with=no-network,schema-as-shipped',
      `--shutdown-file=${shutdownFile}`,
      `--slave-base=http://127.0.0.1:${slaveRoles.port}`,
    ]);
    expect(replayed.failures).toEqual(failuresOf(DIFFERENCES));
    expect([replayed.closing, replayed.skipped]).toEqual(['168 passed, 18 failed', '']);
  });
});
