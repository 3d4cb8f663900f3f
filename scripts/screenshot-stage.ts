/** What there is to see on screenshots: songs, statistics, submissions, a job, and whoever looks. */
import { acoustid, firstClient } from '../e2e/harness/first-keys.ts';
import type { TestAppliance } from '../e2e/harness/appliance.ts';
import { fill } from '../bench/api/fill.ts';
import { heardAgain, songHashes, songSeconds } from '../bench/api/songs.ts';
import { fingerprintText } from '../e2e/harness/synthetic-fingerprint.ts';
import { openSession } from '../server/account/session.ts';
import { openDatabases } from '../server/db/databases.ts';
import type { Databases } from '../server/db/databases.ts';
import { insertFingerprints } from '../server/fingerprint/fingerprint-queries.ts';
import { extractQuery } from '../server/fingerprint/query.ts';
import { paths } from '../renderer/paths.ts';

const SONGS = 500;
const SUBMISSIONS = 12;
/** The fingerprint of song 8 from another rip. */
const OTHER_RIP = SONGS + 1000;

export interface Shot {
  readonly name: string;
  readonly path: string;
  readonly isForVisitors: boolean;
  /** Pressed before the picture is taken. */
  readonly keys?: string;
}

/** Fills an appliance. Returns what is to be photographed and the session of an administrator. */
export async function openStage(
  appliance: TestAppliance,
): Promise<{ readonly token: string; readonly shots: readonly Shot[] }> {
  await fill(appliance.run(), SONGS);
  await using databases = openDatabases(appliance.run().postgres);
  const app = databases.app.pool;
  const { rows: accounts } = await app.query<{ id: number }>(
    `update account set is_admin = true, name = 'Anna' where id = (select min(id) from account)
     returning id`,
  );
  const accountId = accounts[0]?.id ?? 0;
  const caller = { ip: '127.0.0.1', now: Date.now(), userAgent: 'Mozilla/5.0 Firefox/140.0' };
  const { token } = await openSession(app, accountId, caller);
  await addStatistics(databases, accountId);
  await addOtherRip(databases);
  await submitSongs(appliance);
  await acoustid(appliance.dataDir, ['job', 'start', 'backup', '--wait']);
  const { rows: tracks } = await databases.fingerprint.pool.query<{ gid: string }>(
    'select gid from track where id = 8',
  );
  return { token, shots: shotsOf(tracks[0]?.gid ?? '') };
}

function shotsOf(gid: string): Shot[] {
  const everybody = (name: string, path: string, keys?: string): Shot => ({
    name,
    path,
    isForVisitors: true,
    ...(keys !== undefined && { keys }),
  });
  const signedIn = (name: string, path: string): Shot => ({ name, path, isForVisitors: false });
  return [
    everybody('dashboard', paths.dashboard),
    everybody('lookup', `${paths.lookup}?track=${gid}`),
    everybody('tracks', paths.tracks),
    everybody('tracks-none', `${paths.tracks}?q=nothing+like+this`),
    everybody('track', paths.track(gid)),
    everybody('compare', paths.compare(8, OTHER_RIP)),
    everybody('compare-any', paths.compareAny),
    everybody('statistics', paths.statistics),
    everybody('connect', paths.connect),
    everybody('about', paths.about),
    everybody('login', paths.login),
    everybody('setup', `${paths.setup}#${'x'.repeat(43)}`),
    everybody('lost', '/no/such/page'),
    everybody('palette', paths.about, 'Control+k'),
    everybody('keys', paths.about, 'Shift+?'),
    signedIn('moderation', paths.moderation),
    signedIn('moderation-log', paths.moderationLog),
    signedIn('submissions', paths.submissions),
    signedIn('accounts', paths.accounts),
    signedIn('applications', paths.applications),
    signedIn('jobs', paths.jobs),
    signedIn('logs', paths.logs),
    signedIn('backups', paths.backups),
    signedIn('settings', paths.settings),
    signedIn('welcome', paths.welcome),
    signedIn('profile', paths.profile),
  ];
}

async function addOtherRip({ fingerprint }: Databases): Promise<void> {
  // Songs are filled in with numbers of their own, of which the sequences know nothing.
  await fingerprint.pool.query(
    `select setval('track_id_seq', $1), setval('fingerprint_id_seq', $1)`,
    [2 * OTHER_RIP],
  );
  const hashes = heardAgain(heardAgain(songHashes(8), 1).slice(40), 2);
  await insertFingerprints(fingerprint.pool, [
    {
      id: OTHER_RIP,
      trackId: 8,
      hashes,
      query: extractQuery(hashes),
      lengthSeconds: songSeconds(8),
      bitrate: 320,
      formatId: null,
    },
  ]);
}

/** Two months that grow, with weekends. */
async function addStatistics({ app }: Databases, accountId: number): Promise<void> {
  await app.pool.query(
    `insert into stats (name, date, value)
     select name, (now() at time zone 'UTC')::date - d, (value * (1 - d * 0.004 + sin(d) * 0.001))::int
     from generate_series(0, 89) d, (values ('track.all', 61234), ('fingerprint.all', 83211),
       ('mbid.all', 45000), ('account.active', 321), ('submission.all', 123456),
       ('track.0mbids', 20000), ('track.1mbids', 30000), ('track.2mbids', 8000),
       ('track.3mbids', 2500), ('track.10mbids', 120), ('mbid.1tracks', 40000),
       ('mbid.2tracks', 4000)) n (name, value)
     on conflict do nothing`,
  );
  await app.pool.query(
    `insert into stats_lookups (hour, application_id, count_hits, count_misses)
     select date_trunc('hour', now()) - make_interval(hours => h), (select min(id) from application),
       (800 + 500 * sin(h / 24.0 * 6.28) + 200 * sin(h / 168.0 * 6.28))::int,
       (300 + 150 * cos(h / 24.0 * 6.28))::int
     from generate_series(0, 90 * 24) h
     on conflict do nothing`,
  );
  await app.pool.query(
    `insert into stats_user_agents (date, application_id, user_agent, ip, count)
     select (now() at time zone 'UTC')::date - d, (select min(id) from application), agent,
       ('192.0.2.' || (d % 9 + 1))::inet, 100 + d
     from generate_series(0, 20) d, unnest(array['python-requests/2.28.1',
       'MusicBrainz-Picard/2.8.5.final0 (Linux)', 'strawberry 1.0.14', 'beets/1.6.0']) agent
     on conflict do nothing`,
  );
  await app.pool.query(
    'insert into stats_top_accounts (account_id, count) values ($1, 4242) on conflict do nothing',
    [accountId],
  );
}

/** Songs heard again, some with words of users, so that there are submissions with verdicts. */
async function submitSongs(appliance: TestAppliance): Promise<void> {
  const { keys, url } = await firstClient(appliance);
  for (let at = 0; at < SUBMISSIONS; at += 1) {
    const song = at % 3 === 0 ? SONGS + at : at + 1;
    const response = await fetch(`${url}/v2/submit`, {
      method: 'POST',
      body: new URLSearchParams({
        client: keys.client,
        user: keys.user,
        'duration.0': String(songSeconds(song)),
        'fingerprint.0': fingerprintText(heardAgain(songHashes(song), at)),
        'track.0': `Moonlight, part ${at + 1}`,
        'artist.0': 'The Quiet Hours',
        'album.0': 'Late Trains',
        'year.0': '1998',
      }),
    });
    if (!response.ok) throw new Error(`the submission was refused: ${await response.text()}`);
  }
}
