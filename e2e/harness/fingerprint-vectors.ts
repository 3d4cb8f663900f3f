/**
 * What upstream's own code answered for fingerprints (data/chromaprint, data/golden, data/cases of
 * the reference material), brought into one shape per function.
 */
import { readFileSync } from 'node:fs';
import { unitCases } from './unit-cases.ts';

const DATA = new URL('../../../shared/data/', import.meta.url);

export interface Clip {
  readonly name: string;
  readonly version: number;
  readonly hashes: Uint32Array;
  readonly compressed: string;
}

export interface Decoding {
  readonly name: string;
  readonly input: string | Uint8Array;
  /** What libchromaprint 1.6.1 made of it, or undefined where it refused. */
  readonly expected: { version: number; count: number; hashes?: Uint32Array } | undefined;
}

export interface ComparisonCase {
  readonly name: string;
  readonly a: Uint32Array;
  readonly b: Uint32Array;
  readonly maxOffset: number;
  /** Big-endian bits of the float32, in hexadecimal. */
  readonly bits: string;
  /** The score as upstream printed it. */
  readonly score: number;
}

export interface HashesCase<T> {
  readonly name: string;
  readonly hashes: Uint32Array;
  readonly expected: T;
}

type Hashes = readonly number[];
type FixtureHashes = Hashes | { readonly $fp: string };
type FixtureText = string | { readonly $fp_compressed: string };

interface VectorsFile {
  readonly name: string;
  readonly algorithm: number;
  readonly simhash: number;
  readonly compressed: string;
  readonly raw: Hashes;
}

interface Sequence {
  readonly n?: number;
  readonly mul?: number;
  readonly add?: number;
  readonly of?: Sequence;
  readonly from?: number;
  readonly to?: number;
}

interface InlinePair<H> {
  readonly kind: string;
  readonly a: H;
  readonly b: H;
  readonly maxoffset: number;
  readonly score: number;
  readonly float32_hex: string;
}

interface CompareFile {
  readonly by_name: readonly {
    a: string;
    b: string;
    maxoffset: number;
    score: number;
    float32_hex: string;
  }[];
  readonly derived: readonly InlinePair<Hashes>[];
  readonly edge: readonly InlinePair<Hashes>[];
  readonly generated: readonly InlinePair<Sequence>[];
  readonly query_simhash_gid_by_name: readonly {
    name: string;
    query: Hashes;
    simhash_unsigned: number;
    gid_version1: string;
  }[];
  readonly query_simhash_edge: readonly {
    kind: string;
    input: Hashes;
    query: Hashes;
    simhash_unsigned: number;
  }[];
  readonly fp_binary: readonly {
    name: string;
    version: number;
    raw?: Hashes;
    hex: string;
    gid: string;
  }[];
}

interface GoldenPairsFile {
  readonly fingerprints: readonly Hashes[];
  readonly pairs: readonly {
    tag: string;
    a: number;
    b: number;
    maxoffset: number;
    score: number;
    bits: string;
    compare_bits?: string;
    compare3_bits?: string;
    compare3_default_bits?: string;
  }[];
}

interface MalformedCase {
  readonly group: string;
  readonly description: string;
  readonly base64: boolean;
  readonly input: string;
  readonly input_hex?: string;
  readonly ok: boolean;
  readonly algorithm: number;
  readonly count: number;
  readonly raw?: Hashes;
}

interface LegacyCodecFile {
  readonly encode: readonly { tag: string; version: number; hashes: Hashes; encoded: string }[];
  readonly decode: readonly {
    tag: string;
    input?: string;
    input_hex?: string;
    result: { error?: string; version: number; size: number; hashes: Hashes };
  }[];
}

function read(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, DATA), 'utf8'));
}

/** Fingerprints of 94 generated clips, as fpcalc printed them. */
export function listClips(): Clip[] {
  return (read('chromaprint/vectors.json') as VectorsFile[]).map((clip) => ({
    name: clip.name,
    version: clip.algorithm,
    hashes: Uint32Array.from(clip.raw),
    compressed: clip.compressed,
  }));
}

