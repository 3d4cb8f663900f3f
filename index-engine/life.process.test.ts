import { createServer } from 'node:net';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sendJson } from './testing/engine-client.ts';
import { EngineProcess, runEngine, temporaryFolder } from './testing/engine-process.ts';

async function updateHundredTimes(url: string): Promise<void> {
  await sendJson(url, '/t', { method: 'PUT' });
  for (let i = 1; i <= 100; i++) {
    const hashes = [i * 1000, i * 1000 + 1, i * 1000 + 2];
    const answer = await sendJson(url, '/t/1', { method: 'PUT', body: { hashes } });
    expect(answer.status).toBe(200);
  }
}

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(`a hundred updates of one document survive ${signal}`, async () => {
    await using folder = await temporaryFolder();
    await using before = await EngineProcess.start(folder.path);
    await updateHundredTimes(before.url);
    expect(await before.end(signal)).toBe(signal === 'SIGTERM' ? 0 : null);

    await using after = await EngineProcess.start(folder.path);
    const query = [100_000, 100_001, 100_002];
    const { body } = await sendJson(after.url, '/t/_search', { body: { query } });
    expect(body).toEqual({ results: [{ id: 1, score: 3 }] });
    const old = await sendJson(after.url, '/t/_search', { body: { query: [99_000, 99_001] } });
    expect(old.body).toEqual({ results: [] });
    expect((await sendJson(after.url, '/t/1')).body).toEqual({ version: 100 });
  });
}

test('a deleted index stays deleted after a restart, and its generation is remembered', async () => {
  await using folder = await temporaryFolder();
  await using before = await EngineProcess.start(folder.path);
  await sendJson(before.url, '/t', { method: 'PUT', body: { generation: 7 } });
  await sendJson(before.url, '/t', { method: 'DELETE' });
  await before.end('SIGKILL');
  await using after = await EngineProcess.start(folder.path);
  expect(await sendJson(after.url, '/t')).toMatchObject({ status: 404 });
  const { body } = await sendJson(after.url, '/t', { method: 'PUT' });
  expect(body).toMatchObject({ generation: 8 });
});

test('a damaged index is reported and does not keep the others from opening', async () => {
  await using folder = await temporaryFolder();
  await using before = await EngineProcess.start(folder.path);
  await sendJson(before.url, '/good', { method: 'PUT' });
  await sendJson(before.url, '/bad', { method: 'PUT' });
  await before.end('SIGTERM');
  await writeFile(join(folder.path, 'bad', 'current'), 'nonsense that is long enough');
  await using after = await EngineProcess.start(folder.path);
  expect(await sendJson(after.url, '/good')).toMatchObject({ status: 200 });
  const bad = await sendJson(after.url, '/bad');
  expect(bad).toMatchObject({ status: 500, body: { error: 'IndexCorrupted' } });
});

test('a message or a closed channel from the parent stops it in good order', async () => {
  await using folder = await temporaryFolder();
  await using first = await EngineProcess.start(folder.path);
  const firstExit = once(first.child, 'exit');
  first.child.send({ type: 'shutdown' });
  expect(await firstExit).toEqual([0, null]);
  await using second = await EngineProcess.start(folder.path);
  const secondExit = once(second.child, 'exit');
  second.child.disconnect();
  expect(await secondExit).toEqual([0, null]);
});

test('a second engine on the same folder is refused in one line', async () => {
  await using folder = await temporaryFolder();
  await using engine = await EngineProcess.start(folder.path);
  const { code, stderr } = await runEngine(['--dir', folder.path, '--port', '0']);
  expect(code).toBe(4);
  expect(stderr).toContain(`in use by process ${String(engine.child.pid)}`);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});

test('a taken port is refused in one line that names it and the option', async () => {
  await using folder = await temporaryFolder();
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const address = holder.address();
  const port = String(typeof address === 'object' ? address?.port : '');
  const { code, stderr } = await runEngine(['--dir', folder.path, '--port', port]);
  holder.close();
  expect(code).toBe(3);
  expect(stderr).toBe(
    `acoustid index: port ${port} on 127.0.0.1 is taken; give another with --port or --legacy-port\n`,
  );
});

test('options that are unknown or out of range are refused with exit code 2', async () => {
  for (const argv of [
    ['--address', '0.0.0.0'],
    ['--port', '70000'],
    ['extra'],
    ['--log-level=x'],
  ]) {
    const { code, stderr, stdout } = await runEngine(argv);
    expect({ argv, code, stdout }).toEqual({ argv, code: 2, stdout: '' });
    expect(stderr.trim().split('\n')).toHaveLength(1);
  }
  expect(await runEngine(['--help'])).toMatchObject({ code: 0, stderr: '' });
});
