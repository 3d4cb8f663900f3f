import { setImmediate } from 'node:timers/promises';
import type { Queryable } from '../db/queryable.ts';
import { compare2 } from '../fingerprint/compare.ts';
import { suspectDuplicates } from './duplicate-metas.ts';
import type { Finding, SuspicionKind } from './finding.ts';
import { suspectLengths } from './link-length.ts';
import { suspectLoneLinks } from './lone-link.ts';
import {
  listLengths,
  listPairs,
  listSuspectFingerprints,
  listSuspectLinks,
  listSuspectTexts,
} from './suspect-queries.ts';
import { suspectMerge } from './track-merge.ts';
import { suspectSplit } from './track-split.ts';

/** What suspicions are computed from. */
export interface EvaluationParts {
  readonly fingerprint: Queryable;
  readonly musicbrainz: Queryable;
}

/** Hashes by which two fingerprints may be shifted, as everywhere. */
const OFFSET_MAX = 80;

type Evaluate = (parts: EvaluationParts, trackIds: readonly number[]) => Promise<Finding[]>;

const EVALUATIONS: Readonly<Record<SuspicionKind, Evaluate>> = {
  async link_length(parts, trackIds) {
    const links = groupByTrack(await listSuspectLinks(parts, trackIds));
    const lengths = await listLengths(parts.fingerprint, [...links.keys()]);
    return [...links].flatMap(([track, own]) => suspectLengths(own, lengths.get(track) ?? []));
  },

  async lone_link(parts, trackIds) {
    const links = groupByTrack(await listSuspectLinks(parts, trackIds));
    const texts = groupByTrack(await listSuspectTexts(parts.fingerprint, [...links.keys()]));
    return [...links].flatMap(([track, own]) => suspectLoneLinks(own, texts.get(track) ?? []));
  },

  async track_split(parts, trackIds) {
    const findings: Finding[] = [];
    for (const [track, own] of await listSuspectFingerprints(parts.fingerprint, trackIds)) {
      findings.push(...suspectSplit(track, own, compare));
      // Comparing takes the processor; requests of the same process go between.
      await setImmediate();
    }
    return findings;
  },

  async track_merge(parts, trackIds) {
    const pairs = await listPairs(parts.fingerprint, trackIds);
    const tracks = [...new Set(pairs.flatMap(({ one, other }) => [one, other]))];
    const fingerprints = await listSuspectFingerprints(parts.fingerprint, tracks);
    const findings: Finding[] = [];
    for (const pair of pairs) {
      findings.push(...suspectMerge(pair, (track) => fingerprints.get(track) ?? [], compare));
      await setImmediate();
    }
    return findings;
  },

  async duplicate_metas(parts, trackIds) {
    const texts = groupByTrack(await listSuspectTexts(parts.fingerprint, trackIds));
    return [...texts].flatMap(([track, own]) => suspectDuplicates(track, own));
  },
};

/** What looks wrong of one kind with these tracks now. */
export function evaluate(
  parts: EvaluationParts,
  kind: SuspicionKind,
  trackIds: readonly number[],
): Promise<Finding[]> {
  return EVALUATIONS[kind](parts, trackIds);
}

function compare(a: Uint32Array, b: Uint32Array): number {
  return compare2(a, b, OFFSET_MAX);
}

function groupByTrack<T extends { readonly track_id: number }>(
  rows: readonly T[],
): ReadonlyMap<number, readonly T[]> {
  const groups = new Map<number, T[]>();
  for (const row of rows) {
    const group = groups.get(row.track_id);
    if (group) group.push(row);
    else groups.set(row.track_id, [row]);
  }
  return groups;
}