/** The real fingerprints among the fixtures, by name. */
export function listFixtureFingerprints(): Map<string, Clip> {
  const file = read('cases/fixtures.json') as {
    fingerprints: Record<string, { raw: Hashes; compressed?: string }>;
  };
  return new Map(
    Object.entries(file.fingerprints).map(([name, { raw, compressed }]) => [
      name,
      { name, version: 1, hashes: Uint32Array.from(raw), compressed: compressed ?? '' },
    ]),
  );
}

/** Calls of acoustid_compare2. */
export function listComparisons(): ComparisonCase[] {
  const byName = new Map(listClips().map((clip) => [clip.name, clip.hashes]));
  const file = read('chromaprint/compare2.json') as CompareFile;
  const golden = read('golden/compare2.json') as GoldenPairsFile;
  const fixtures = listFixtureFingerprints();
  return [
    ...file.by_name.map((pair) => ({
      name: `${pair.a} and ${pair.b}`,
      a: known(byName.get(pair.a)),
      b: known(byName.get(pair.b)),
      maxOffset: pair.maxoffset,
      bits: pair.float32_hex,
      score: pair.score,
    })),
    ...[...file.derived, ...file.edge].map((pair) => caseOf(pair, (it) => Uint32Array.from(it))),
    ...file.generated.map((pair) => caseOf(pair, generate)),
    ...golden.pairs.map((pair) => ({
      ...goldenCase(golden, pair, pair.bits),
      score: pair.score,
    })),
    ...unitCases<[FixtureHashes, FixtureHashes, number], number>('compare2').map((each, index) => ({
      name: `unit case ${index}`,
      a: resolve(each.args[0], fixtures),
      b: resolve(each.args[1], fixtures),
      maxOffset: each.args[2],
      bits: bitsOf(each.expect),
      score: each.expect,
    })),
  ];
}

/** Calls of acoustid_compare, which takes no limit. */
export function listOldComparisons(): Omit<ComparisonCase, 'score'>[] {
  const golden = read('golden/compare2.json') as GoldenPairsFile;
  return golden.pairs.flatMap((pair) =>
    pair.compare_bits === undefined ? [] : [goldenCase(golden, pair, pair.compare_bits)],
  );
}

/** Calls of acoustid_compare3, some with its own default for the limit. */
export function listComparisons3(): Omit<ComparisonCase, 'score'>[] {
  const golden = read('golden/compare2.json') as GoldenPairsFile;
  return golden.pairs.flatMap((pair) => [
    ...(pair.compare3_bits === undefined ? [] : [goldenCase(golden, pair, pair.compare3_bits)]),
    ...(pair.compare3_default_bits === undefined
      ? []
      : [{ ...goldenCase(golden, pair, pair.compare3_default_bits), maxOffset: -1 }]),
  ]);
}

/** Calls of acoustid_extract_query; what is expected is unsigned. */
export function listQueries(): HashesCase<Uint32Array>[] {
  const clips = new Map(listClips().map((clip) => [clip.name, clip.hashes]));
  const file = read('chromaprint/compare2.json') as CompareFile;
  const golden = read('golden/extract_query.json') as {
    vectors: { tag: string; hashes: Hashes; query: Hashes }[];
  };
  const fixtures = listFixtureFingerprints();
  return [
    ...file.query_simhash_gid_by_name.map(({ name, query }) => ({
      name,
      hashes: known(clips.get(name)),
      expected: Uint32Array.from(query),
    })),
    ...file.query_simhash_edge.map(({ kind, input, query }) => ({
      name: kind,
      hashes: Uint32Array.from(input),
      expected: Uint32Array.from(query),
    })),
    ...golden.vectors.map(({ tag, hashes, query }) => ({
      name: tag,
      hashes: Uint32Array.from(hashes),
      expected: Uint32Array.from(query),
    })),
    ...unitCases<[FixtureHashes], Hashes>('extract_query').map((each, index) => ({
      name: `unit case ${index}`,
      hashes: resolve(each.args[0], fixtures),
      expected: Uint32Array.from(each.expect),
    })),
  ];
}

