import type { SingleAct } from '../moderation/acts.ts';

/** What can look wrong. Each kind has its own queue. */
export const SUSPICION_KINDS = [
  'link_length',
  'lone_link',
  'track_split',
  'track_merge',
  'duplicate_metas',
] as const;
export type SuspicionKind = (typeof SUSPICION_KINDS)[number];

/** Something that looks wrong now, with the numbers behind it. */
export interface Finding {
  /** The ids it is about: the same ids, the same suspicion. */
  readonly subject: Readonly<Record<string, number | string>>;
  readonly tracks: readonly number[];
  /** 0 to 1: how sure it is that something is wrong. */
  readonly score: number;
  readonly evidence: unknown;
  /** What would mend it. */
  readonly suggested: SingleAct;
}

/** Scores two fingerprints, 0 to 1. */
export type Compare = (a: Uint32Array, b: Uint32Array) => number;

/** Three decimals say all there is to say. */
export function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
