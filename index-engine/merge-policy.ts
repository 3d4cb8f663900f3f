/**
 * Which adjacent segments to merge: Lucene's tiered policy, restricted to neighbours because a newer
 * segment overrides an older one (fpindex.md section 5.9). Pure: sizes in, places out.
 *
 * The budget is how many segments an index of this size may have; beyond it, the most even and
 * smallest run is merged. Sizes are posting counts.
 */
export interface MergePolicy {
  readonly sizeMin: number;
  /** A segment above this takes part in no merge. */
  readonly sizeMax: number;
  readonly segmentsPerMerge: number;
  readonly segmentsPerLevel: number;
  /** How much bigger each level's segments are than the last's. */
  readonly growth: number;
  /** Fixes the budget whatever the sizes. */
  readonly segmentsMax?: number;
}

/** Upstream's for memory segments; `sizeMax` is the checkpoint threshold. */
export const memoryMergePolicy = (sizeMax: number): MergePolicy => ({
  sizeMin: 100,
  sizeMax,
  segmentsPerMerge: 10,
  segmentsPerLevel: 5,
  growth: 5,
  segmentsMax: 16,
});

/**
 * Ours for file segments. Upstream's floor of 100 postings allows 59 segments at 100 M; every one of
 * them costs each search a lookup per hash. This allows 2 at 5 M, 5 at 100 M, 6 at 1,000 M.
 */
export const FILE_MERGE_POLICY: MergePolicy = {
  sizeMin: 2_000_000,
  sizeMax: 1_000_000_000,
  segmentsPerMerge: 10,
  segmentsPerLevel: 2,
  growth: 8,
};

/** Merging a run of this size costs as much per posting as one 2^20 times smaller costs twice. */
const SIZE_EXPONENT = 0.05;

export function segmentBudget(sizes: readonly number[], policy: MergePolicy): number {
  const oversized = sizes.filter((size) => size > policy.sizeMax).length;
  if (policy.segmentsMax !== undefined) return policy.segmentsMax + oversized;
  let remaining = sizes.reduce((sum, size) => sum + (size > policy.sizeMax ? 0 : size), 0);
  let levelSize = policy.sizeMin;
  let budget = 0;
  for (;;) {
    const count = remaining / levelSize;
    if (count < policy.segmentsPerLevel || levelSize >= policy.sizeMax) {
      return Math.round(budget + Math.floor(count * 100) / 100) + oversized;
    }
    budget += policy.segmentsPerLevel;
    remaining -= policy.segmentsPerLevel * levelSize;
    levelSize = Math.min(levelSize * policy.growth, policy.sizeMax);
  }
}

/** The run to merge, `from` … `to` - 1, or undefined when the budget is kept. */
export function chooseMerge(
  sizes: readonly number[],
  policy: MergePolicy,
): { from: number; to: number } | undefined {
  if (sizes.length <= segmentBudget(sizes, policy)) return undefined;
  let best: { from: number; to: number; score: number } | undefined;
  // Later runs may not outgrow the segment before them: that keeps sizes descending, old to new.
  let totalMax = 2 * policy.sizeMax;
  for (const [from, first] of sizes.entries()) {
    if (first > policy.sizeMax) continue;
    let total = first;
    for (let to = from + 1; to < sizes.length && to - from < policy.segmentsPerMerge; to++) {
      const size = sizes[to] ?? 0;
      // An oversized neighbour ends the run. (Upstream's loop does not advance here, and hangs.)
      if (size > policy.sizeMax) break;
      total += size;
      if (total > totalMax) break;
      const isFull = total > policy.sizeMax;
      const skew = isFull ? 1 / policy.segmentsPerMerge : first / Math.max(1, total);
      const score = skew * total ** SIZE_EXPONENT;
      if (!best || score < best.score) best = { from, to: to + 1, score };
      if (isFull) break;
    }
    totalMax = first;
  }
  return best && { from: best.from, to: best.to };
}