/** Calls of chromaprint_hash_fingerprint; what is expected is unsigned. */
export function listSimhashes(): HashesCase<number>[] {
  const clips = new Map(listClips().map((clip) => [clip.name, clip.hashes]));
  const file = read('chromaprint/compare2.json') as CompareFile;
  const golden = read('golden/simhash.json') as {
    vectors: { tag: string; hashes: Hashes; simhash: number }[];
  };
  const fixtures = listFixtureFingerprints();
  return [
    ...file.query_simhash_gid_by_name.map((each) => ({
      name: each.name,
      hashes: known(clips.get(each.name)),
      expected: each.simhash_unsigned,
    })),
    ...file.query_simhash_edge.map((each) => ({
      name: each.kind,
      hashes: Uint32Array.from(each.input),
      expected: each.simhash_unsigned,
    })),
    ...golden.vectors.map(({ tag, hashes, simhash }) => ({
      name: tag,
      hashes: Uint32Array.from(hashes),
      expected: simhash,
    })),
    ...[...unitCases<[FixtureHashes], number>('simhash_unsigned'), ...signedSimhashes()].map(
      (each, index) => ({
        name: `unit case ${index}`,
        hashes: resolve(each.args[0], fixtures),
        expected: each.expect >>> 0,
      }),
    ),
  ];
}

function signedSimhashes(): readonly { args: readonly [FixtureHashes]; expect: number }[] {
  return unitCases<[FixtureHashes], number>('simhash_signed');
}

/** Fingerprint gids, all of version 1. */
export function listGids(): HashesCase<string>[] {
  const clips = new Map(listClips().map((clip) => [clip.name, clip.hashes]));
  const file = read('chromaprint/compare2.json') as CompareFile;
  const golden = read('golden/simhash.json') as {
    vectors: { tag: string; hashes: Hashes; gid: string }[];
  };
  const fixtures = listFixtureFingerprints();
  return [
    ...file.query_simhash_gid_by_name.map((each) => ({
      name: each.name,
      hashes: known(clips.get(each.name)),
      expected: each.gid_version1,
    })),
    ...golden.vectors.map(({ tag, hashes, gid }) => ({
      name: tag,
      hashes: Uint32Array.from(hashes),
      expected: gid,
    })),
    ...unitCases<[number, FixtureHashes], string>('fingerprint_gid').map((each, index) => ({
      name: `unit case ${index}`,
      hashes: resolve(each.args[1], fixtures),
      expected: each.expect,
    })),
  ];
}

/** Calls of compute_shingled_simhashes. */
export function listShingles(): (HashesCase<Uint32Array> & {
  windowLength: number;
  step: number;
})[] {
  const fixtures = listFixtureFingerprints();
  return unitCases<[FixtureHashes, number, number], Hashes>('shingled_simhashes').map(
    (each, index) => ({
      name: `unit case ${index}`,
      hashes: resolve(each.args[0], fixtures),
      windowLength: each.args[1],
      step: each.args[2],
      expected: Uint32Array.from(each.expect),
    }),
  );
}

/** Texts and bytes that libchromaprint's decoder was given, good and bad. */
export function listDecodings(): Decoding[] {
  return [
    ...(read('chromaprint/malformed.json') as MalformedCase[]).map(malformedCase),
    ...(read('golden/legacy_codec.json') as LegacyCodecFile).decode.map(
      ({ tag, result, ...each }) => ({
        name: tag,
        input: each.input ?? Buffer.from(known(each.input_hex), 'hex'),
        expected:
          result.error === undefined
            ? {
                version: result.version,
                count: result.size,
                hashes: Uint32Array.from(result.hashes),
              }
            : undefined,
      }),
    ),
    ...listEncodings().map(({ name, version, hashes, compressed }) => ({
      name,
      input: compressed,
      // The library reads the version byte as signed.
      expected: { version: (version << 24) >> 24, count: hashes.length, hashes },
    })),
  ];
}

