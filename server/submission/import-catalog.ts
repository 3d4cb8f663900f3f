import type { Queryable } from '../db/queryable.ts';
import { compareMany } from '../fingerprint/compare.ts';
import { listNeighbours, listTrackFingerprints } from './catalog-queries.ts';
import type { StoredFingerprint } from './catalog-queries.ts';
import { bestMatches, decide, LENGTH_TOLERANCE_SECONDS } from './match.ts';
import type { Decision, ScoredFingerprint } from './match.ts';
import type { PreparedSubmission } from './prepare.ts';

const OFFSET_MAX = 80;

/** Candidates of each submission, by its id: what the index and the changelog found. */
export type Candidates = ReadonlyMap<number, ReadonlySet<number>>;

/** What is to become of a submission. Ids below zero stand for rows still to be made. */
export interface Plan {
  readonly prepared: PreparedSubmission;
  readonly verdict: Decision['kind'];
  readonly trackId: number;
  readonly fingerprintId: number;
}

interface PlannedFingerprint extends StoredFingerprint {
  readonly query: ReadonlySet<number>;
}

/**
 * The fingerprints that a batch of submissions may match: those stored, near enough to be asked,
 * and those the batch itself makes, so that the second copy of a recording in one batch finds the
 * first.
 */
export class ImportCatalog {
  readonly #candidates: Candidates;
  readonly #lengths: ReadonlyMap<number, number>;
  readonly #stored: ReadonlyMap<number, StoredFingerprint>;
  readonly #byTrack = new Map<number, StoredFingerprint[]>();
  readonly #planned: PlannedFingerprint[] = [];
  #placeholder = -1;

  /** Loads what the candidates of a batch need, in two statements. */
  static async load(
    transaction: Queryable,
    batch: readonly PreparedSubmission[],
    candidates: Candidates,
  ): Promise<ImportCatalog> {
    const ids = new Set([...candidates.values()].flatMap((each) => [...each]));
    const neighbours = await listNeighbours(transaction, [...ids]);
    const lengths = new Map(neighbours.map(({ id, length }) => [id, length]));
    const near = new Set<number>();
    for (const { id, lengthSeconds } of batch) {
      for (const candidate of candidates.get(id) ?? []) {
        if (isNear(lengths.get(candidate), lengthSeconds)) near.add(candidate);
      }
    }
    const tracks = new Set(
      neighbours.flatMap(({ id, track_id }) => (near.has(id) ? [track_id] : [])),
    );
    const stored = await listTrackFingerprints(transaction, [...tracks]);
    return new ImportCatalog(candidates, lengths, stored);
  }

  private constructor(
    candidates: Candidates,
    lengths: ReadonlyMap<number, number>,
    stored: readonly StoredFingerprint[],
  ) {
    this.#candidates = candidates;
    this.#lengths = lengths;
    this.#stored = new Map(stored.map((fingerprint) => [fingerprint.id, fingerprint]));
    for (const fingerprint of stored) this.#addToTrack(fingerprint);
  }

  /** Decides what a submission becomes, and remembers it for those after it. */
  plan(prepared: PreparedSubmission): Plan {
    const matches = bestMatches(score(prepared.hashes, this.#candidatesOf(prepared)));
    const beside = matches.flatMap(({ trackId }) => this.#byTrack.get(trackId) ?? []);
    const decision = decide(matches, score(prepared.hashes, beside), prepared.lengthSeconds);
    if (decision.kind === 'merged_fingerprint') {
      const { fingerprintId, kind, trackId } = decision;
      return { prepared, verdict: kind, trackId, fingerprintId };
    }
    const trackId = decision.kind === 'joined_track' ? decision.trackId : this.#nextPlaceholder();
    const fingerprintId = this.#nextPlaceholder();
    const { hashes, lengthSeconds, query } = prepared;
    const planned = { id: fingerprintId, trackId, lengthSeconds, hashes, query: new Set(query) };
    this.#planned.push(planned);
    this.#addToTrack(planned);
    return { prepared, verdict: decision.kind, trackId, fingerprintId };
  }

  #candidatesOf({ id, lengthSeconds, query }: PreparedSubmission): StoredFingerprint[] {
    const stored = [...(this.#candidates.get(id) ?? [])]
      .filter((candidate) => isNear(this.#lengths.get(candidate), lengthSeconds))
      .flatMap((candidate) => this.#stored.get(candidate) ?? []);
    const planned = this.#planned.filter(
      (fingerprint) =>
        isNear(fingerprint.lengthSeconds, lengthSeconds) &&
        query.some((hash) => fingerprint.query.has(hash)),
    );
    return [...stored, ...planned];
  }

  #addToTrack(fingerprint: StoredFingerprint): void {
    const list = this.#byTrack.get(fingerprint.trackId);
    if (list) list.push(fingerprint);
    else this.#byTrack.set(fingerprint.trackId, [fingerprint]);
  }

  #nextPlaceholder(): number {
    const placeholder = this.#placeholder;
    this.#placeholder -= 1;
    return placeholder;
  }
}

function isNear(length: number | undefined, other: number): boolean {
  return length !== undefined && Math.abs(length - other) <= LENGTH_TOLERANCE_SECONDS;
}

/** Scores stored fingerprints against new hashes; the stored one is the first argument upstream. */
function score(
  hashes: Uint32Array,
  fingerprints: readonly StoredFingerprint[],
): ScoredFingerprint[] {
  const vectors = fingerprints.map((fingerprint) => fingerprint.hashes);
  const scores = compareMany(hashes, vectors, OFFSET_MAX);
  return fingerprints.map(({ id, lengthSeconds, trackId }, at) => ({
    id,
    trackId,
    lengthSeconds,
    score: scores[at] ?? 0,
  }));
}
