import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { startAppliance } from '../e2e/harness/appliance.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from '../e2e/harness/temporary-folder.ts';

const CLI = fileURLToPath(new URL('cli.ts', import.meta.url));
const SETUP = /^ {2}Setup +(http:\S+)\/setup#([\w-]{43})\b/m;

test('the link of a start makes the administrator once, and later starts print none', async () => {
  const dataDir = await makeTemporaryFolder('setup-link');
  onTestFinished(() => removeTemporaryFolder(dataDir));
  await usingAppliance(dataDir, async ({ api, stdout }) => {
    const [, url, token] = SETUP.exec(stdout) ?? [];
    expect(url).toBe(api);
    // A new link ends the one before it.
    const { stdout: printed } = await setupLink(dataDir);
    const newer = /^(http:\S+)\/setup#([\w-]{43})\n$/.exec(printed)?.[2];
    expect(newer).not.toBe(token);
    expect((await setUp(api, token)).status).toBe(403);
    expect((await setUp(api, newer)).status).toBe(200);
    expect((await setUp(api, newer)).status).toBe(403);
    await expect(setupLink(dataDir)).rejects.toMatchObject({
      stderr: 'An administrator has a password already; sign in with that.\n',
    });
  });
  await usingAppliance(dataDir, async ({ api, stdout }) => {
    expect(stdout).not.toMatch(SETUP);
    const session = (await (await fetch(`${api}/api/admin/session`)).json()) as object;
    expect(session).toEqual({ account: null, needsSetup: false });
  });
});

test('with --json the link is in the document', async () => {
  await using appliance = await startAppliance({ args: ['--json'] });
  const { setup } = JSON.parse(appliance.output().stdout) as { setup: string };
  expect(setup).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/setup#[\w-]{43}$/);
});

async function usingAppliance(
  dataDir: string,
  use: (appliance: { api: string; stdout: string }) => Promise<void>,
): Promise<void> {
  await using appliance = await startAppliance({ dataDir });
  await use({ api: appliance.api, stdout: appliance.output().stdout });
}

function setupLink(dataDir: string): Promise<{ stdout: string }> {
  return promisify(execFile)(process.execPath, [CLI, 'setup-link', '--data-dir', dataDir]);
}

function setUp(api: string, token: string | undefined): Promise<Response> {
  return fetch(`${api}/api/admin/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, name: 'Anna', password: 'a long enough one' }),
  });
}
