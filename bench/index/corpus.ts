import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

export interface Query {
  /** What should come first; 0 for nobody. */
  readonly id: number;
  readonly hashes: Uint32Array;
}

/** The seeded corpus and queries drawn from it, made once and outside every measurement. */
export interface Corpus {
  readonly count: number;
  readonly hashesPerFingerprint: number;
  /** Hashes of all fingerprints, those of id 1 first. */
  readonly all: Uint32Array;
  /** Hashes of fingerprint `id` (1 … count). */
  hashesOf(id: number): Uint32Array;
  readonly queries: Readonly<Record<QueryKind, readonly Query[]>>;
}

/**
 * `hit`: a stored fingerprint with half its hashes replaced. `miss`: one nobody stored. `skewed`: half
 * a stored one, and half of hashes that thousands of others have, too.
 */
export type QueryKind = 'hit' | 'miss' | 'skewed';

const QUERY_COUNT = 4000;

interface GeneratorModule {
  makeCorpus: (options: { seed: number }) => Generator;
}

interface Generator {
  readonly k: number;
  /** The hashes that many fingerprints share, the most common first. */
  readonly poolVals: Uint32Array;
  fill(out: Uint32Array, offset: number, id: number): void;
  query(id: number, fraction: number, salt: number): Uint32Array;
  missQuery(salt: number): Uint32Array;
}

/** `ACOUSTID_CORPUS` names the generator; without it, the one beside this repository is used. */
export async function loadCorpus(count: number): Promise<Corpus> {
  const file = process.env['ACOUSTID_CORPUS'] ?? '../shared/tools/corpus.mjs';
  if (!existsSync(file)) throw new Error(`no corpus generator at ${file}; set ACOUSTID_CORPUS`);
  const module = (await import(pathToFileURL(file).href)) as GeneratorModule;
  const generator = module.makeCorpus({ seed: 1 });
  const { k } = generator;
  const all = new Uint32Array(count * k);
  // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- the generator's own `fill`
  for (let id = 1; id <= count; id++) generator.fill(all, (id - 1) * k, id);
  const hashesOf = (id: number): Uint32Array => all.subarray((id - 1) * k, id * k);
  const ids = Array.from({ length: QUERY_COUNT }, (_, i) => 1 + ((i * 7919) % count));
  const queries = {
    hit: ids.map((id, i) => ({ id, hashes: generator.query(id, 0.5, i) })),
    miss: ids.map((_, i) => ({ id: 0, hashes: generator.missQuery(i) })),
    skewed: ids.map((id, i) => ({ id, hashes: skewed(hashesOf(id), generator.poolVals, i) })),
  };
  return { count, hashesPerFingerprint: k, all, hashesOf, queries };
}

/** Every second hash, and as many from the pool, common ones as likely as rare ones twice as many. */
function skewed(own: Uint32Array, pool: Uint32Array, salt: number): Uint32Array {
  const hashes = new Set(own.filter((_, i) => i % 2 === 0));
  for (let i = 0; hashes.size < own.length; i++) {
    const share = ((salt * 7919 + i * 104_729) % 65_536) / 65_536;
    hashes.add(pool[Math.floor(pool.length ** share)] ?? 0);
  }
  return Uint32Array.from(hashes).sort();
}
