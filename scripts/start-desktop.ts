/**
 * `npm run desktop`: fetches Electron when it is not there yet, which `npm start` never does, and
 * opens the window.
 */
import { ApplianceError, messageOf } from '../main/errors.ts';
import { fetchElectron } from './dist-electron.ts';
import { prepare, startDesktop } from './start.ts';

try {
  const electron = await fetchElectron();
  await prepare();
  await startDesktop(electron, process.argv.slice(2));
} catch (error) {
  if (!(error instanceof ApplianceError)) throw error;
  console.error(messageOf(error));
  process.exitCode = 1;
}
