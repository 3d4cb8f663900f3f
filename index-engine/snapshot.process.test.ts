import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unpackMultiple } from 'msgpackr';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { send, sendJson } from './testing/engine-client.ts';
import { EngineProcess, runEngine, temporaryFolder } from './testing/engine-process.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let engine: EngineProcess;

beforeAll(async () => {
  folder = await temporaryFolder();
  engine = await EngineProcess.start(join(folder.path, 'data'));
  await sendJson(engine.url, '/t', { method: 'PUT' });
  await update([1, 2, 3, 4].map((id) => insert(id, [100, 200, id * 1000, 0xffff_fff0])));
  await sendJson(engine.url, '/t/_backup');
  await update([insert(2, [16, 32]), { delete: { id: 3 } }], { metadata: { k: 'v' } });
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const insert = (id: number, hashes: number[]): unknown => ({ insert: { id, hashes } });
const update = (changes: unknown[], rest = {}): Promise<unknown> =>
  sendJson(engine.url, '/t/_update', { body: { changes, ...rest } });

/** What a search for every hash there ever was returns. */
async function contents(url: string, index: string): Promise<unknown> {
  const query = [16, 32, 100, 200, 1000, 2000, 3000, 4000, 0xffff_fff0];
  const { body } = await sendJson(url, `/${index}/_search`, { body: { query, min_score: 1 } });
  const info = await sendJson(url, `/${index}`);
  const { metadata, version } = info.body as { metadata: unknown; version: number };
  return { body, metadata, version };
}

async function save(format: string): Promise<string> {
  const output = join(folder.path, `${format}.snapshot`);
  const argv = ['snapshot', '--url', engine.url, '--index', 't', '--output', output];
  expect(await runEngine([...argv, '--format', format])).toMatchObject({ code: 0, stderr: '' });
  return output;
}

test('a snapshot is upstream’s: a header with sizes, and files that add up', async () => {
  const response = await fetch(`${engine.url}/t/_snapshot`);
  expect(response.headers.get('content-type')).toBe('application/octet-stream');
  const bytes = Buffer.from(await response.arrayBuffer());
  let header: { f: number; g: number; s: { i: number[]; s: number }[] } | undefined;
  // The first value of the stream; what follows is not MessagePack.
  expect(() =>
    unpackMultiple(bytes, (value) => {
      header ??= value as typeof header;
    }),
  ).not.toThrow(TypeError);
  expect(header?.f).toBe(1);
  expect(header?.g).toBe(1);
  const sizes = header?.s.map(({ s }) => s) ?? [];
  const filesSize = sizes.reduce((sum, size) => sum + size, 0);
  const headerSize = bytes.length - filesSize;
  // A segment file begins with its own header, whose magic is at a fixed place.
  expect(bytes.readUInt32BE(headerSize + 3)).toBe(0x5347_4d31);
  expect(await send(engine.url, '/missing/_snapshot')).toMatchObject({ status: 404 });
});

test.each(['own', 'upstream'])(
  'an index comes back from a snapshot in %s format',
  async (format) => {
    const input = await save(format);
    const dir = join(folder.path, `from-${format}`);
    const argv = ['restore', '--dir', dir, '--index', 'copy', '--input', input];
    expect(await runEngine(argv)).toMatchObject({ code: 0 });
    const again = await runEngine(argv);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('index copy exists');
    expect(await runEngine(['verify', '--dir', dir])).toMatchObject({ code: 0 });
    await using restored = await EngineProcess.start(dir);
    expect(await contents(restored.url, 'copy')).toEqual(await contents(engine.url, 't'));
    const { body } = await sendJson(restored.url, '/copy/9', {
      method: 'PUT',
      body: { hashes: [9] },
    });
    expect(body).toEqual({});
    await restored.end('SIGKILL');
    await using reopened = await EngineProcess.start(dir);
    expect((await sendJson(reopened.url, '/copy/9')).status).toBe(200);
  },
);

test.each(['own', 'upstream'])(
  'a cut or damaged snapshot in %s format leaves nothing',
  async (format) => {
    const input = await save(format);
    const bytes = await readFile(input);
    const dir = join(folder.path, `damaged-${format}`);
    const argv = ['restore', '--dir', dir, '--index', 'copy', '--input', input];
    await truncate(input, bytes.length - 3);
    expect((await runEngine(argv)).code).toBe(1);
    const damaged = Buffer.from(bytes);
    // In the blocks of the first segment, which both formats have under a checksum.
    const at = format === 'own' ? bytes.indexOf('AXSG') + 140 : 700;
    damaged[at] = (damaged[at] ?? 0) ^ 4;
    await writeFile(input, damaged);
    const { code, stderr } = await runEngine(argv);
    expect(code).toBe(1);
    expect(stderr).toContain('damaged at byte');
    await using empty = await EngineProcess.start(dir);
    expect(await sendJson(empty.url, '/copy')).toMatchObject({ status: 404 });
  },
);

test('verify names the damaged file', async () => {
  await using copy = await temporaryFolder();
  const input = await save('own');
  await runEngine(['restore', '--dir', copy.path, '--index', 'c', '--input', input]);
  const { stdout } = await runEngine(['verify', '--dir', copy.path]);
  expect(JSON.parse(stdout)).toMatchObject({ index: 'c', logged: 0 });
  const manifest = join(copy.path, 'c', 'g000001', 'manifest');
  await truncate(manifest, 10);
  const bad = await runEngine(['verify', '--dir', copy.path]);
  expect(bad.code).toBe(1);
  expect(JSON.parse(bad.stdout).problem).toContain(manifest);
});
