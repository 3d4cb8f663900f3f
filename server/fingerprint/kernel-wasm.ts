/**
 * The kernels in WebAssembly, where `npm run build` has made kernel.wasm from assembly/. Its memory
 * is fixed: calls that do not fit are cut into several, and what does not fit alone goes to the
 * plain kernels, which take any length.
 */
import { existsSync, readFileSync } from 'node:fs';
import { MEASUREMENT_SIZE } from './kernel.ts';
import type { FingerprintKernel } from './kernel.ts';
import { scalarKernel } from './kernel-scalar.ts';
import { decodingTable, starts, transitions } from './packed-code.ts';
import type { DecodingFault } from './read-hashes.ts';
import type { PackedRuns } from './read-runs.ts';

/** What assembly/kernel.ts exports. */
interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  surfaceVersion?(): number;
  hashCapacity(): number;
  candidateCapacity(): number;
  byteCapacity(): number;
  bytesOffset(): number;
  hashesOffset(): number;
  rangesOffset(): number;
  resultsOffset(): number;
  measureAll(queryLength: number, candidateCount: number, maxOffset: number): void;
  scanHashes(byteLength: number, count: number): number;
  readHashes(exceptionStart: number, count: number): void;
  readRuns(firstLength: number, secondLength: number, first: number, count: number): number;
  simhash(length: number): number;
  decodingTableOffset(): number;
  transitionsOffset(): number;
  startsOffset(): number;
}

interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

/** Of assembly/kernel.ts, raised with every change of what it exports or expects. */
const SURFACE_VERSION = 8;
const KERNEL_FILE = new URL('./kernel.wasm', import.meta.url);

/** Loads the kernels; undefined where they were not built, or not since they changed. */
export function loadWasmKernel(file: URL = KERNEL_FILE): FingerprintKernel | undefined {
  if (!existsSync(file)) return undefined;
  // Node has the global; only its type is missing without the DOM's declarations.
  const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi })
    .WebAssembly;
  const instance = new Instance(new Module(readFileSync(file)), { env: { abort } });
  // The file is built from the sources beside it, so that its exports are known, if it is not stale.
  const exports = instance.exports as KernelExports;
  return exports.surfaceVersion?.() === SURFACE_VERSION ? new WasmKernel(exports) : undefined;
}

function abort(): never {
  throw new Error('the fingerprint kernel aborted');
}

class WasmKernel implements FingerprintKernel {
  readonly kind = 'wasm';
  readonly #exports: KernelExports;
  readonly #bytes: Uint8Array;
  readonly #hashes: Uint32Array;
  readonly #ranges: Int32Array;
  readonly #results: Int32Array;

  constructor(exports: KernelExports) {
    this.#exports = exports;
    const { buffer } = exports.memory;
    const candidates = exports.candidateCapacity();
    this.#bytes = new Uint8Array(buffer, exports.bytesOffset(), exports.byteCapacity());
    this.#hashes = new Uint32Array(buffer, exports.hashesOffset(), exports.hashCapacity());
    this.#ranges = new Int32Array(buffer, exports.rangesOffset(), 2 * candidates);
    this.#results = new Int32Array(buffer, exports.resultsOffset(), MEASUREMENT_SIZE * candidates);
    new Uint16Array(buffer, exports.decodingTableOffset()).set(decodingTable);
    new Uint8Array(buffer, exports.transitionsOffset()).set(new Uint8Array(transitions.buffer));
    new Uint16Array(buffer, exports.startsOffset()).set(starts);
  }

  measure(query: Uint32Array, candidates: readonly Uint32Array[], maxOffset: number): Int32Array {
    const results = new Int32Array(candidates.length * MEASUREMENT_SIZE);
    if (query.length > this.#hashes.length) {
      return scalarKernel.measure(query, candidates, maxOffset);
    }
    this.#hashes.set(query);
    for (let from = 0; from < candidates.length;) {
      const to = this.#fill(query.length, candidates, from);
      if (to === from) {
        const alone = scalarKernel.measure(query, candidates.slice(from, from + 1), maxOffset);
        results.set(alone, from * MEASUREMENT_SIZE);
        from += 1;
        continue;
      }
      this.#exports.measureAll(query.length, to - from, maxOffset);
      const measured = this.#results.subarray(0, (to - from) * MEASUREMENT_SIZE);
      results.set(measured, from * MEASUREMENT_SIZE);
      from = to;
    }
    return results;
  }

  /** Puts as many candidates behind the query as fit; returns the index of the first that is not in. */
  #fill(queryLength: number, candidates: readonly Uint32Array[], from: number): number {
    const countMax = this.#ranges.length / 2;
    let place = queryLength;
    let index = from;
    for (; index < candidates.length && index - from < countMax; index += 1) {
      const candidate = candidates[index];
      if (candidate === undefined || place + candidate.length > this.#hashes.length) break;
      this.#hashes.set(candidate, place);
      this.#ranges[2 * (index - from)] = place;
      this.#ranges[2 * (index - from) + 1] = candidate.length;
      place += candidate.length;
    }
    return index;
  }

  simhash(hashes: Uint32Array): number {
    if (hashes.length > this.#hashes.length) return scalarKernel.simhash(hashes);
    this.#hashes.set(hashes);
    return this.#exports.simhash(hashes.length) >>> 0;
  }

  readHashes(bytes: Uint8Array, count: number): Uint32Array | DecodingFault {
    if (bytes.length > this.#bytes.length || count > this.#hashes.length) {
      return scalarKernel.readHashes(bytes, count);
    }
    this.#bytes.set(bytes);
    const exceptionStart = this.#exports.scanHashes(bytes.length, count);
    if (exceptionStart === 0) return 'hash count does not match';
    if (exceptionStart > bytes.length) return 'exceptions are missing';
    this.#exports.readHashes(exceptionStart, count);
    return this.#hashes.slice(0, count);
  }

  readRuns(runs: PackedRuns): Uint32Array | undefined {
    const { count, first, parts, split } = runs;
    if (parts.length > this.#bytes.length || count > this.#hashes.length) {
      return scalarKernel.readRuns(runs);
    }
    this.#bytes.set(parts);
    const isWhole = this.#exports.readRuns(split, parts.length - split, first, count) !== 0;
    return isWhole ? this.#hashes.slice(0, count) : undefined;
  }
}
