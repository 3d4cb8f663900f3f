import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** The seeded corpus and queries drawn from it, made once and outside every measurement. */
export interface Corpus {
  readonly count: number;
  readonly hashesPerFingerprint: number;
  /** Hashes of all fingerprints, those of id 1 first. */
  readonly all: Uint32Array;
  /** Hashes of fingerprint `id` (1 … count). */
  hashesOf(id: number): Uint32Array;
  /** Stored fingerprints with half their hashes replaced; `id` is what should come first. */
  readonly hits: readonly { id: number; query: Uint32Array }[];
  /** Fingerprints nobody stored. */
  readonly misses: readonly { id: number; query: Uint32Array }[];
}

const QUERY_COUNT = 4000;

interface GeneratorModule {
  makeCorpus: (options: { seed: number }) => Generator;
}

interface Generator {
  readonly k: number;
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
  const ids = Array.from({ length: QUERY_COUNT }, (_, i) => 1 + ((i * 7919) % count));
  return {
    count,
    hashesPerFingerprint: k,
    all,
    hashesOf: (id) => all.subarray((id - 1) * k, id * k),
    hits: ids.map((id, i) => ({ id, query: generator.query(id, 0.5, i) })),
    misses: ids.map((_, i) => ({ id: 0, query: generator.missQuery(i) })),
  };
}
