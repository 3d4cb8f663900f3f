import type { MetaRequest } from '../../lookup/meta-request.ts';
import type { UserText } from '../../lookup/user-text-queries.ts';
import type { Answer } from '../python-json.ts';

type Members = { readonly [key: string]: Answer };

/**
 * A recording as users described it: no ids but the internal one of its track, artists as plain
 * names, empty titles left out (api-v2.md section 9, usermeta).
 */
export function renderUserText(text: UserText, meta: MetaRequest): Members {
  return {
    ...(meta.recordings === 'full' ? titled(text.track, text.artist) : {}),
    ...renderAlbum(text, meta),
  };
}

function titled(title: string | null, artist: string | null): Members {
  return { ...(title ? { title } : {}), ...(artist ? { artists: [artist] } : {}) };
}

/** The album as a release, a release group or both; an object without a member is left out. */
function renderAlbum(text: UserText, meta: MetaRequest): Members {
  const { album, album_artist } = text;
  const repeatsRecording =
    meta.compress && meta.recordings === 'full' && album_artist === text.artist;
  const described = titled(album, repeatsRecording ? null : album_artist);
  if (meta.releaseGroups === 'none') {
    const releases = meta.releases === 'none' ? [] : present(renderRelease(text, meta, described));
    return releases.length > 0 ? { releases } : {};
  }
  const isFull = meta.releaseGroups === 'full';
  // The group says the same as the release, so compressing takes all of it from the release.
  const inside = meta.compress && isFull ? {} : titled(album, album_artist);
  const releases = meta.releases === 'none' ? [] : present(renderRelease(text, meta, inside));
  const releasegroups = present({
    ...(isFull ? described : {}),
    ...(releases.length > 0 ? { releases } : {}),
  });
  return releasegroups.length > 0 ? { releasegroups } : {};
}

function present(members: Members): Members[] {
  return Object.keys(members).length > 0 ? [members] : [];
}

function renderRelease(text: UserText, meta: MetaRequest, described: Members): Members {
  const date: Members = text.year === null ? {} : { date: { year: text.year } };
  return {
    ...(meta.releases === 'full' ? { ...described, ...date, releaseevents: [date] } : {}),
    ...(meta.tracks ? { mediums: [renderMedium(text, meta)] } : {}),
  };
}

function renderMedium(text: UserText, meta: MetaRequest): Members {
  const { album_artist, artist, disc_no, meta_id, track, track_no } = text;
  const repeatsTitle = meta.compress && meta.recordings === 'full' && track !== null;
  const repeatsArtists =
    meta.compress && meta.releases === 'full' && artist !== null && artist === album_artist;
  return {
    position: disc_no,
    track_count: null,
    tracks: [
      {
        id: meta_id,
        position: track_no,
        ...(repeatsTitle ? {} : { title: track }),
        ...(repeatsArtists ? {} : { artists: artist === null ? [] : [artist] }),
      },
    ],
  };
}
