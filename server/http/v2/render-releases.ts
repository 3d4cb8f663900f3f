import type { MetaRequest } from '../../lookup/meta-request.ts';
import type {
  ArtistCredit,
  Medium,
  Placement,
  Release,
  ReleaseEvent,
  ReleaseGroup,
} from '../../musicbrainz/recording.ts';
import type { Answer } from '../python-json.ts';

type Members = { readonly [key: string]: Answer };

/** What stands above in the answer, in full, and need not be said again with `compress`. */
interface Above {
  readonly recording?: { readonly title: string; readonly artists: ArtistCredit };
  readonly group?: ReleaseGroup;
  readonly release?: Release;
}

/** Credited names; a join phrase only where there is one. */
export function renderArtists(artists: ArtistCredit): Answer {
  return artists.map(({ gid, join_phrase, name }) =>
    join_phrase === '' ? { id: gid, name } : { id: gid, name, joinphrase: join_phrase },
  );
}

/** The groups of these places, with their releases when those are asked for too. */
export function renderReleaseGroups(
  placements: readonly Placement[],
  meta: MetaRequest,
  above: Above = {},
): Answer[] {
  return groupsOf(placements, ({ group }) => group).map(([group, within]) => {
    const isFull = meta.releaseGroups === 'full';
    const nested = meta.releases !== 'none';
    return {
      id: group.gid,
      ...(isFull ? renderGroup(group, meta, above) : {}),
      ...(nested
        ? { releases: renderReleases(within, meta, isFull ? { ...above, group } : above) }
        : {}),
    };
  });
}

/** The releases of these places, with mediums and tracks when those are asked for too. */
export function renderReleases(
  placements: readonly Placement[],
  meta: MetaRequest,
  above: Above = {},
): Answer[] {
  return groupsOf(placements, ({ release }) => release).map(([release, within]) => {
    const isFull = meta.releases === 'full';
    return {
      id: release.gid,
      ...(isFull ? renderRelease(release, meta, above) : {}),
      ...(meta.tracks
        ? { mediums: renderMediums(within, meta, isFull ? { ...above, release } : above) }
        : {}),
    };
  });
}

/** Places by what they have in common, in the order of first appearance. */
function groupsOf<T extends object>(
  placements: readonly Placement[],
  partOf: (placement: Placement) => T | undefined,
): [T, Placement[]][] {
  // Parts are shared objects (load-recordings.ts), so identity tells them apart.
  return [...Map.groupBy(placements, partOf)].flatMap(([part, within]): [T, Placement[]][] =>
    part ? [[part, within]] : [],
  );
}

function renderGroup(group: ReleaseGroup, meta: MetaRequest, above: Above): Members {
  const { artists, secondaryTypes, title, type } = group;
  const repeats = meta.compress && isSameCredit(artists, above.recording?.artists);
  return {
    title,
    ...(type === null ? {} : { type }),
    ...(secondaryTypes.length > 0 ? { secondarytypes: secondaryTypes } : {}),
    ...(repeats ? {} : { artists: renderArtists(artists) }),
  };
}

function renderRelease(release: Release, meta: MetaRequest, above: Above): Members {
  const { artists, events, mediumCount, title, trackCount } = release;
  // Below a group a release is compared with the group alone, also where the group is ids.
  const artistsAbove =
    meta.releaseGroups === 'none' ? above.recording?.artists : above.group?.artists;
  const repeatsArtists = meta.compress && isSameCredit(artists, artistsAbove);
  const repeatsTitle = meta.compress && title === above.group?.title;
  const rendered = events.map(renderEvent);
  return {
    medium_count: mediumCount,
    track_count: trackCount,
    ...(repeatsTitle ? {} : { title }),
    ...(repeatsArtists ? {} : { artists: renderArtists(artists) }),
    // The first event stands on the release itself as well.
    ...(rendered.length > 0 ? { ...rendered[0], releaseevents: rendered } : {}),
  };
}

function renderEvent({ country, day, month, year }: ReleaseEvent): Members {
  const date = {
    ...(year === null ? {} : { year }),
    ...(month === null ? {} : { month }),
    ...(day === null ? {} : { day }),
  };
  return {
    ...(country === null ? {} : { country }),
    ...(Object.keys(date).length > 0 ? { date } : {}),
  };
}

function renderMediums(
  placements: readonly Placement[],
  meta: MetaRequest,
  above: Above,
): Answer[] {
  return groupsOf(placements, ({ medium }) => medium).map(([medium, within]) => ({
    ...renderMedium(medium),
    tracks: within.flatMap(({ track }): Answer[] => {
      if (!track) return [];
      const { artists, gid, position, title } = track;
      const repeatsTitle = meta.compress && title === above.recording?.title;
      const repeatsArtists = meta.compress && isSameCredit(artists, above.release?.artists);
      return [
        {
          id: gid,
          position,
          ...(repeatsTitle ? {} : { title }),
          ...(repeatsArtists ? {} : { artists: renderArtists(artists) }),
        },
      ];
    }),
  }));
}

function renderMedium({ format, position, title, trackCount }: Medium): Members {
  return {
    position,
    track_count: trackCount,
    ...(format === null ? {} : { format }),
    ...(title === '' ? {} : { title }),
  };
}

/** Whether two credits read the same, which they also may when MusicBrainz keeps them apart. */
function isSameCredit(a: ArtistCredit, b: ArtistCredit | undefined): boolean {
  if (a === b || !b) return a === b;
  return (
    a.length === b.length &&
    a.every(
      ({ gid, join_phrase, name }, at) =>
        gid === b[at]?.gid && name === b[at]?.name && join_phrase === b[at]?.join_phrase,
    )
  );
}
