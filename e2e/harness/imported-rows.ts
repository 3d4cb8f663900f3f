/**
 * What an appliance made of submissions, as lines that two runs can be compared by: no ids, no
 * times, nothing of the order in which they were imported. A submission goes by its request's
 * client version and its place in it.
 */
import type { Pool } from 'pg';
import { openDatabases } from '../../server/db/databases.ts';
import type { RunFile } from '../../server/config/run-file.ts';

type Keys = ReadonlyMap<number, string>;

/** Every row that an import writes, sorted. */
export async function readImportedRows(run: RunFile): Promise<string[]> {
  await using databases = openDatabases(run.postgres);
  const { fingerprint, ingest } = databases;
  const keys = await readKeys(ingest.pool);
  const lines = [
    ...(await readTracks(fingerprint.pool, keys)),
    ...(await readCounts(fingerprint.pool)),
    ...(await readSubmissions(ingest.pool)),
    ...(await readDisagreements(ingest.pool, fingerprint.pool)),
  ];
  return lines.toSorted();
}

async function readKeys(ingest: Pool): Promise<Keys> {
  const { rows } = await ingest.query<{ id: number; key: string }>(
    `select id, application_version || '/' ||
       row_number() over (partition by application_version order by id) as key
     from submission`,
  );
  return new Map(rows.map(({ id, key }) => [id, key]));
}

const LINKS = {
  mbid: `l.mbid::text || case when l.disabled then ' disabled' else '' end`,
  puid: 'l.puid::text',
  meta: `(select m.gid || ' ' || m.track from meta m where m.id = l.meta_id)`,
  foreignid: `(select v.name || ':' || f.name from foreignid f
    join foreignid_vendor v on v.id = f.vendor_id where f.id = l.foreignid_id)`,
} as const;

/** One line per track: its fingerprints and links, each with its count and who submitted it. */
async function readTracks(fingerprint: Pool, keys: Keys): Promise<string[]> {
  const parts = new Map<number, string[]>();
  const note = (trackId: number, part: string): void => {
    const list = parts.get(trackId) ?? [];
    parts.set(trackId, [...list, part]);
  };
  const fingerprints = await fingerprint.query<Said>(
    `select f.track_id, f.submission_count as count,
       f.length || ' s ' || coalesce((select name from format where id = f.format_id), '-') as value,
       array_agg(s.submission_id) as submissions
     from fingerprint f left join fingerprint_source s on s.fingerprint_id = f.id group by f.id`,
  );
  for (const row of fingerprints.rows) note(row.track_id, `fingerprint ${said(row, keys)}`);
  for (const [noun, value] of Object.entries(LINKS)) {
    const links = await fingerprint.query<Said>(
      `select l.track_id, l.submission_count as count, ${value} as value,
         array_agg(s.submission_id) as submissions
       from track_${noun} l left join track_${noun}_source s on s.track_${noun}_id = l.id
       group by l.id`,
    );
    for (const row of links.rows) note(row.track_id, `${noun} ${said(row, keys)}`);
  }
  const { rows } = await fingerprint.query<{ id: number }>('select id from track');
  return rows.map(({ id }) => `track ${(parts.get(id) ?? []).toSorted().join('; ')}`);
}

interface Said {
  readonly track_id: number;
  readonly value: string;
  readonly count: number;
  readonly submissions: readonly (number | null)[];
}

function said({ count, submissions, value }: Said, keys: Keys): string {
  const who = submissions.map((id) => keys.get(id ?? 0) ?? `unknown ${String(id)}`);
  return `${value} ×${count} by ${who.toSorted().join(' ')}`;
}

async function readCounts(fingerprint: Pool): Promise<string[]> {
  const tables = ['track', 'fingerprint', 'fingerprint_data', 'fpindex_changelog', 'source'];
  tables.push('format', 'meta', 'foreignid', 'foreignid_vendor');
  const lines: string[] = [];
  for (const table of tables) {
    const { rows } = await fingerprint.query<{ count: number }>(`select count(*) from ${table}`);
    lines.push(`count ${table} ${rows[0]?.count}`);
  }
  return lines;
}

/** How many submissions ended how: which one founded a track depends on the order. */
async function readSubmissions(ingest: Pool): Promise<string[]> {
  const { rows } = await ingest.query<{ line: string }>(
    `select concat_ws(' ', 'submissions', r.verdict, s.handled, s.attempts, s.error,
       p.id is not null, count(*)) as line
     from submission s left join submission_result r on r.submission_id = s.id
     left join pending_submission p on p.id = s.id
     group by r.verdict, s.handled, s.attempts, s.error, p.id is not null`,
  );
  return rows.map(({ line }) => line);
}

/** Results that name another fingerprint or track than the rows that say where they went. */
async function readDisagreements(ingest: Pool, fingerprint: Pool): Promise<string[]> {
  const results = await ingest.query<{ id: number; place: string }>(
    `select submission_id as id, fingerprint_id || ' ' || track_id as place
     from submission_result where fingerprint_id is not null`,
  );
  const sources = await fingerprint.query<{ id: number; place: string }>(
    `select s.submission_id as id, f.id || ' ' || f.track_id as place
     from fingerprint_source s join fingerprint f on f.id = s.fingerprint_id`,
  );
  const places = new Map(sources.rows.map(({ id, place }) => [id, place]));
  return results.rows.flatMap(({ id, place }) =>
    places.get(id) === place ? [] : [`submission ${id} is said to be at ${place}`],
  );
}
