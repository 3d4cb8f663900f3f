import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { resolveAppliance } from '../config.ts';
import type { ApplianceConfig } from '../config.ts';
import { findNatsBinary } from './nats-binary.ts';

const NAME = process.platform === 'win32' ? 'nats-server.exe' : 'nats-server';

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'acoustid-binary-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function makeProgram(folder: string, mode = 0o755): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, NAME);
  writeFileSync(path, '', { mode });
  return path;
}

function configWith(programs: string, environment: Record<string, string>): ApplianceConfig {
  const config = resolveAppliance(
    { dataDir: '/nowhere' },
    { platform: 'linux', environment, isRoot: false, home: '/nowhere' },
  );
  return { ...config, program: { ...config.program, programs } };
}

test('the fetched one is preferred to that of PATH, which is preferred to that of the system', () => {
  const [fetched, onPath, system] = [makeFolder(), makeFolder(), makeFolder()];
  const PATH = ['/nowhere', onPath].join(delimiter);
  const third = makeProgram(system);
  expect(findNatsBinary(configWith(fetched, { PATH }), [system])).toBe(third);
  const second = makeProgram(onPath);
  expect(findNatsBinary(configWith(fetched, { PATH }), [system])).toBe(second);
  const first = makeProgram(fetched);
  expect(findNatsBinary(configWith(fetched, { PATH }), [system])).toBe(first);
});

test('the configured one is taken or refused, and no other is looked for', () => {
  const folder = makeFolder();
  const configured = makeProgram(join(folder, 'own'));
  makeProgram(folder);
  const good = configWith(folder, { ACOUSTID_NATS_BINARY: configured });
  expect(findNatsBinary(good, [])).toBe(configured);
  const bad = configWith(folder, { ACOUSTID_NATS_BINARY: `${configured}-not` });
  expect(() => findNatsBinary(bad, [])).toThrow(/ACOUSTID_NATS_BINARY/);
});

test('none at all is an error with the command that fetches it', () => {
  const config = configWith(makeFolder(), { PATH: '' });
  expect(() => findNatsBinary(config, [])).toThrow(/Fetch it with: \S+ \S*fetch-binaries\.ts/);
});

test.skipIf(process.platform === 'win32')('a file that may not be run is none', () => {
  const folder = makeFolder();
  makeProgram(folder, 0o644);
  expect(() => findNatsBinary(configWith(folder, { PATH: '' }), [])).toThrow(/not on this machine/);
});
