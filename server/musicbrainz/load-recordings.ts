import type { Queryable } from '../db/queryable.ts';
import type { ArtistCredit, Placement, Recording, RecordingNeeds } from './recording.ts';
import { findRecordingRows } from './recording-queries.ts';
import type { RecordingRow, TrackRow } from './recording-queries.ts';

type Row = RecordingRow & Partial<TrackRow>;
type Credits = ReadonlyMap<number, ArtistCredit>;

/** Recordings of one request; a batch of track ids could name more than a statement should hold. */
const MBIDS_MAX = 10_000;
const NOBODY: ArtistCredit = [];

/**
 * Loads recordings by MBID (lower case), with what is needed of them, in one statement.
 * Unknown MBIDs are missing from the answer; so are, when a depth is asked for, recordings on no
 * release.
 */
export async function loadRecordings(
  musicbrainz: Queryable,
  mbids: readonly string[],
  needs: RecordingNeeds,
): Promise<ReadonlyMap<string, Recording>> {
  const recordings = new Map<string, Recording & { placements: Placement[] }>();
  if (mbids.length === 0) return recordings;
  const found = await findRecordingRows(musicbrainz, mbids.slice(0, MBIDS_MAX), needs);
  const credits = Map.groupBy(found.names, ({ artist_credit }) => artist_credit);
  const isrcs = Map.groupBy(found.isrcs, ({ recording }) => recording);
  const parts = new PlacementParts(credits);
  for (const row of found.rows) {
    const placements = needs.depth === 'none' ? [] : [parts.placementOf(row)];
    const known = recordings.get(row.gid);
    if (known) known.placements.push(...placements);
    else recordings.set(row.gid, { ...recordingOf(row, credits, isrcs), placements });
  }
  return recordings;
}

function recordingOf(
  row: Row,
  credits: Credits,
  isrcs: ReadonlyMap<number, readonly { readonly isrc: string }[]>,
): Omit<Recording, 'placements'> {
  const { artist_credit, gid, length, name, recording_id } = row;
  return {
    gid,
    title: name,
    length,
    artists: credits.get(artist_credit) ?? NOBODY,
    isrcs: (isrcs.get(recording_id) ?? []).map(({ isrc }) => isrc),
  };
}

/** Makes places of rows. Groups, releases and mediums that several rows name become one object. */
class PlacementParts {
  readonly #credits: Credits;
  readonly #groups = new Map<string, Placement['group']>();
  readonly #releases = new Map<string, Placement['release']>();
  readonly #mediums = new Map<number, Placement['medium']>();

  constructor(credits: Credits) {
    this.#credits = credits;
  }

  placementOf(row: Row): Placement {
    return {
      group: once(this.#groups, row.group_gid ?? '', () => ({
        gid: row.group_gid ?? '',
        title: row.group_name ?? '',
        type: row.group_type ?? null,
        secondaryTypes: row.secondary_types ?? [],
        artists: this.#creditOf(row.group_credit),
      })),
      release: row.release_gid === undefined ? undefined : this.#releaseOf(row, row.release_gid),
      medium: row.medium_id === undefined ? undefined : this.#mediumOf(row, row.medium_id),
      track: row.track_gid === undefined ? undefined : this.#trackOf(row, row.track_gid),
    };
  }

  #releaseOf(row: Row, gid: string): Placement['release'] {
    return once(this.#releases, gid, () => ({
      gid,
      title: row.release_name ?? '',
      artists: this.#creditOf(row.release_credit),
      mediumCount: row.medium_count ?? 0,
      trackCount: row.track_count ?? 0,
      events: row.events ?? [],
    }));
  }

  #mediumOf(row: Row, id: number): Placement['medium'] {
    return once(this.#mediums, id, () => ({
      id,
      position: row.medium_position ?? 0,
      title: row.medium_name ?? '',
      format: row.medium_format ?? null,
      trackCount: row.medium_track_count ?? 0,
    }));
  }

  #trackOf(row: Row, gid: string): Placement['track'] {
    return {
      gid,
      position: row.track_position ?? 0,
      title: row.track_name ?? '',
      length: row.track_length ?? null,
      artists: this.#creditOf(row.track_credit),
    };
  }

  #creditOf(id: number | undefined): ArtistCredit {
    return (id === undefined ? undefined : this.#credits.get(id)) ?? NOBODY;
  }
}

function once<K, V>(made: Map<K, V>, key: K, make: () => V): V {
  const known = made.get(key);
  if (known !== undefined) return known;
  const value = make();
  made.set(key, value);
  return value;
}
