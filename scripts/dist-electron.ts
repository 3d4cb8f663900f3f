import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findElectron } from '../main/electron-program.ts';
import { ApplianceError } from '../main/errors.ts';
import { programPaths } from '../main/paths.ts';

const PACKAGE = fileURLToPath(new URL('../node_modules/electron', import.meta.url));
const WORDS_MAX = 4000;

/**
 * Fetches Electron's program by its package's own script, which checks it, unless it is there.
 * Returns its path. Throws `ApplianceError` that says what to do where it cannot be fetched.
 */
export async function fetchElectron(
  script: string = join(PACKAGE, 'install.js'),
  find: () => string | undefined = () => findElectron(programPaths()),
): Promise<string> {
  const there = find();
  if (there !== undefined) return there;
  console.log('Fetching Electron …');
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'inherit', 'pipe'] });
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(0, WORDS_MAX);
  });
  await once(child, 'close');
  const fetched = find();
  if (fetched !== undefined) return fetched;
  const reason = words.split('\n', 1)[0]?.trim() || 'no reason was given';
  throw new ApplianceError(
    `Electron cannot be fetched here: ${reason}. It comes from the releases of electron/electron; where those cannot be reached, set ELECTRON_MIRROR to a mirror of them. Without Electron the appliance runs headless: npm start`,
  );
}
