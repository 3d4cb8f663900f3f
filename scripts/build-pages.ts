/**
 * Builds the web pages, in a process of its own: Vite and React take from NODE_ENV whether they make
 * what people get or what developers look at, and a caller such as a test run has set it already.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const CONFIG = fileURLToPath(new URL('../renderer/vite.config.ts', import.meta.url));

/** Builds renderer/dist. Throws when it cannot be built. */
export async function buildPages(): Promise<void> {
  const child = spawn(process.execPath, [import.meta.filename], {
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: 'inherit',
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error('the web pages could not be built');
}

if (import.meta.main) {
  await build({ configFile: CONFIG, logLevel: 'warn' });
}
