/**
 * Makes the tables of the packed fingerprint format from the fingerprints at hand and writes
 * server/fingerprint/packed-model.ts. NOTE: packed data can be read with the tables they were
 * written with only; new tables need a new format number beside the old one.
 *
 *   node scripts/train-packed-model.ts          writes the file
 *   node scripts/train-packed-model.ts --check  says what fingerprints not trained on would take
 */
import { writeFileSync } from 'node:fs';
import {
  listClips,
  listFixtureFingerprints,
  listSimhashes,
} from '../e2e/harness/fingerprint-vectors.ts';
import {
  CODE_LENGTH_MAX,
  FIRST_STAY_SYMBOL,
  LANE_COUNT,
  lengthOf,
  levelAt,
  RUN_LENGTH_MAX,
  STAYS,
  SYMBOL_COUNT,
} from '../server/fingerprint/packed-code.ts';

const CODE_COUNT = 24;
/** Runs of every length, and stays. */
const LENGTH_COUNT = RUN_LENGTH_MAX + STAYS.length;
const CONTEXT_COUNT = LANE_COUNT * 8;
/** Shorter clips are speech snippets and tones that say little about music. */
const HASH_COUNT_MIN = 200;
/** The few fingerprints of real music count for more than those of synthesized audio. */
const REAL_WEIGHT = 4;
/** How many runs a lane's own habit, and a direction's, is worth where few were seen. */
const PRIOR_RUNS = 20;
const PRIOR_DIRECTIONS = 8;

interface Sample {
  readonly name: string;
  readonly hashes: Uint32Array;
  readonly weight: number;
}

interface Model {
  /** Code per context. */
  readonly codeOfContext: readonly number[];
  /** Lengths of the symbols, per code. */
  readonly lengths: readonly (readonly number[])[];
}

interface Cluster {
  readonly contexts: readonly number[];
  readonly weight: number;
  readonly shares: Float64Array;
}

function listSamples(): Sample[] {
  const clips = listClips().map(({ name, hashes }) => ({ name, hashes, weight: 1 }));
  const songs = listSimhashes()
    .filter(({ name }) => /^song\d+$|^variant/.test(name))
    .map(({ name, hashes }) => ({ name, hashes, weight: 1 }));
  const real = [...listFixtureFingerprints().values()].map(({ name, hashes }) => ({
    name,
    hashes,
    weight: REAL_WEIGHT,
  }));
  return [...clips, ...songs, ...real].filter(({ hashes }) => hashes.length >= HASH_COUNT_MIN);
}

/** Calls back with every symbol of a fingerprint but the last ones, which its end cuts off. */
function eachSymbol(hashes: Uint32Array, visit: (context: number, symbol: number) => void): void {
  for (let lane = 0; lane < LANE_COUNT; lane += 1) {
    let level = levelAt(hashes[0] ?? 0, lane);
    let before = level;
    let start = 0;
    for (let index = 1; index < hashes.length; index += 1) {
      const next = levelAt(hashes[index] ?? 0, lane);
      if (next === level) continue;
      const flip = (value: number) => (level > 1 ? 3 - value : value);
      const contextAfter = (previous: number) => lane * 8 + flip(level) * 4 + flip(previous);
      let left = index - start;
      while (left > RUN_LENGTH_MAX) {
        const stay = STAYS.findLastIndex((length) => length < left);
        visit(contextAfter(before), FIRST_STAY_SYMBOL + stay);
        left -= STAYS[stay] ?? 0;
        before = level;
      }
      visit(contextAfter(before), 3 * (left - 1) + ((flip(next) - flip(level)) & 3) - 1);
      before = level;
      level = next;
      start = index;
    }
  }
}

