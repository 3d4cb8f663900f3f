/**
 * Compiles the AssemblyScript kernels to WebAssembly, those that are older than their sources.
 * Where a kernel is missing at run time its plain TypeScript twin takes over, so nothing breaks
 * without this step; it is only slower.
 */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newestChange } from './newest-change.ts';

/** One module to compile; all paths are relative to the repository. */
interface Kernel {
  readonly entry: string;
  readonly out: string;
  /** What is added to the options all kernels share. */
  readonly options: readonly string[];
}

const KERNELS: readonly Kernel[] = [
  {
    entry: 'server/fingerprint/assembly/kernel.ts',
    out: 'server/fingerprint/kernel.wasm',
    options: [],
  },
  {
    entry: 'index-engine/kernels/assembly/search.ts',
    out: 'index-engine/kernels/search.wasm',
    // Several threads search the same segments; the memory is theirs, not the module's.
    options: [
      '--importMemory',
      '--sharedMemory',
      '--maximumMemory',
      '65536',
      '--enable',
      'threads',
    ],
  },
  {
    entry: 'index-engine/kernels/assembly/postings.ts',
    out: 'index-engine/kernels/postings.wasm',
    options: [],
  },
];

/** Memory is laid out by hand and never freed, so no kernel needs a collector or checks. */
const SHARED_OPTIONS = ['-O3', '--runtime', 'stub', '--noAssert', '--enable', 'simd'];

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Builds what is stale and returns the paths of that; a few file lookups when all is fresh. */
export async function buildWasm(): Promise<string[]> {
  const stale = KERNELS.filter(isStale);
  for (const kernel of stale) await compile(kernel);
  return stale.map(({ out }) => out);
}

function isStale({ entry, out }: Kernel): boolean {
  const outFile = ROOT + out;
  if (!existsSync(outFile)) return true;
  const sourcesChanged = newestChange(dirname(ROOT + entry));
  const optionsChanged = newestChange(fileURLToPath(import.meta.url));
  return Math.max(sourcesChanged, optionsChanged) > newestChange(outFile);
}

async function compile({ entry, out, options }: Kernel): Promise<void> {
  // Loaded here, for the compiler takes half a second to load and is rarely needed.
  const { default: asc } = await import('assemblyscript/asc');
  let binary: Uint8Array | undefined;
  let complaints = '';
  const { error } = await asc.main(
    [
      entry,
      '--baseDir',
      relative(process.cwd(), ROOT) || '.',
      '-o',
      out,
      ...SHARED_OPTIONS,
      ...options,
    ],
    {
      stderr: {
        write: (text: string | Uint8Array) => {
          complaints += text.toString();
        },
      },
      writeFile: (_name: string, contents: string | Uint8Array) => {
        if (typeof contents !== 'string') binary = contents;
      },
    },
  );
  if (error !== null || binary === undefined) {
    throw new Error(`${entry} does not compile\n${complaints}`, { cause: error });
  }
  writeWhole(ROOT + out, binary);
}

/** A reader never sees half a file, even when two builds run at once. */
function writeWhole(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(unfinished, bytes);
    renameSync(unfinished, path);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

if (import.meta.main) {
  const built = await buildWasm();
  for (const path of built) console.log(`built ${path}`);
}
