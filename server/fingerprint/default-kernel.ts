import type { FingerprintKernel } from './kernel.ts';
import { scalarKernel } from './kernel-scalar.ts';
import { loadWasmKernel } from './kernel-wasm.ts';

/**
 * The kernels everything uses unless told otherwise: WebAssembly where it was built, else plain
 * TypeScript. Whoever wants the plain ones passes `scalarKernel` instead; `kind` says which it is.
 */
export const defaultKernel: FingerprintKernel = loadWasmKernel() ?? scalarKernel;
