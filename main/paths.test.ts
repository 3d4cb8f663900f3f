import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dataPathsOf, programPaths } from './paths.ts';

test('everything of a data folder is below it, each thing in its own place', () => {
  const { root, ...paths } = dataPathsOf('/data');
  expect(root).toBe('/data');
  const all = Object.values(paths);
  expect(all.filter((path) => !path.startsWith('/data/'))).toEqual([]);
  expect(new Set(all).size).toBe(all.length);
});

test('the parts of the program are where the paths say', () => {
  const { defaultConfig, fetchBinaries, indexEngineMain, serverCli, serverMain } = programPaths();
  const parts = [defaultConfig, fetchBinaries, indexEngineMain, serverCli, serverMain];
  expect(parts.filter((path) => !existsSync(path))).toEqual([]);
});
