import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasReferenceData } from '../../e2e/harness/dataset.ts';
import { replayGolden, startRecordedService } from '../../e2e/harness/replay.ts';
import type { TestService } from '../../e2e/harness/service.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from '../../e2e/harness/temporary-folder.ts';
import { createContext } from '../context.ts';
import { startRoles } from '../roles.ts';

const SPELLING = 'MBIDs are compared as UUIDs, not as texts';
const FORMAT = 'the message names the format that was sent';
const MISSING = 'a missing parameter is code 2, not an internal error';
const BOOLEAN = '"active" is read as a boolean, not as "any text"';
const DEMO = 'demo keys of the last six days are good, those of the next six are not';

/** What we answer otherwise on purpose; docs/api.md says so to users. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  'list_by_mbid/batch-upper': SPELLING,
  'list_by_mbid/upper': SPELLING,
  'list_by_mbid/format-bogus': FORMAT,
  'list_by_mbid/format-batch-bogus': FORMAT,
  'list_by_mbid/format-err-bogus': FORMAT,
  'create_musicbrainz/secure-no-network': 'MusicBrainz is not asked unless configured: code 15',
  'internal/update_user_agent_stats/missing-ua': MISSING,
  'internal/create_application/no-name': MISSING,
  'internal/create_application/no-version': MISSING,
  'internal/create_application/no-account': MISSING,
  'internal/update_application_status/deactivate-with-0': BOOLEAN,
  'internal/update_application_status/active-false-text': BOOLEAN,
  'internal/check_application/key-SameKey0001': 'the key is an active application’s, so its id',
  'internal/update_lookup_stats/schema-as-shipped': 'our schema has the unique index',
  'demo_key/day-2': DEMO,
  'demo_key/day-1': DEMO,
  'demo_key/day+5': DEMO,
  'demo_key/day+6': DEMO,
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
    expect(Object.keys(replayed.failures).sort()).toEqual(Object.keys(DIFFERENCES).sort());
    expect([replayed.closing, replayed.skipped]).toEqual(['168 passed, 18 failed', '']);
  });
});
