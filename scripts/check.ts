/**
 * `npm test`: every check this machine can run, in one go. Builds what is stale, then formatting,
 * lint, types, dead code and tidiness, then all tests. The last line is `N passed, N failed`,
 * where each check that is not a test counts as one.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closingLine } from '../.ci/closing-line.ts';
import type { Closing } from '../.ci/closing-line.ts';
import { closingOfStories } from '../.ci/stories.ts';
import type { StoryReport } from '../.ci/stories.ts';
import { programPaths } from '../main/paths.ts';
import { fetchForThisMachine } from './fetch-binaries.ts';

interface Check {
  readonly name: string;
  readonly command: readonly string[];
  /** What mends it, where that is not plain from its output. */
  readonly cure?: string;
}

const CHECKS: readonly Check[] = [
  { name: 'build', command: ['node', 'scripts/build.ts'] },
  { name: 'format', command: ['oxfmt', '--check', '.'], cure: 'npm run format' },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'types', command: ['tsc', '--noEmit'] },
  { name: 'types of the renderer', command: ['tsc', '--noEmit', '--project', 'renderer'] },
  { name: 'dead code', command: ['knip'] },
  { name: 'tidy', command: ['node', 'scripts/tidy.ts'] },
];

/** Programs some tests need besides what npm brings, and the Debian package of each. */
const PROGRAMS: readonly { readonly program: string; readonly debian: string }[] = [
  { program: 'fpcalc', debian: 'libchromaprint-tools' },
  { program: 'ffmpeg', debian: 'ffmpeg' },
  { program: 'redis-server', debian: 'redis-server' },
  { program: 'chromium', debian: 'chromium' },
];

async function main(testArguments: readonly string[]): Promise<void> {
  nameMissingPrograms();
  await fetchNatsServer();
  const closing = { passed: 0, failed: 0, skipped: [] as string[] };
  for (const check of CHECKS) {
    if (await run(check)) closing.passed += 1;
    else closing.failed += 1;
  }
  for (const tests of [await runTests(testArguments), await runStories()]) {
    closing.passed += tests.passed;
    closing.failed += tests.failed;
    closing.skipped.push(...tests.skipped);
  }
  for (const name of closing.skipped) console.log(`skipped: ${name}`);
  process.exitCode = closing.failed > 0 ? 1 : 0;
  console.log(closingLine(closing));
}

function nameMissingPrograms(): void {
  const missing = PROGRAMS.filter(({ program }) => !isOnPath(program));
  if (missing.length === 0) return;
  const names = missing.map(({ program }) => program).join(', ');
  const packages = missing.map(({ debian }) => debian).join(' ');
  console.log(`Not on this machine: ${names}. Tests that need them are skipped by name.`);
  console.log(`On Debian this installs them: apt-get install ${packages}\n`);
}

/** As `npm start` does: every test of the whole appliance needs it. */
async function fetchNatsServer(): Promise<void> {
  const fetched = join(programPaths().programs, 'nats-server');
  if (existsSync(fetched) || isOnPath('nats-server')) return;
  console.log('Fetching nats-server …');
  try {
    await fetchForThisMachine();
  } catch (error) {
    // The tests that need it fail, and this says what mends them.
    console.log(error instanceof Error ? error.message : String(error));
  }
}

function isOnPath(program: string): boolean {
  return spawnSync('which', [program], { stdio: 'ignore' }).status === 0;
}

async function run({ command, cure, name }: Check): Promise<boolean> {
  const startedAt = Date.now();
  const code = await exitCodeOf(command);
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  const mend = code !== 0 && cure !== undefined ? ` (to mend: ${cure})` : '';
  console.log(`${code === 0 ? 'ok' : 'FAILED'}: ${name}, ${seconds} s${mend}`);
  return code === 0;
}

async function runTests(testArguments: readonly string[]): Promise<Closing> {
  const folder = mkdtempSync(join(tmpdir(), 'acoustid-check-'));
  const file = join(folder, 'closing.json');
  try {
    const code = await exitCodeOf(
      ['vitest', 'run', '--config', '.ci/vitest.config.ts', ...testArguments],
      { CLOSING_FILE: file },
    );
    const closing = JSON.parse(readFileSync(file, 'utf8')) as Closing;
    // A run can fail with every test passed, as when its set-up cannot be taken down.
    const unnamed = code !== 0 && closing.failed === 0 ? 1 : 0;
    return { ...closing, failed: closing.failed + unnamed };
  } catch (error) {
    console.log(`FAILED: the tests did not run to their end: ${String(error)}`);
    return { passed: 0, failed: 1, skipped: [] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The stories in a browser, where there is one. */
async function runStories(): Promise<Closing> {
  if (!isOnPath('chromium')) {
    return { passed: 0, failed: 0, skipped: ['e2e: every story, for want of chromium'] };
  }
  const folder = mkdtempSync(join(tmpdir(), 'acoustid-check-'));
  const file = join(folder, 'stories.json');
  try {
    const code = await exitCodeOf(['playwright', 'test', '--config', 'e2e/playwright.config.ts'], {
      PLAYWRIGHT_RESULTS: file,
    });
    const closing = closingOfStories(JSON.parse(readFileSync(file, 'utf8')) as StoryReport);
    const unnamed = code !== 0 && closing.failed === 0 ? 1 : 0;
    return { ...closing, failed: closing.failed + unnamed };
  } catch (error) {
    console.log(`FAILED: the stories did not run to their end: ${String(error)}`);
    return { passed: 0, failed: 1, skipped: [] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** npm puts node_modules/.bin in front of PATH, and with it the pinned Node. */
async function exitCodeOf(
  [program = '', ...args]: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<number> {
  const child = spawn(program, args, {
    stdio: 'inherit',
    env: { ...process.env, ...environment },
    shell: process.platform === 'win32',
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

await main(process.argv.slice(2));
