import type { Recording } from '../../musicbrainz/recording.ts';

/** A recording in one line, as the pages show it; nulls for one that MusicBrainz does not know. */
export function knownRecordingOf(
  mbid: string,
  recording: Recording | undefined,
): { mbid: string; title: string | null; artists: string | null; lengthSeconds: number | null } {
  if (!recording) return { mbid, title: null, artists: null, lengthSeconds: null };
  const { artists, length, title } = recording;
  return {
    mbid,
    title,
    artists: artists.map(({ join_phrase, name }) => name + join_phrase).join(''),
    lengthSeconds: length === null ? null : length / 1000,
  };
}
