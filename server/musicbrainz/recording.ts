/** MusicBrainz as lookups see it: recordings with the places where they were released. */

/** One credited name; `gid` is the artist's. */
export interface CreditedName {
  readonly gid: string;
  readonly name: string;
  readonly join_phrase: string;
}

export type ArtistCredit = readonly CreditedName[];

/** Year, month and day, each perhaps unknown, and the country's ISO code. */
export interface ReleaseEvent {
  readonly country: string | null;
  readonly year: number | null;
  readonly month: number | null;
  readonly day: number | null;
}

export interface ReleaseGroup {
  readonly gid: string;
  readonly title: string;
  readonly type: string | null;
  readonly secondaryTypes: readonly string[];
  readonly artists: ArtistCredit;
}

export interface Release {
  readonly gid: string;
  readonly title: string;
  readonly artists: ArtistCredit;
  readonly mediumCount: number;
  readonly trackCount: number;
  readonly events: readonly ReleaseEvent[];
}

export interface Medium {
  readonly id: number;
  readonly position: number;
  readonly title: string;
  readonly format: string | null;
  readonly trackCount: number;
}

export interface ReleasedTrack {
  readonly gid: string;
  readonly position: number;
  readonly title: string;
  /** Milliseconds, if known. */
  readonly length: number | null;
  readonly artists: ArtistCredit;
}

/** Where a recording appears; deeper parts are there as far as they were asked for. */
export interface Placement {
  readonly group: ReleaseGroup;
  readonly release: Release | undefined;
  readonly medium: Medium | undefined;
  readonly track: ReleasedTrack | undefined;
}

export interface Recording {
  readonly gid: string;
  readonly title: string;
  /** Milliseconds, if known. */
  readonly length: number | null;
  readonly artists: ArtistCredit;
  readonly isrcs: readonly string[];
  /** By age of the release, medium and track position; empty unless asked for. */
  readonly placements: readonly Placement[];
}

/** How deep to look for the places of a recording. */
export type Depth = 'none' | 'groups' | 'releases' | 'tracks';

/** What a lookup needs of recordings; what it does not need is left empty. */
export interface RecordingNeeds {
  /** With a depth, recordings on no release are not found at all, as upstream. */
  readonly depth: Depth;
  readonly artists: boolean;
  readonly isrcs: boolean;
}
