/**
 * WebAssembly's objects with types. They are declared by TypeScript's DOM library only, which would
 * bring a browser's globals into every file of the engine; this is the part the engine uses.
 */
export interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
}

export interface WasmModule {
  readonly __brand: 'WebAssembly.Module';
}

export interface WasmInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}

interface WebAssemblyApi {
  readonly Memory: new (shape: { initial: number; maximum: number; shared: true }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (
    module: WasmModule,
    imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => WasmInstance;
}

// Node has had the global since version 8; only the type is missing.
export const webAssembly = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
