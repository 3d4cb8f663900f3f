import type { Queryable } from '../db/queryable.ts';
import { loadRecordings } from '../musicbrainz/load-recordings.ts';
import { listRedirects } from '../musicbrainz/recording-queries.ts';
import type { Depth, Recording, RecordingNeeds } from '../musicbrainz/recording.ts';
import { listTrackMbids } from '../track/track-queries.ts';
import type { TrackMbid } from '../track/track-queries.ts';
import type { CandidateLink } from './candidate-queries.ts';
import type { MetaRequest } from './meta-request.ts';
import { listUserTexts } from './user-text-queries.ts';
import type { UserText } from './user-text-queries.ts';

/** A recording that a track is linked with. */
export interface RecordingLink {
  readonly mbid: string;
  /** Submissions that made the link. */
  readonly sources: number;
  /** The MBID that was linked, where another stands for it now. */
  readonly redirectedFrom?: string;
}

/** What is known about the tracks of one request. */
export interface LookupMetadata {
  /** Enabled links by track, by MBID; a track without any has no entry. */
  readonly links: ReadonlyMap<number, readonly RecordingLink[]>;
  /** By MBID. With releases or groups asked for, only those on a release. */
  readonly recordings: ReadonlyMap<string, Recording>;
  /** By track, most submitted first; only with `usermeta`. */
  readonly texts: ReadonlyMap<number, readonly UserText[]>;
}

/** A track to say more about, with its links if they are at hand. */
export interface KnownTrack {
  readonly trackId: number;
  readonly links: readonly CandidateLink[] | undefined;
}

export interface MetadataParts {
  readonly fingerprint: Queryable;
  readonly musicbrainz: Queryable;
  /** Told which linked MBIDs MusicBrainz did not know. */
  readonly missingMbids: (mbids: readonly string[]) => void;
}

export interface MetadataOptions {
  /** Whether MBIDs that were merged in MusicBrainz appear as what they are now. */
  readonly canonical: boolean;
}

const NOTHING: LookupMetadata = { links: new Map(), recordings: new Map(), texts: new Map() };

/**
 * Loads what `meta` asks for about these tracks. At most four statements, whatever the number of
 * tracks and recordings.
 */
export async function loadMetadata(
  parts: MetadataParts,
  tracks: readonly KnownTrack[],
  meta: MetaRequest,
  options: MetadataOptions,
): Promise<LookupMetadata> {
  if (meta.shape === 'none' || tracks.length === 0) return NOTHING;
  const links = await loadLinks(parts, tracks, options);
  const mbids = [...new Set([...links.values()].flat().map(({ mbid }) => mbid))];
  const recordings = await loadRecordings(parts.musicbrainz, mbids, needsOf(meta));
  const missing = mbids.filter((mbid) => !recordings.has(mbid));
  if (missing.length > 0) parts.missingMbids(missing);
  // Upstream's rule, for the whole request: one known recording, and no user's word counts.
  const withTexts = meta.usermeta && meta.shape === 'recordings' && recordings.size === 0;
  const trackIds = [...new Set(tracks.map(({ trackId }) => trackId))];
  const texts = withTexts ? await listUserTexts(parts.fingerprint, trackIds) : [];
  return { links, recordings, texts: Map.groupBy(texts, ({ track_id }) => track_id) };
}

function needsOf(meta: MetaRequest): RecordingNeeds {
  const depth = depthOf(meta);
  const isFull = [meta.recordings, meta.releaseGroups, meta.releases].includes('full');
  return {
    depth,
    artists: isFull || depth === 'tracks',
    isrcs: meta.isrcs && meta.recordings === 'full' && meta.shape === 'recordings',
  };
}

function depthOf({ releaseGroups, releases, shape, tracks }: MetaRequest): Depth {
  if (shape === 'm2') return 'tracks';
  if (releases !== 'none') return tracks ? 'tracks' : 'releases';
  return releaseGroups === 'none' ? 'none' : 'groups';
}

async function loadLinks(
  parts: MetadataParts,
  tracks: readonly KnownTrack[],
  { canonical }: MetadataOptions,
): Promise<ReadonlyMap<number, readonly RecordingLink[]>> {
  const rows = await listLinks(parts.fingerprint, tracks);
  const mbids = rows.map(({ mbid }) => mbid);
  const redirects: ReadonlyMap<string, string> =
    canonical && mbids.length > 0 ? await listRedirects(parts.musicbrainz, mbids) : new Map();
  const links = new Map<number, RecordingLink[]>();
  for (const { mbid, submission_count, track_id } of rows) {
    const list = links.get(track_id) ?? [];
    const current = redirects.get(mbid);
    list.push(
      current === undefined
        ? { mbid, sources: submission_count }
        : { mbid: current, sources: submission_count, redirectedFrom: mbid },
    );
    links.set(track_id, list);
  }
  if (redirects.size === 0) return links;
  return new Map([...links].map(([trackId, list]) => [trackId, mergeLinks(list)]));
}

/** Links by track as stored, without asking again for those that are known. */
async function listLinks(
  fingerprint: Queryable,
  tracks: readonly KnownTrack[],
): Promise<TrackMbid[]> {
  const known = new Map<number, readonly CandidateLink[]>();
  for (const { links, trackId } of tracks) if (links) known.set(trackId, links);
  const unknown = new Set<number>();
  for (const { trackId } of tracks) if (!known.has(trackId)) unknown.add(trackId);
  const asked = unknown.size > 0 ? await listTrackMbids(fingerprint, [...unknown]) : [];
  const found = [...known].flatMap(([track_id, links]) =>
    links.map((link) => ({ track_id, ...link })),
  );
  return [...found, ...asked];
}

/** Links that became the same by redirects count together, by MBID again. */
function mergeLinks(list: readonly RecordingLink[]): readonly RecordingLink[] {
  const merged = new Map<string, RecordingLink>();
  for (const link of list) {
    const known = merged.get(link.mbid);
    if (known) merged.set(link.mbid, { ...known, sources: known.sources + link.sources });
    else merged.set(link.mbid, link);
  }
  return [...merged.values()].sort((a, b) => (a.mbid < b.mbid ? -1 : 1));
}