/** Fingerprints and the text libchromaprint writes for them. */
export function listEncodings(): Clip[] {
  const fixtures = listFixtureFingerprints();
  return [
    ...listClips(),
    ...(read('golden/legacy_codec.json') as LegacyCodecFile).encode.map((each) => ({
      name: each.tag,
      version: each.version,
      hashes: Uint32Array.from(each.hashes),
      compressed: each.encoded,
    })),
    ...unitCases<[FixtureHashes, number], FixtureText>('encode_fingerprint').map((each, index) => ({
      name: `unit case ${index}`,
      version: each.args[1],
      hashes: resolve(each.args[0], fixtures),
      compressed: resolveText(each.expect, fixtures),
    })),
  ];
}

/** What upstream's server makes of a text: hashes, or nothing where it refuses the fingerprint. */
export function listServerDecodings(): { input: string; expected: Uint32Array | undefined }[] {
  const fixtures = listFixtureFingerprints();
  return unitCases<[FixtureText], FixtureHashes | null>('decode_fingerprint').map((each) => ({
    input: resolveText(each.args[0], fixtures),
    expected: each.expect === null ? undefined : resolve(each.expect, fixtures),
  }));
}

export interface FpSample extends HashesCase<Uint8Array> {
  readonly version: number;
  readonly gid?: string;
}

/** Fingerprints in the server's "Fp" form, before compression. */
export function listFpSamples(): FpSample[] {
  const clips = new Map(listClips().map((clip) => [clip.name, clip.hashes]));
  const file = read('chromaprint/compare2.json') as CompareFile;
  return [
    ...file.fp_binary.map(({ name, version, raw, hex, gid }) => ({
      name,
      version,
      hashes: raw === undefined ? known(clips.get(name)) : Uint32Array.from(raw),
      expected: Buffer.from(hex, 'hex'),
      gid,
    })),
    ...unitCases<[Hashes, number], string>('encode_binary').map((each, index) => ({
      name: `unit case ${index}`,
      version: each.args[1],
      hashes: Uint32Array.from(each.args[0]),
      expected: Buffer.from(each.expect, 'hex'),
    })),
  ];
}

/** Bits of a float32 as the vector files write them. */
export function bitsOf(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(value);
  return bytes.toString('hex');
}

function malformedCase(each: MalformedCase): Decoding {
  const { ok, algorithm: version, count, raw } = each;
  const hashes = raw === undefined ? {} : { hashes: Uint32Array.from(raw) };
  return {
    name: `${each.group}: ${each.description}`,
    input: each.base64 ? each.input : Buffer.from(known(each.input_hex), 'hex'),
    expected: ok ? { version, count, ...hashes } : undefined,
  };
}

function caseOf<H>(pair: InlinePair<H>, hashesOf: (it: H) => Uint32Array): ComparisonCase {
  return {
    name: pair.kind,
    a: hashesOf(pair.a),
    b: hashesOf(pair.b),
    maxOffset: pair.maxoffset,
    bits: pair.float32_hex,
    score: pair.score,
  };
}

function goldenCase(
  file: GoldenPairsFile,
  pair: GoldenPairsFile['pairs'][number],
  bits: string,
): Omit<ComparisonCase, 'score'> {
  return {
    name: pair.tag,
    a: Uint32Array.from(known(file.fingerprints[pair.a])),
    b: Uint32Array.from(known(file.fingerprints[pair.b])),
    maxOffset: pair.maxoffset,
    bits,
  };
}

function generate(sequence: Sequence): Uint32Array {
  const { of, from = 0, to = 0, n = 0, mul = 0, add = 0 } = sequence;
  if (of !== undefined) return generate(of).subarray(from, to);
  return Uint32Array.from({ length: n }, (_, index) => Math.imul(index, mul) + add);
}

function resolve(hashes: FixtureHashes, fixtures: ReadonlyMap<string, Clip>): Uint32Array {
  return '$fp' in hashes ? known(fixtures.get(hashes.$fp)).hashes : Uint32Array.from(hashes);
}

function resolveText(text: FixtureText, fixtures: ReadonlyMap<string, Clip>): string {
  return typeof text === 'string' ? text : known(fixtures.get(text.$fp_compressed)).compressed;
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the vector files contradict themselves');
  return value;
}
