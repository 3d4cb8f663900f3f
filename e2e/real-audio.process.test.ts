/**
 * What a newcomer does on the first day: start, fingerprint files with fpcalc, submit, look up a
 * re-encoded copy, stop, start again. Through the real program and real tools.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabases } from '../server/db/databases.ts';
import { acoustid, firstClient } from './harness/first-keys.ts';
import { startAppliance } from './harness/appliance.ts';
import type { TestAppliance } from './harness/appliance.ts';
import type { ApiClient } from './harness/api-client.ts';
import { audioFile, fpcalc, hasProgram, listAudioFiles, reencode } from './harness/audio.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from './harness/temporary-folder.ts';

const TOO_SHORT = new Set(['speech-7s-16k-mono.wav', 'tune-11s-16k-mono.flac']);
const ENCODINGS = [
  ['mp3', ['-b:a', '96k']],
  ['ogg', ['-c:a', 'libvorbis', '-q:a', '3']],
  ['m4a', ['-c:a', 'aac', '-b:a', '96k']],
] as const;
const PYTHON = '/usr/bin/python3';

const hasTools = hasProgram('fpcalc') && hasProgram('ffmpeg');
const hasPyacoustid =
  spawnSync(PYTHON, ['-c', 'import acoustid'], { stdio: 'ignore' }).status === 0;

let dataDir: string;
let folder: string;
let appliance: TestAppliance;
let client: ApiClient;
/** Track of each file that says enough, by file name. */
const tracks = new Map<string, string>();

function mbidOf(at: number): string {
  return `00000000-0000-4000-8000-${String(at + 1).padStart(12, '0')}`;
}

describe.skipIf(!hasTools)('a first day with real audio', () => {
  beforeAll(async () => {
    dataDir = await makeTemporaryFolder('first-day');
    folder = mkdtempSync(join(tmpdir(), 'acoustid-audio-'));
    appliance = await startAppliance({ dataDir });
    client = await firstClient(appliance);
  });

  afterAll(async () => {
    await appliance[Symbol.asyncDispose]();
    removeTemporaryFolder(dataDir);
    rmSync(folder, { recursive: true });
  });

  test('the start says how to reach it and with which keys', () => {
    const { stdout } = appliance.output();
    expect(stdout).toContain(`${appliance.api}/v2/`);
    expect(stdout).toContain(client.keys.client);
    expect(stdout).toContain(client.keys.user);
  });

  test('files are submitted and imported; the two shortest are skipped and the verdict says so', async () => {
    const ids = new Map<string, number>();
    for (const [at, file] of listAudioFiles().entries()) {
      const { duration, fingerprint } = fpcalc(file);
      const [id] = await client.submit({
        'fingerprint.0': fingerprint,
        'duration.0': duration,
        'mbid.0': mbidOf(at),
      });
      ids.set(basename(file), id ?? 0);
    }
    expect(ids.size).toBe(6);
    for (const [name, id] of ids) {
      if (!TOO_SHORT.has(name)) tracks.set(name, (await client.untilImported([id]))[0] ?? '');
    }
    expect(new Set(tracks.values()).size).toBe(4);
    const skipped = [...ids].filter(([name]) => TOO_SHORT.has(name)).map(([, id]) => id);
    await using databases = openDatabases(appliance.run().postgres);
    const stored = (): Promise<unknown[]> =>
      databases.ingest.pool
        .query('select verdict from submission_result where submission_id = any($1)', [skipped])
        .then(({ rows }) => rows);
    await expect
      .poll(stored)
      .toEqual([{ verdict: 'skipped:too_few_hashes' }, { verdict: 'skipped:too_few_hashes' }]);
    expect((await client.status(skipped)).map(({ status }) => status)).toEqual([
      'pending',
      'pending',
    ]);
  });

  test.each(ENCODINGS)('a copy re-encoded as %s is recognised', async (extension, options) => {
    for (const [at, file] of listAudioFiles().entries()) {
      const name = basename(file);
      if (TOO_SHORT.has(name)) continue;
      const copy = join(folder, `${name}.${extension}`);
      reencode(file, copy, options);
      const [best] = await client.lookup({ ...fpcalc(copy), meta: 'recordingids' });
      expect(best, name).toMatchObject({ id: tracks.get(name), recordings: [{ id: mbidOf(at) }] });
      expect(best?.score, name).toBeGreaterThanOrEqual(0.8);
    }
  });

  test.skipIf(!hasPyacoustid)('the Python module submits, asks for the state and looks up', () => {
    const script = `
import acoustid, json, sys, time
acoustid.set_base_url(sys.argv[1] + '/v2/')
client, user, duration, fingerprint = sys.argv[2:6]
acoustid.submit(client, user, [{'duration': duration, 'fingerprint': fingerprint, 'mbid': '${mbidOf(9)}'}])
found = []
for attempt in range(50):
    answer = acoustid.lookup(client, fingerprint, duration, meta='recordingids')
    found = [r['id'] for result in answer['results'] for r in result.get('recordings', [])]
    if '${mbidOf(9)}' in found: break
    time.sleep(0.1)
print(json.dumps(found))`;
    const { duration, fingerprint } = fpcalc(audioFile('tune-30s.mp3'));
    const { keys, url } = client;
    const args = ['-c', script, url, keys.client, keys.user, String(duration), fingerprint];
    const { status, stderr, stdout } = spawnSync(PYTHON, args, { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toContain(mbidOf(9));
  });

  test('keys made on the command line work at once', async () => {
    const account = await acoustid<{ id: number; apikey: string }>(dataDir, [
      'account',
      'create',
      'Somebody',
    ]);
    const application = await acoustid<{ id: number; apikey: string }>(dataDir, [
      'application',
      'create',
      '--account',
      String(account.id),
      '--name',
      'Tagger',
      '--version',
      '1.0',
    ]);
    const answer = await client.post('/v2/submit', {
      client: application.apikey,
      user: account.apikey,
      'fingerprint.0': fpcalc(audioFile('tune-24s.ogg')).fingerprint,
      'duration.0': 24,
      'mbid.0': mbidOf(4),
    });
    expect(answer.status).toBe(200);
  });

  test('after a clean stop and a new start everything is still there', async () => {
    const first = await appliance.stop();
    expect([first.code, first.stderr]).toEqual([0, '']);
    appliance = await startAppliance({ dataDir });
    client = await firstClient(appliance);
    for (const [name, gid] of tracks) {
      const [best] = await client.lookup({ ...fpcalc(audioFile(name)) });
      expect(best, name).toEqual({ id: gid, score: 1 });
    }
  });
});