/** Shares of the symbols per context, leaning on the lane's where a context was rarely seen. */
function measureShares(samples: readonly Sample[]): { shares: Float64Array[]; weights: number[] } {
  const runs = tally(CONTEXT_COUNT, LENGTH_COUNT);
  const laneRuns = tally(LANE_COUNT, LENGTH_COUNT);
  const directions = tally(CONTEXT_COUNT, 3);
  const runDirections = tally(CONTEXT_COUNT * 4, 3);
  for (const { hashes, weight } of samples) {
    eachSymbol(hashes, (context, symbol) => {
      runs.add(context, lengthIndexOf(symbol), weight);
      laneRuns.add(context >> 3, lengthIndexOf(symbol), weight);
      if (symbol >= FIRST_STAY_SYMBOL) return;
      directions.add(context, symbol % 3, weight);
      runDirections.add(context * 4 + bucketOf(symbol), symbol % 3, weight);
    });
  }
  const shares = Array.from({ length: CONTEXT_COUNT }, (_, context) =>
    Float64Array.from({ length: SYMBOL_COUNT }, (_unused, symbol) => {
      const length = lengthIndexOf(symbol);
      const lane = laneRuns.share(context >> 3, length, { prior: 1 / LENGTH_COUNT, worth: 7 });
      const run = runs.share(context, length, { prior: lane, worth: PRIOR_RUNS });
      if (symbol >= FIRST_STAY_SYMBOL) return run;
      const anyRun = directions.share(context, symbol % 3, { prior: 1 / 3, worth: 3 });
      const thisRun = runDirections.share(context * 4 + bucketOf(symbol), symbol % 3, {
        prior: anyRun,
        worth: PRIOR_DIRECTIONS,
      });
      return run * thisRun;
    }),
  );
  return { shares, weights: shares.map((_, context) => runs.total(context) + 1) };
}

/** Where a run goes depends on its length, roughly. */
function bucketOf(symbol: number): number {
  const run = lengthOf(symbol);
  return run <= 1 ? 0 : run <= 2 ? 1 : run <= 4 ? 2 : 3;
}

function lengthIndexOf(symbol: number): number {
  return symbol < FIRST_STAY_SYMBOL ? lengthOf(symbol) - 1 : symbol - 2 * RUN_LENGTH_MAX;
}

function tally(rowCount: number, columnCount: number) {
  const counts = new Float64Array(rowCount * columnCount);
  const total = (row: number) =>
    counts.subarray(row * columnCount, (row + 1) * columnCount).reduce((sum, n) => sum + n, 0);
  return {
    total,
    add: (row: number, column: number, weight: number) => {
      counts[row * columnCount + column] = (counts[row * columnCount + column] ?? 0) + weight;
    },
    share: (row: number, column: number, { prior, worth }: { prior: number; worth: number }) =>
      ((counts[row * columnCount + column] ?? 0) + worth * prior) / (total(row) + worth),
  };
}

/** Joins the two clusters that lose least by sharing a code, until there are few enough. */
function cluster(shares: readonly Float64Array[], weights: readonly number[]): Cluster[] {
  let clusters: Cluster[] = shares.map((share, context) => ({
    contexts: [context],
    weight: weights[context] ?? 0,
    shares: share,
  }));
  while (clusters.length > CODE_COUNT) {
    let best = { loss: Number.POSITIVE_INFINITY, a: clusters[0], b: clusters[0] };
    for (const [index, a] of clusters.entries()) {
      for (const b of clusters.slice(0, index)) {
        const loss = lossOf(a, b);
        if (loss < best.loss) best = { loss, a, b };
      }
    }
    const { a, b } = best;
    if (a === undefined || b === undefined) break;
    const joined = {
      contexts: [...b.contexts, ...a.contexts],
      weight: a.weight + b.weight,
      shares: mix(a, b),
    };
    clusters = clusters.map((each) => (each === b ? joined : each)).filter((each) => each !== a);
  }
  return clusters;
}

const losses = new WeakMap<Cluster, WeakMap<Cluster, number>>();

/** Bits lost when both use one code. */
function lossOf(a: Cluster, b: Cluster): number {
  const known = losses.get(a)?.get(b);
  if (known !== undefined) return known;
  const shares = mix(a, b);
  let loss = 0;
  for (const { shares: own, weight } of [a, b]) {
    for (const [symbol, share] of own.entries()) {
      loss += weight * share * Math.log2(share / (shares[symbol] ?? share));
    }
  }
  const ofA = losses.get(a) ?? new WeakMap<Cluster, number>();
  losses.set(a, ofA.set(b, loss));
  return loss;
}

function mix(a: Cluster, b: Cluster): Float64Array {
  return a.shares.map(
    (share, symbol) =>
      (a.weight * share + b.weight * (b.shares[symbol] ?? 0)) / (a.weight + b.weight),
  );
}

