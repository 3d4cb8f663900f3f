/** Tracks whose fingerprints fall into clusters that do not match each other. */
import { rounded } from './finding.ts';
import type { Compare, Finding } from './finding.ts';
import type { SuspectFingerprint } from './suspect-queries.ts';

/** Below this two fingerprints are not of one track (behaviours.md section 1). */
export const SAME_TRACK_SCORE = 0.4;
/** Matrices shown as evidence have at most so many rows. */
const MATRIX_ROWS_MAX = 12;

export interface SplitEvidence {
  readonly clusters: readonly {
    readonly fingerprints: readonly number[];
    readonly lengths: readonly number[];
    readonly submissions: number;
  }[];
  /** The best match between fingerprints of different clusters. */
  readonly best_between: number;
  /** The worst match within a cluster; 1 where each has one fingerprint. */
  readonly worst_within: number;
  /** Scores of all pairs, in the order of the clusters; left out when it is large. */
  readonly matrix?: readonly (readonly number[])[];
}

/**
 * The clusters of fingerprints that match each other, directly or by way of a third, with the
 * numbers; undefined where there is one cluster. The cluster most submitted comes first.
 */
export function explainSplit(
  fingerprints: readonly SuspectFingerprint[],
  compare: Compare,
): { readonly score: number; readonly evidence: SplitEvidence } | undefined {
  const scores = similarityMatrix(fingerprints, compare);
  const clusters = clustersOf(scores).map((members) =>
    members.flatMap((at) => (fingerprints[at] ? [{ at, ...fingerprints[at] }] : [])),
  );
  if (clusters.length < 2) return undefined;
  const counted = clusters
    .map((members) => ({
      members,
      submissions: members.reduce((sum, { submissionCount }) => sum + submissionCount, 0),
    }))
    .toSorted((a, b) => b.submissions - a.submissions || b.members.length - a.members.length);
  const clusterAt = new Map(
    counted.flatMap(({ members }, cluster) => members.map(({ at }) => [at, cluster] as const)),
  );
  let between = 0;
  let within = 1;
  for (const [row, line] of scores.entries()) {
    for (const [column, score] of line.entries()) {
      if (row === column) continue;
      if (clusterAt.get(row) === clusterAt.get(column)) within = Math.min(within, score);
      else between = Math.max(between, score);
    }
  }
  const order = counted.flatMap(({ members }) => members.map(({ at }) => at));
  return {
    score: rounded(1 - between),
    evidence: {
      clusters: counted.map(({ members, submissions }) => ({
        fingerprints: members.map(({ id }) => id),
        lengths: members.map(({ lengthSeconds }) => lengthSeconds),
        submissions,
      })),
      best_between: rounded(between),
      worst_within: rounded(within),
      ...(order.length <= MATRIX_ROWS_MAX
        ? { matrix: order.map((row) => order.map((column) => rounded(scores[row]?.[column] ?? 0))) }
        : {}),
    },
  };
}

/** Whether a track should be split: the second largest cluster is to go. */
export function suspectSplit(
  track: number,
  fingerprints: readonly SuspectFingerprint[],
  compare: Compare,
): Finding[] {
  const found = explainSplit(fingerprints, compare);
  const leaving = found?.evidence.clusters[1];
  if (!found || !leaving) return [];
  return [
    {
      subject: { track },
      tracks: [track],
      score: found.score,
      evidence: found.evidence,
      suggested: { kind: 'track_split', track, fingerprints: [...leaving.fingerprints] },
    },
  ];
}

/** Scores of all pairs; each pair is compared once, for the scores differ by direction in a hair. */
function similarityMatrix(
  fingerprints: readonly SuspectFingerprint[],
  compare: Compare,
): number[][] {
  const scores = fingerprints.map(() => fingerprints.map(() => 1));
  for (const [row, a] of fingerprints.entries()) {
    for (const [column, b] of fingerprints.entries()) {
      if (column <= row) continue;
      const score = compare(a.hashes, b.hashes);
      for (const [x, y] of [
        [row, column],
        [column, row],
      ] as const) {
        const line = scores[x];
        if (line) line[y] = score;
      }
    }
  }
  return scores;
}

/** Rows of the matrix by cluster: connected by scores of one track. */
function clustersOf(scores: readonly (readonly number[])[]): number[][] {
  const clusters: number[][] = [];
  const seen = new Set<number>();
  for (const start of scores.keys()) {
    if (seen.has(start)) continue;
    const members: number[] = [];
    const todo = [start];
    seen.add(start);
    for (let row = todo.pop(); row !== undefined; row = todo.pop()) {
      members.push(row);
      for (const [column, score] of (scores[row] ?? []).entries()) {
        if (score < SAME_TRACK_SCORE || seen.has(column)) continue;
        seen.add(column);
        todo.push(column);
      }
    }
    clusters.push(members.toSorted((a, b) => a - b));
  }
  return clusters;
}
