/** `npm run bench -- NAME [OPTIONS]`: runs one benchmark and prints its figures. */
import { buildWasm } from '../scripts/build-wasm.ts';

interface Benchmark {
  readonly bench: (args: string[]) => Promise<void>;
}

const BENCHMARKS: Readonly<Record<string, () => Promise<Benchmark>>> = {
  api: () => import('./api.ts'),
  import: () => import('./import.ts'),
  index: () => import('./index.ts'),
  kernels: () => import('./kernels.ts'),
};

const [name = '', ...args] = process.argv.slice(2);
const load = BENCHMARKS[name];
if (load === undefined) {
  console.error(`Which benchmark? One of: ${Object.keys(BENCHMARKS).join(', ')}`);
  process.exitCode = 2;
} else {
  // Before the import, for modules choose between kernels and their twins when they load.
  await buildWasm();
  const { bench } = await load();
  await bench(args);
}