/** Lengths of the best prefix code with none longer than CODE_LENGTH_MAX (package-merge). */
function lengthsOf(shares: Float64Array): number[] {
  interface Package {
    readonly share: number;
    readonly symbols: readonly number[];
  }
  const byShare = (a: Package, b: Package) => a.share - b.share;
  const single = Array.from(shares, (share, symbol): Package => ({ share, symbols: [symbol] }));
  let packages: Package[] = [];
  for (let level = 0; level < CODE_LENGTH_MAX; level += 1) {
    const merged = [...single, ...packages].sort(byShare);
    packages = [];
    for (let index = 0; index + 1 < merged.length; index += 2) {
      const [a, b] = [merged[index], merged[index + 1]];
      if (a === undefined || b === undefined) break;
      packages.push({ share: a.share + b.share, symbols: [...a.symbols, ...b.symbols] });
    }
  }
  const lengths = Array.from(shares, () => 0);
  for (const { symbols } of packages.slice(0, shares.length - 1)) {
    for (const symbol of symbols) lengths[symbol] = (lengths[symbol] ?? 0) + 1;
  }
  return lengths;
}

function train(samples: readonly Sample[]): Model {
  const { shares, weights } = measureShares(samples);
  const clusters = cluster(shares, weights);
  const codeOfContext = Array.from({ length: CONTEXT_COUNT }, (_, context) =>
    clusters.findIndex(({ contexts }) => contexts.includes(context)),
  );
  return { codeOfContext, lengths: clusters.map((each) => lengthsOf(each.shares)) };
}

/** Bytes per 948 hashes, the header and what ends each lane left out. */
function sizeOf(model: Model, samples: readonly Sample[]): number {
  let bits = 0;
  let hashCount = 0;
  for (const { hashes } of samples) {
    hashCount += hashes.length;
    eachSymbol(hashes, (context, symbol) => {
      bits += model.lengths[model.codeOfContext[context] ?? 0]?.[symbol] ?? 0;
    });
  }
  return (bits / 8 / hashCount) * 948;
}

/** Leaves out one family of samples after another: variants of one recording stay together. */
function check(samples: readonly Sample[]): void {
  const familyOf = ({ name }: Sample) =>
    /^(song|variant)/.test(name) ? 'songs' : name.replace(/[_A-Z\d].*/, '');
  let total = 0;
  let hashTotal = 0;
  for (const family of new Set(samples.map(familyOf))) {
    const left = samples.filter((sample) => familyOf(sample) === family);
    const model = train(samples.filter((sample) => familyOf(sample) !== family));
    const hashCount = left.reduce((sum, { hashes }) => sum + hashes.length, 0);
    const size = sizeOf(model, left);
    console.log(
      `${family || 'real'}: ${size.toFixed(0)} bytes per 948 hashes (${hashCount} hashes)`,
    );
    total += size * hashCount;
    hashTotal += hashCount;
  }
  console.log(`not trained on: ${(total / hashTotal).toFixed(0)} bytes per 948 hashes`);
}

function sourceOf({ codeOfContext, lengths }: Model): string {
  const letters = codeOfContext.map((code) => String.fromCharCode('a'.charCodeAt(0) + code));
  const lanes = Array.from({ length: LANE_COUNT }, (_, lane) =>
    letters.slice(lane * 8, lane * 8 + 8).join(''),
  );
  return `/**
 * Tables of packed format 1, made by scripts/train-packed-model.ts. Never to be changed: what was
 * packed with them can be read with them only.
 */

/**
 * The code, a letter each, for the 8 contexts of each of the 16 lanes: level 0 or 1 (after
 * mirroring), times the level before.
 */
export const CODE_OF_CONTEXT =
${lanes.map((lane) => `  '${lane}'`).join(' +\n')};

/** Lengths in bits, a digit each, of the ${SYMBOL_COUNT} symbols of each code. */
export const CODE_LENGTHS = [
${lengths.map((each) => `  '${each.join('')}',`).join('\n')}
] as const;
`;
}

const samples = listSamples();
if (process.argv.includes('--check')) check(samples);
else {
  const model = train(samples);
  const file = new URL('../server/fingerprint/packed-model.ts', import.meta.url);
  writeFileSync(file, sourceOf(model));
  console.log(`trained on: ${sizeOf(model, samples).toFixed(0)} bytes per 948 hashes`);
}
