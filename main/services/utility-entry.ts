/** What every utility process starts with: the bridge to its parent, then the module itself. */
import { pathToFileURL } from 'node:url';
import type { ParentPort } from 'electron';
import { bridgeToParent } from './utility-bridge.ts';

// Electron puts it there; under plain Node this file is never run.
const { parentPort } = process as NodeJS.Process & { readonly parentPort: ParentPort };
const modulePath = bridgeToParent(process, parentPort);
await import(pathToFileURL(modulePath).href);
