/** What the import bench submits: the corpus heard again, and songs nobody has heard yet. */
import { fingerprintText } from '../../e2e/harness/synthetic-fingerprint.ts';
import { decodeFingerprint } from '../../server/fingerprint/codec.ts';
import type { NewSubmission } from '../../server/submission/submission.ts';
import { heardAgain, songHashes, songSeconds } from '../api/songs.ts';

/** Of ten submissions this many are songs the corpus does not have. */
const NEW_OF_TEN = 6;

/** A submission's parameters, without the number of its place in the request. */
interface Submission {
  readonly fingerprint: string;
  readonly duration: string;
  readonly mbid: string;
  readonly track: string;
  readonly artist: string;
  readonly fileformat: string;
}

/**
 * The n-th submission over a corpus of `count` songs, the same for the same n: six of ten are new,
 * the others are copies of stored songs, some of them for the second time.
 */
export function submissionOf(n: number, count: number): Submission {
  const isNew = n % 10 < NEW_OF_TEN;
  const song = isNew ? count + 1 + n : 1 + ((n * 7919) % count);
  const hashes = isNew ? songHashes(song) : heardAgain(songHashes(song), n % 97);
  return {
    fingerprint: fingerprintText(hashes),
    duration: String(songSeconds(song)),
    mbid: `00000000-0000-4000-8000-${String(song).padStart(12, '0')}`,
    track: `Song ${song}`,
    artist: `Artist ${song % 1000}`,
    fileformat: 'FLAC',
  };
}

/** The urlencoded body of one submit request. */
export function bodyOf(submissions: readonly Submission[], keys: Record<string, string>): string {
  const form = new URLSearchParams(keys);
  for (const [at, submission] of submissions.entries()) {
    for (const [name, value] of Object.entries(submission)) form.set(`${name}.${at}`, value);
  }
  return form.toString();
}

/** The same as the service stores it. */
export function newSubmissionOf(submission: Submission): NewSubmission {
  const { artist, duration, fileformat, fingerprint, mbid, track } = submission;
  return {
    hashes: decodeFingerprint(fingerprint).hashes,
    durationSeconds: Number(duration),
    bitrate: undefined,
    format: fileformat,
    mbid,
    puid: undefined,
    foreignId: undefined,
    meta: { track, artist },
  };
}
