/**
 * The layout of AcoustID's public data files (data.acoustid.org): one gzip file of JSON lines for
 * each stream and UTC day, and lists of what there is.
 *
 *   index.json                                    [{"name":"2026/"}]
 *   2026/index.json                               [{"name":"2026-07/"}]
 *   2026/2026-07/index.json                       [{"name":"2026-07-22-meta-update.jsonl.gz","size":1}]
 *   2026/2026-07/2026-07-22-meta-update.jsonl.gz
 *
 * A line is one object, `\n` after it, UTF-8. A key that is missing means null, or false. Links
 * carry no id of their own and are known by their pair, as in the public files since August 2026.
 * Times are ISO 8601 with microseconds and +00:00. Backslashes are JSON's own: the doubled ones of
 * files up to 2024-12-04 were an accident of how those were written.
 */
import { join } from 'node:path';

const DAY_MS = 24 * 3600 * 1000;

/** One kind of public row: where it comes from here, and which rows are our own. */
export interface Stream {
  readonly name: string;
  /** Table and alias that the rows come from. */
  readonly from: string;
  /** What a line holds, in this order; nulls are left out. */
  readonly fields: string;
  /** Whether a row belongs to the day it was changed on as well. */
  readonly hasUpdated: boolean;
  /** Condition for a row that was submitted here (docs/decisions/0084). */
  readonly isOwn: string;
}

/** A link is our own when a submission made here said so. */
function ownLink(kind: string): string {
  return `exists (select from track_${kind}_source s where s.track_${kind}_id = t.id)`;
}

const OWN_FINGERPRINT = 'exists (select from fingerprint_source s where s.fingerprint_id = t.id)';

/** Has something of our own, or had until it was merged into one that has it now. */
const OWN_TRACK = ['t.id', 't.new_id']
  .flatMap((id) => [
    `exists (select from fingerprint f join fingerprint_source s on s.fingerprint_id = f.id where f.track_id = ${id})`,
    ...['mbid', 'puid', 'meta'].map(
      (kind) =>
        `exists (select from track_${kind} l join track_${kind}_source s on s.track_${kind}_id = l.id where l.track_id = ${id})`,
    ),
  ])
  .join(' or ');

function link(kind: 'mbid' | 'puid' | 'meta', value: string, more = ''): Stream {
  return {
    name: `track_${kind}`,
    from: `track_${kind} t`,
    fields: `t.track_id, t.${value}, t.submission_count,${more} t.created, t.updated`,
    hasUpdated: true,
    isOwn: ownLink(kind),
  };
}

/** In the order in which a day is safely imported. */
export const STREAMS: readonly Stream[] = [
  {
    name: 'track',
    from: 'track t',
    fields: 't.id, t.gid, t.new_id, t.created, t.updated',
    hasUpdated: true,
    isOwn: OWN_TRACK,
  },
  {
    name: 'meta',
    from: 'meta t',
    fields:
      't.id, t.track, t.artist, t.album, t.album_artist, t.track_no, t.disc_no, t.year, t.created',
    hasUpdated: false,
    isOwn:
      'exists (select from track_meta l join track_meta_source s on s.track_meta_id = l.id where l.meta_id = t.id)',
  },
  {
    name: 'fingerprint',
    from: 'fingerprint t',
    fields: 't.id, t.fingerprint, t.length, t.created',
    hasUpdated: false,
    isOwn: OWN_FINGERPRINT,
  },
  {
    name: 'track_fingerprint',
    from: 'fingerprint t',
    fields: 't.track_id, t.id as fingerprint_id, t.submission_count, t.created, t.updated',
    hasUpdated: true,
    isOwn: OWN_FINGERPRINT,
  },
  link('mbid', 'mbid', ' case when t.disabled then true end as disabled,'),
  link('meta', 'meta_id'),
  link('puid', 'puid'),
];

/** A day as `YYYY-MM-DD`. */
export type Day = string;

export function dayOf(date: Date): Day {
  return date.toISOString().slice(0, 10);
}

export function dayAfter(day: Day, days = 1): Day {
  return dayOf(new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS));
}

/** Whether a text is a day that exists. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && dayOf(new Date(time)) === text;
}

export function fileNameOf(day: Day, stream: string): string {
  return `${day}-${stream}-update.jsonl.gz`;
}

/** The folder of a day's files inside the folder of the export. */
export function monthFolderOf(folder: string, day: Day): string {
  return join(folder, day.slice(0, 4), day.slice(0, 7));
}
