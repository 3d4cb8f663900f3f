/**
 * `npm run bench -- kernels`: the fingerprint kernels on upstream's vectors, each beside its plain
 * TypeScript twin. Rounds of both take turns, so that what else the machine does falls on both;
 * figures are medians of the rounds, the fastest round beside them.
 */
import { listClips } from '../e2e/harness/fingerprint-vectors.ts';
import { align } from '../server/fingerprint/align.ts';
import { decodeBase64Url } from '../server/fingerprint/base64url.ts';
import {
  decodeFingerprint,
  decodeFingerprintBytes,
  encodeFingerprint,
  InvalidFingerprintError,
} from '../server/fingerprint/codec.ts';
import { compare, compare3 } from '../server/fingerprint/compare-exhaustive.ts';
import { compare2, compareMany } from '../server/fingerprint/compare.ts';
import { defaultKernel } from '../server/fingerprint/default-kernel.ts';
import { readCompressedFp, writeCompressedFp } from '../server/fingerprint/fp-format.ts';
import { fingerprintGid } from '../server/fingerprint/gid.ts';
import type { FingerprintKernel } from '../server/fingerprint/kernel.ts';
import { scalarKernel } from '../server/fingerprint/kernel-scalar.ts';
import { packFingerprint, unpackFingerprint } from '../server/fingerprint/packed.ts';
import { extractQuery } from '../server/fingerprint/query.ts';
import { simhash } from '../server/fingerprint/simhash.ts';

interface Task {
  readonly name: string;
  /** Microseconds, or bytes for sizes, the figure should stay below. */
  readonly goal?: number;
  readonly hasTwin?: boolean;
  readonly run: (round: number, kernel: FingerprintKernel) => unknown;
}

interface Figure {
  readonly median: number;
  readonly fastest: number;
}

const HASH_COUNT = 948;
const BATCH_SIZE = 20;
const ROUND_COUNT = 101;
const ROUND_MILLISECONDS = 1;
const WARM_UP_MILLISECONDS = 150;
const GARBAGE_BYTES = 1 << 20;
const SEED = 20261121;

export function bench(): Promise<void> {
  const clips = listClips().filter(({ hashes }) => hashes.length === HASH_COUNT);
  if (clips.length === 0) throw new Error('the vectors lie in ../shared/data, which is not there');
  console.log(`kernels: ${defaultKernel.kind}; ${clips.length} clips of ${HASH_COUNT} hashes`);
  console.log(line(['microseconds', 'goal', 'median', 'fastest', 'twin', 'ratio']));
  for (const task of [...tasksOf(clips), ...garbageTasks()]) report(task);
  reportSizes(clips.map(({ hashes }) => hashes));
  return Promise.resolve();
}

function tasksOf(clips: readonly { compressed: string; hashes: Uint32Array }[]): Task[] {
  const at = <T>(list: readonly T[], round: number): T => {
    const found = list[round % list.length];
    if (found === undefined) throw new Error('the list is empty');
    return found;
  };
  const hashes = clips.map((clip) => clip.hashes);
  const texts = clips.map((clip) => clip.compressed);
  const bytes = texts.map(decodeBase64Url);
  const packed = hashes.map((each) => packFingerprint(each));
  const upstream = hashes.map((each) => writeCompressedFp({ version: 1, hashes: each }));
  const random = randomNumbers(SEED);
  const noisy = hashes.map((each) =>
    each.map((hash) => (random() % 4 === 0 ? hash ^ (1 << (random() & 31)) : hash)),
  );
  const batch = Array.from({ length: BATCH_SIZE }, (_, index) => at(hashes, 3 * index));
  return [
    { name: 'decode a text', goal: 40, run: (i) => decodeFingerprint(at(texts, i)) },
    {
      name: 'decode its bytes',
      hasTwin: true,
      run: (i, kernel) => decodeFingerprintBytes(at(bytes, i), kernel),
    },
    { name: 'encode', run: (i) => encodeFingerprint({ version: 1, hashes: at(hashes, i) }) },
    { name: 'extract a query', run: (i) => extractQuery(at(hashes, i)) },
    {
      name: 'compare2, the same recording with noise',
      goal: 20,
      hasTwin: true,
      run: (i, kernel) => compare2(at(hashes, i), at(noisy, i), 80, kernel),
    },
    {
      name: 'compare2, two recordings',
      goal: 20,
      hasTwin: true,
      run: (i, kernel) => compare2(at(hashes, i), at(hashes, 7 * i + 1), 80, kernel),
    },
    {
      name: `compareMany, ${BATCH_SIZE} candidates`,
      goal: 300,
      hasTwin: true,
      run: (i, kernel) => compareMany(at(noisy, i), batch, 80, kernel),
    },
    { name: 'simhash', hasTwin: true, run: (i, kernel) => simhash(at(hashes, i), kernel) },
    { name: 'gid', run: (i) => fingerprintGid(1, at(hashes, i)) },
    { name: 'pack', run: (i) => packFingerprint(at(hashes, i)) },
    {
      name: 'unpack',
      goal: 15,
      hasTwin: true,
      run: (i, kernel) => unpackFingerprint(at(packed, i), kernel),
    },
    { name: 'read "Fp" in zstd', run: (i) => readCompressedFp(at(upstream, i)) },
    { name: 'align', run: (i) => align(at(hashes, i), at(noisy, i), 80) },
    { name: 'compare (acoustid_compare)', run: (i) => compare(at(hashes, i), at(noisy, i)) },
    { name: 'compare3, any offset', run: (i) => compare3(at(hashes, i), at(noisy, i), -1) },
  ];
}

