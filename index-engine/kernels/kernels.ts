/**
 * The one seam between the engine and its kernels: WebAssembly where it has been built, the plain
 * TypeScript twin where not. Chosen once, when the process starts.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ScalarSearcher } from './scalar.ts';
import { ScalarWorkbench } from './scalar-workbench.ts';
import type { Searcher } from './searcher.ts';
import { SimdSearcher } from './simd.ts';
import { SimdWorkbench } from './simd-workbench.ts';
import { type WasmModule, webAssembly } from './web-assembly.ts';
import type { Workbench } from './workbench.ts';

const modules = new Map<string, WasmModule | undefined>();

/** A searcher for one thread; thread 0 is the main one. */
export function createSearcher(threadIndex = 0): Searcher {
  const module = loadModule('search.wasm');
  const twin = new ScalarSearcher();
  return module ? new SimdSearcher(module, threadIndex, twin) : twin;
}

export function createWorkbench(): Workbench {
  const module = loadModule('postings.wasm');
  return module ? new SimdWorkbench(module) : new ScalarWorkbench();
}

/** Undefined if it has not been built (`npm run build`). */
export function loadModule(name: string): WasmModule | undefined {
  if (!modules.has(name)) {
    const path = fileURLToPath(new URL(name, import.meta.url));
    modules.set(name, existsSync(path) ? new webAssembly.Module(readFileSync(path)) : undefined);
  }
  return modules.get(name);
}
