/** Metadata as a submitter gave it; a key without a value is left out. */
export interface SubmittedMeta {
  readonly track?: string;
  readonly artist?: string;
  readonly album?: string;
  readonly album_artist?: string;
  readonly track_no?: number;
  readonly disc_no?: number;
  readonly year?: number;
}

/** One row of a submit request: one fingerprint with at most one MBID. */
export interface NewSubmission {
  readonly hashes: Uint32Array;
  readonly durationSeconds: number;
  readonly bitrate: number | undefined;
  readonly format: string | undefined;
  readonly mbid: string | undefined;
  readonly puid: string | undefined;
  readonly foreignId: string | undefined;
  readonly meta: SubmittedMeta | undefined;
}

/** Who submits, with what. */
export interface Submitter {
  readonly accountId: number;
  readonly applicationId: number;
  readonly applicationVersion: string | undefined;
}