/** What somebody may send who means no good: refused late, in foreign letters, and accepted. */
function garbageTasks(): Task[] {
  const random = randomNumbers(SEED);
  const noise = Uint8Array.from({ length: GARBAGE_BYTES }, () => random() & 0xff);
  noise.set([1, 0xff, 0xff, 0xff]);
  const accepted = noise.slice();
  // A little under one in eight of the groups of three bits ends a hash.
  accepted.set([1, 0x03, 0xd0, 0x90]);
  // Half of these letters take two bytes of the request.
  const text = Buffer.from(noise)
    .toString('latin1')
    .slice(0, (GARBAGE_BYTES * 2) / 3);
  const goal = 10_000;
  return [
    {
      name: 'a megabyte of noise, refused',
      goal,
      run: () => refused(() => decodeFingerprintBytes(noise)),
    },
    {
      name: 'a megabyte of foreign text, refused',
      goal,
      run: () => refused(() => decodeFingerprint(text)),
    },
    { name: 'a megabyte of noise, accepted', goal, run: () => decodeFingerprintBytes(accepted) },
  ];
}

function refused(decode: () => unknown): void {
  try {
    decode();
  } catch (error) {
    if (error instanceof InvalidFingerprintError) return;
    throw error;
  }
  throw new Error('garbage was accepted');
}

function report({ goal, hasTwin = false, name, run }: Task): void {
  const own = timer((round) => run(round, defaultKernel));
  const twin = hasTwin ? timer((round) => run(round, scalarKernel)) : undefined;
  for (let round = 0; round < ROUND_COUNT; round += 1) {
    own.round();
    twin?.round();
  }
  const { fastest, median } = own.figure();
  const twinMedian = twin?.figure().median;
  console.log(
    line([
      name,
      goal?.toString() ?? '',
      median.toFixed(1),
      fastest.toFixed(1),
      twinMedian?.toFixed(1) ?? '',
      twinMedian === undefined ? '' : `${(twinMedian / median).toFixed(1)}x`,
    ]),
  );
}

/** Warms up, chooses how many calls make a round, and collects the rounds. */
function timer(run: (round: number) => unknown): { round: () => void; figure: () => Figure } {
  const warmUpEnd = performance.now() + WARM_UP_MILLISECONDS;
  let calls = 0;
  do run(calls++);
  while (performance.now() < warmUpEnd);
  const perRound = Math.max(1, Math.round((calls * ROUND_MILLISECONDS) / WARM_UP_MILLISECONDS));
  const microseconds: number[] = [];
  return {
    round: () => {
      const start = performance.now();
      for (let call = 0; call < perRound; call += 1) run(call);
      microseconds.push((1000 * (performance.now() - start)) / perRound);
    },
    figure: () => {
      const sorted = microseconds.toSorted((a, b) => a - b);
      return { median: sorted[sorted.length >> 1] ?? 0, fastest: sorted[0] ?? 0 };
    },
  };
}

function reportSizes(fingerprints: readonly Uint32Array[]): void {
  const mean = (sizeOf: (hashes: Uint32Array) => number) =>
    fingerprints.reduce((sum, hashes) => sum + sizeOf(hashes), 0) / fingerprints.length;
  const sizes: readonly [string, (hashes: Uint32Array) => number][] = [
    ['int[]', (hashes) => 4 * hashes.length],
    ['compressed text', (hashes) => encodeFingerprint({ version: 1, hashes }).length],
    ['"Fp" in zstd', (hashes) => writeCompressedFp({ version: 1, hashes }).length],
    ['packed', (hashes) => packFingerprint(hashes).length],
  ];
  console.log(line(['bytes of 948 hashes', '', 'mean']));
  for (const [name, sizeOf] of sizes) console.log(line([name, '', mean(sizeOf).toFixed(0)]));
}

function line([name = '', ...figures]: readonly string[]): string {
  return (name.padEnd(42) + figures.map((figure) => figure.padStart(10)).join('')).trimEnd();
}

/** Marsaglia's xorshift: the same noise in every run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
