import { z } from 'zod';
import { listAccountNames } from '../../account/account-name-queries.ts';
import type { Context } from '../../context.ts';
import { listUserTexts } from '../../lookup/user-text-queries.ts';
import { loadRecordings } from '../../musicbrainz/load-recordings.ts';
import { listRedirects } from '../../musicbrainz/recording-queries.ts';
import { countReleases, searchRecordings } from '../../musicbrainz/recording-search-queries.ts';
import { readSearchText, splitWords, tsqueryOf } from '../../track/search-text.ts';
import {
  findTrackHead,
  listLinkChanges,
  listMergedTracks,
  listTrackFingerprints,
  listTrackForeignIds,
  listTrackPuids,
  listTrackRecordings,
} from '../../track/track-detail-queries.ts';
import type { TrackHead } from '../../track/track-detail-queries.ts';
import {
  listBusiestTracks,
  listNewestTracks,
  SEARCH_MAX,
  searchTracks,
} from '../../track/track-list-queries.ts';
import type { ListedTrack } from '../../track/track-list-queries.ts';
import { AdminError } from './admin-error.ts';
import { adminPart } from './admin-api.ts';
import type { AdminPart, Handlers } from './admin-api.ts';
import { uuid } from './contract/endpoint.ts';
import { tracksContract } from './contract/tracks.ts';
import { readCursor, toPage } from './cursor.ts';
import { knownRecordingOf } from './known-recording.ts';

const RECORDING_NEEDS = { depth: 'none', artists: true, isrcs: false } as const;

const idKey = z.tuple([z.int().positive()]);
const busyKeys = z.tuple([z.int().min(0), z.int().positive()]);

/** Tracks: lists, search, and all that is known about one. */
export function tracksPart(context: Context): AdminPart {
  const fingerprint = context.databases.fingerprint.pool;
  const handlers: Handlers<typeof tracksContract> = {
    'GET /tracks': async ({ query: { cursor, limit, order, q } }) => {
      if (q === '' && order === 'submissions') {
        const [submissions, id] = readCursor(busyKeys, cursor) ?? [];
        const after =
          submissions === undefined || id === undefined ? undefined : { submissions, id };
        const tracks = await listBusiestTracks(fingerprint, after, limit + 1);
        const { next, rows } = toPage(tracks, limit, (track) => [track.counted, track.id]);
        return { next, rows: await describe(context, rows) };
      }
      const [before] = readCursor(idKey, cursor) ?? [];
      const tracks =
        q === ''
          ? await listNewestTracks(fingerprint, before, limit + 1)
          : await search(context, q, { before, limit: limit + 1 });
      const { next, rows } = toPage(tracks, limit, ({ id }) => [id]);
      return { next, rows: await describe(context, rows) };
    },

    'GET /tracks/:gid': async ({ params }) => {
      const asked = readGid(params.gid);
      const head = await requireTrack(context, asked);
      return { ...(await detailsOf(context, head)), mergedFrom: head.is_merged ? asked : null };
    },

    'GET /tracks/:gid/history': async ({ params }) => {
      const { id } = await requireTrack(context, readGid(params.gid));
      const [changes, merged] = await Promise.all([
        listLinkChanges(fingerprint, id),
        listMergedTracks(fingerprint, id),
      ]);
      const accounts = changes.flatMap(({ account_id }) => account_id ?? []);
      const names = await listAccountNames(context.databases.app.pool, accounts);
      return {
        merged: [...merged],
        changes: changes.map(({ account_id, disabled, ...change }) => ({
          ...change,
          isDisabled: disabled,
          account: names.get(account_id ?? 0) ?? null,
        })),
      };
    },
  };
  return adminPart(tracksContract, handlers);
}

function readGid(text: string): string {
  const gid = uuid.safeParse(text);
  if (!gid.success) throw new AdminError('not_found', 'this is not the id of a track');
  return gid.data;
}

async function requireTrack({ databases }: Context, gid: string): Promise<TrackHead> {
  const head = await findTrackHead(databases.fingerprint.pool, gid);
  if (!head) throw new AdminError('not_found', 'there is no such track');
  return head;
}

async function search(
  { databases }: Context,
  q: string,
  place: { readonly before: number | undefined; readonly limit: number },
): Promise<ListedTrack[]> {
  const { fingerprintId, uuid: id, words } = readSearchText(q);
  const musicbrainz = databases.musicbrainz.pool;
  const mbids =
    id === undefined
      ? await searchRecordings(musicbrainz, splitWords(words), SEARCH_MAX)
      : [id, ...(await listRedirects(musicbrainz, [id])).values()];
  const wanted = {
    gid: id ?? null,
    mbids,
    words: words.length > 0 ? tsqueryOf(words, false) : null,
    fingerprintId: fingerprintId ?? null,
  };
  return searchTracks(databases.fingerprint.pool, wanted, place);
}

/** Rows of a list, with the names of their recordings. */
async function describe({ databases }: Context, tracks: readonly ListedTrack[]) {
  const mbids = tracks.flatMap(({ mbid }) => mbid ?? []);
  const recordings = await loadRecordings(databases.musicbrainz.pool, mbids, RECORDING_NEEDS);
  return tracks.map((track) => {
    const recording = recordings.get(track.mbid ?? '');
    const known = knownRecordingOf(track.mbid ?? '', recording);
    return {
      gid: track.gid,
      created: track.created,
      fingerprints: track.fingerprint_count,
      recordings: track.mbid_count,
      submissions: track.submission_count,
      lengthSeconds: track.length,
      title: known.title ?? track.title,
      artists: recording ? known.artists : track.artist,
      isFromUsers: !recording && (track.title !== null || track.artist !== null),
    };
  });
}

async function detailsOf({ databases }: Context, head: TrackHead) {
  const fingerprint = databases.fingerprint.pool;
  const musicbrainz = databases.musicbrainz.pool;
  const [fingerprints, links, texts, foreignIds, puids] = await Promise.all([
    listTrackFingerprints(fingerprint, head.id),
    listTrackRecordings(fingerprint, head.id),
    listUserTexts(fingerprint, [head.id]),
    listTrackForeignIds(fingerprint, head.id),
    listTrackPuids(fingerprint, head.id),
  ]);
  const mbids = links.map(({ mbid }) => mbid);
  const [recordings, releases] = await Promise.all([
    loadRecordings(musicbrainz, mbids, RECORDING_NEEDS),
    countReleases(musicbrainz, mbids),
  ]);
  const { created, disabled, fingerprint_count, gid, submission_count, updated } = head;
  return {
    gid,
    created,
    updated,
    isDisabled: disabled,
    fingerprintCount: fingerprint_count,
    submissionCount: submission_count,
    fingerprints: fingerprints.map(({ length, submission_count: submissions, ...rest }) => ({
      ...rest,
      lengthSeconds: length,
      submissions,
    })),
    recordings: links.map((link) => ({
      ...knownRecordingOf(link.mbid, recordings.get(link.mbid)),
      releases: releases.get(link.mbid) ?? 0,
      sources: link.submission_count,
      isDisabled: link.disabled,
      mergedInto: link.merged_into,
      created: link.created,
    })),
    texts: texts.map(({ album, album_artist, artist, disc_no, track, track_no, year }) => ({
      title: track,
      artist,
      album,
      albumArtist: album_artist,
      trackNo: track_no,
      discNo: disc_no,
      year,
    })),
    foreignIds: foreignIds.map(({ name, submission_count: sources, vendor }) => ({
      vendor,
      name,
      sources,
    })),
    puids: puids.map(({ puid, submission_count: sources }) => ({ puid, sources })),
  };
}
