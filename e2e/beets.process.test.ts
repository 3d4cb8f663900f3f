/**
 * Somebody's untagged files through Debian's beets: its chroma plugin fingerprints them itself,
 * looks them up here, and submits them. Only the two addresses it asks are ours.
 */
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openDatabases } from '../server/db/databases.ts';
import type { ApiClient } from './harness/api-client.ts';
import { startAppliance } from './harness/appliance.ts';
import { audioFile, fpcalc, hasProgram, reencode } from './harness/audio.ts';
import { firstClient } from './harness/first-keys.ts';

const run = promisify(execFile);
const RECORDINGS = [
  { file: 'tune-132s.opus', mbid: '10000000-0000-4000-8000-000000000001', title: 'The Long One' },
  { file: 'tune-30s.mp3', mbid: '10000000-0000-4000-8000-000000000002', title: 'The Short One' },
] as const;
const ARTIST = '20000000-0000-4000-8000-000000000001';
const XML = '<?xml version="1.0" encoding="UTF-8"?>';
const XMLNS = 'http://musicbrainz.org/ns/mmd-2.0#';

/** What chroma needs to fingerprint by itself; without it beets takes fpcalc, and short files fail. */
const CHROMA_NEEDS = 'import acoustid, audioread, chromaprint';

const hasBeets =
  ['beet', 'fpcalc', 'ffmpeg'].every(hasProgram) &&
  spawnSync('/usr/bin/python3', ['-c', CHROMA_NEEDS], { stdio: 'ignore' }).status === 0;

/** As much of MusicBrainz as beets asks for: one recording by its MBID; a search finds nothing. */
function answerAsMusicBrainz(request: IncomingMessage, response: ServerResponse): void {
  const found = RECORDINGS.find(({ mbid }) => request.url?.startsWith(`/ws/2/recording/${mbid}?`));
  const body = found
    ? `<recording id="${found.mbid}"><title>${found.title}</title><artist-credit><name-credit>` +
      `<artist id="${ARTIST}"><name>Somebody</name></artist></name-credit></artist-credit></recording>`
    : '<recording-list count="0"/>';
  response.setHeader('content-type', 'application/xml; charset=utf-8');
  response.end(`${XML}<metadata xmlns="${XMLNS}">${body}</metadata>`);
}

async function startMusicBrainz(): Promise<number> {
  const server = createServer(answerAsMusicBrainz).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Points beets at us as its users would: a plugin of six lines, and the host of MusicBrainz. */
function configureBeets(folder: string, client: ApiClient, musicBrainzPort: number): void {
  const plugins = join(folder, 'plugins');
  mkdirSync(plugins);
  writeFileSync(
    join(plugins, 'localacoustid.py'),
    `import acoustid
from beets.plugins import BeetsPlugin
from beetsplug import chroma
class LocalAcoustid(BeetsPlugin):
    def __init__(self):
        super().__init__()
        acoustid.set_base_url('${client.url}/v2/')
        chroma.API_KEY = '${client.keys.client}'
`,
  );
  const config = {
    directory: join(folder, 'music'),
    library: join(folder, 'library.db'),
    plugins: 'chroma localacoustid',
    pluginpath: [plugins],
    acoustid: { apikey: client.keys.user },
    musicbrainz: { host: `127.0.0.1:${musicBrainzPort}`, https: false, ratelimit: 100 },
    import: { copy: true, write: false, quiet_fallback: 'skip' },
    // The files have no tags to agree with, so the fingerprint alone is to decide.
    match: { strong_rec_thresh: 0.9 },
  };
  // JSON is YAML.
  writeFileSync(join(folder, 'config.yaml'), JSON.stringify(config));
}

describe.skipIf(!hasBeets)('beets', () => {
  test('recognises untagged copies by their sound, and submits them', async () => {
    await using appliance = await startAppliance();
    const client = await firstClient(appliance);
    const folder = mkdtempSync(join(tmpdir(), 'acoustid-beets-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const untagged = join(folder, 'untagged');
    mkdirSync(untagged);
    const tracks: string[] = [];
    for (const { file, mbid } of RECORDINGS) {
      const { duration, fingerprint } = fpcalc(audioFile(file));
      const ids = await client.submit({ duration, fingerprint, mbid });
      tracks.push(...(await client.untilImported(ids)));
      reencode(audioFile(file), join(untagged, `${mbid}.ogg`), ['-map_metadata', '-1']);
    }
    configureBeets(folder, client, await startMusicBrainz());
    const beet = async (...args: string[]): Promise<{ stdout: string; stderr: string }> =>
      run('beet', args, { env: { ...process.env, BEETSDIR: folder, LC_ALL: 'C.UTF-8' } });

    const imported = await beet('-vv', 'import', '--quiet', '--singletons', untagged);
    for (const { mbid } of RECORDINGS) {
      expect(imported.stderr).toContain(`chroma: matched recordings ['${mbid}'] on releases []`);
    }
    const { stdout } = await beet('list', '--format', '$title|$mb_trackid|$acoustid_id');
    expect(stdout.trim().split('\n').sort()).toEqual(
      RECORDINGS.map(({ mbid, title }, at) => `${title}|${mbid}|${tracks[at]}`),
    );

    await beet('submit');
    await using databases = openDatabases(appliance.run().postgres);
    const { rows } = await databases.ingest.pool.query(
      'select mbid, count(*)::int as times from submission group by mbid order by mbid',
    );
    expect(rows).toEqual(RECORDINGS.map(({ mbid }) => ({ mbid, times: 2 })));
  });
});
