import type { LookupMetadata, RecordingLink } from '../../lookup/metadata.ts';
import type { MetaRequest } from '../../lookup/meta-request.ts';
import { rankLinks } from '../../lookup/rank.ts';
import type { RankedLink } from '../../lookup/rank.ts';
import type { Placement, Recording } from '../../musicbrainz/recording.ts';
import { PythonFloat } from '../python-float.ts';
import type { Answer } from '../python-json.ts';
import { renderRank } from './render-explanation.ts';
import { renderArtists, renderReleaseGroups, renderReleases } from './render-releases.ts';
import { renderUserText } from './render-user-text.ts';

type Members = { readonly [key: string]: Answer };

/** In which order recordings stand, and whether to say why. */
export interface RecordingOrder {
  readonly rank: boolean;
  readonly explain: boolean;
  readonly durationSeconds: number | undefined;
}

/** What `meta` adds to the result of one track (api-v2.md section 9). */
export function renderMetadata(
  trackId: number,
  metadata: LookupMetadata,
  meta: MetaRequest,
  order: RecordingOrder,
): Members {
  const links = metadata.links.get(trackId);
  const texts = metadata.texts.get(trackId) ?? [];
  if (!links && texts.length === 0) return {};
  const linked = inOrder(links ?? [], metadata, order).map(({ rank, ...link }) => ({
    ...renderLink(link, metadata, meta),
    ...(rank && order.explain ? { rank: renderRank(rank) } : {}),
  }));
  switch (meta.shape) {
    case 'none':
      return {};
    case 'm2':
      return { recordings: linked };
    case 'recordings':
      return { recordings: [...linked, ...texts.map((text) => renderUserText(text, meta))] };
    case 'releasegroups':
      return { releasegroups: renderReleaseGroups(placesOf(links, metadata), meta) };
    case 'releases':
      return { releases: renderReleases(placesOf(links, metadata), meta) };
  }
}

function inOrder(
  links: readonly RecordingLink[],
  { recordings }: LookupMetadata,
  { durationSeconds, rank }: RecordingOrder,
): readonly (RecordingLink & Partial<RankedLink>)[] {
  return rank ? rankLinks(links, recordings, durationSeconds) : links;
}

/** Seconds, as a float with milliseconds; nothing when unknown. */
function renderDuration(lengthMs: number | null): Members {
  return lengthMs === null ? {} : { duration: new PythonFloat(lengthMs / 1000) };
}

function placesOf(
  links: readonly RecordingLink[] | undefined,
  { recordings }: LookupMetadata,
): Placement[] {
  return (links ?? []).flatMap(({ mbid }) => recordings.get(mbid)?.placements ?? []);
}

function renderLink(
  link: RecordingLink,
  { recordings }: LookupMetadata,
  meta: MetaRequest,
): Members {
  const recording = recordings.get(link.mbid);
  const isTree = meta.shape === 'recordings';
  return {
    id: link.mbid,
    ...(isTree && meta.sources ? { sources: link.sources } : {}),
    // Also in the ids form: a recording that MusicBrainz does not know is its bare id.
    ...(recording && isTree ? renderRecording(recording, meta) : {}),
    ...(recording && meta.shape === 'm2' ? renderFlatRecording(recording) : {}),
  };
}

function renderRecording(recording: Recording, meta: MetaRequest): Members {
  const { artists, isrcs, length, placements, title } = recording;
  const isFull = meta.recordings === 'full';
  const above = isFull ? { recording: { title, artists } } : {};
  return {
    ...(isFull ? { title, artists: renderArtists(artists), ...renderDuration(length) } : {}),
    ...(isFull && isrcs.length > 0 ? { isrcs } : {}),
    ...renderNested(placements, meta, above),
  };
}

/** Release groups with what is in them, or else releases, as far as asked for. */
function renderNested(
  placements: readonly Placement[],
  meta: MetaRequest,
  above: Parameters<typeof renderReleases>[2],
): Members {
  if (meta.releaseGroups !== 'none') {
    return { releasegroups: renderReleaseGroups(placements, meta, above) };
  }
  if (meta.releases === 'none') return {};
  return { releases: renderReleases(placements, meta, above) };
}

/** Stable, so that mediums and tracks stay in their order. */
function byReleaseId(a: Placement, b: Placement): number {
  return (a.release?.gid ?? '') < (b.release?.gid ?? '') ? -1 : a.release === b.release ? 0 : 1;
}

/** The older shape: each track with its medium and release beside it. */
function renderFlatRecording({ length, placements }: Recording): Members {
  const ordered = placements.toSorted(byReleaseId);
  const tracks = ordered.flatMap(({ medium, release, track }): Answer[] => {
    if (!medium || !release || !track) return [];
    return [
      {
        title: track.title,
        ...renderDuration(track.length),
        artists: renderArtists(track.artists),
        position: track.position,
        medium: {
          track_count: medium.trackCount,
          position: medium.position,
          ...(medium.format === null ? {} : { format: medium.format }),
          release: { id: release.gid, title: release.title },
        },
      },
    ];
  });
  return { ...renderDuration(length), tracks };
}
