import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { fetchElectron } from './dist-electron.ts';
import { programsFolder } from './dist-programs.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** electron-builder's own loader and validator, which it keeps to itself. */
interface BuilderConfig {
  getConfig(folder: string, file: string, options: undefined): Promise<Record<string, unknown>>;
  validateConfiguration(config: unknown, log: { isEnabled: boolean; add(): void }): Promise<void>;
}

function builderConfig(): BuilderConfig {
  const builder = createRequire(import.meta.url).resolve('electron-builder');
  return createRequire(builder)('app-builder-lib/out/util/config/config.js') as BuilderConfig;
}

/** electron-builder is large, and the machine may be busy. */
const LOAD_LIMIT_MS = 60_000;

const log = { isEnabled: false, add: () => undefined };

async function load(): Promise<Record<string, unknown>> {
  return await builderConfig().getConfig(ROOT, 'electron-builder.yml', undefined);
}

/** Every text in the configuration, however deep. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

test(
  'the configuration is as electron-builder’s own schema says',
  async () => {
    const builder = builderConfig();
    const config = await load();
    await builder.validateConfiguration(config, log);
    await expect(
      builder.validateConfiguration({ ...config, electronFuse: {} }, log),
    ).rejects.toThrow(/electronFuse/);
    await expect(
      builder.validateConfiguration({ ...config, linux: { target: 'AppImage', icons: 'x' } }, log),
    ).rejects.toThrow(/configuration\.linux/);
  },
  LOAD_LIMIT_MS,
);

test('every file of the checkout that it names is there', async () => {
  const config = await load();
  const { buildResources } = config['directories'] as { buildResources: string };
  const named = textsIn(config).filter((text) => /^(resources\/\w|LICENSE|THIRD)/.test(text));
  const globs = named.filter((text) => text.includes('*'));
  const files = [...named.filter((text) => !globs.includes(text)), buildResources];
  expect(files.length).toBeGreaterThan(5);
  expect(
    files
      .map((file) => file.replace('LICENSE.txt', 'LICENSE'))
      .filter((file) => !existsSync(join(ROOT, file))),
  ).toEqual([]);
});

test('what is packed is what the scripts make', async () => {
  const { asarUnpack, directories, extraResources } = (await load()) as {
    asarUnpack: string[];
    directories: { app: string };
    extraResources: { from: string; to: string }[];
  };
  expect(directories.app).toBe('dist/app');
  const [programs] = extraResources;
  const os = { darwin: 'mac', linux: 'linux', win32: 'win' }[process.platform as 'linux'];
  const folder = programs?.from.replace('${os}', os).replace('${arch}', process.arch);
  expect(join(ROOT, folder ?? '')).toBe(programsFolder());
  // Beside the archive, where the unpacked code looks for it (main/paths.ts).
  expect(programs?.to).toBe('programs');
  // Nothing of the shell leaves the archive.
  expect(asarUnpack.filter((glob) => glob.startsWith('main'))).toEqual(['main/services/**']);
});

test('where Electron cannot be fetched, it is said why and what to do', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'acoustid-electron-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const script = join(folder, 'install.js');
  writeFileSync(script, 'console.error("TypeError: fetch failed\\n  at x"); process.exit(1);');
  const said = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  onTestFinished(() => said.mockRestore());
  await expect(fetchElectron(script, () => undefined)).rejects.toThrow(
    /^Electron cannot be fetched here: TypeError: fetch failed\. .*ELECTRON_MIRROR.*npm start$/,
  );
});

test('Electron that is there is not fetched again, and one just fetched is found', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'acoustid-electron-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  expect(await fetchElectron(join(folder, 'never.js'), () => '/electron')).toBe('/electron');
  const program = join(folder, 'electron');
  const script = join(folder, 'install.js');
  writeFileSync(script, `require('node:fs').writeFileSync(${JSON.stringify(program)}, '')`);
  const said = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  onTestFinished(() => said.mockRestore());
  const find = (): string | undefined => (existsSync(program) ? program : undefined);
  expect(await fetchElectron(script, find)).toBe(program);
});

test('package.json has the commands that people are told of', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  expect(scripts).toMatchObject({
    desktop: 'node scripts/start-desktop.ts',
    dist: 'node scripts/dist.ts',
    'package-headless': 'node scripts/package-headless.ts',
  });
});
