import type * as ElectronModule from 'electron';
import { expect, test } from 'vitest';
import type { ElectronParts } from './electron-parts.ts';
import { electronDouble } from './testing/electron-double.ts';

type Electron = typeof ElectronModule;

// The compiler's word that Electron's own types have every part that is used, with these
// parameters and results; `npm run types` fails when they do not.
const electronHasTheseParts = (electron: Electron): ElectronParts => electron;

// And that it would say so: a part Electron does not have, and one with another parameter.
// @ts-expect-error -- there is no such part
const hasNot = (electron: Electron): { app: { fly(): void } } => electron;
const differs = (electron: Electron): { shell: { openPath(path: number): void } } =>
  // @ts-expect-error -- a path is text
  electron;

test('what is used of Electron is what Electron has, and the double stands for no more', () => {
  expect([electronHasTheseParts, hasNot, differs].every((check) => check.length === 1)).toBe(true);
  expect(electronDouble().parts satisfies ElectronParts).toHaveProperty('app');
});
