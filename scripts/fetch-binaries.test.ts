import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fetchNatsServer } from './fetch-binaries.ts';

// A platform without Debian's packages, so that only the release is left.
const PLATFORM = 'freebsd-x64';
const ARCHIVE = 'freebsd-amd64.tar.gz';

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'acoustid-fetch-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An archive as the releases are: a folder with the program in it. */
function makeArchive(): Buffer {
  const folder = makeFolder();
  mkdirSync(join(folder, 'nats-server-v2'));
  writeFileSync(join(folder, 'nats-server-v2', 'nats-server'), '#!/bin/sh\necho fetched\n');
  spawnSync('tar', ['-czf', 'x.tar.gz', 'nats-server-v2'], { cwd: folder });
  return readFileSync(join(folder, 'x.tar.gz'));
}

async function serve(body: Buffer, status = 200): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.close();
  });
  // A TCP server's address is never a string.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function fetchFrom(releases: string, sha256: string, folder: string): Promise<string> {
  const hashes = { [PLATFORM]: { archive: ARCHIVE, sha256 } };
  return await fetchNatsServer({ folder, platform: PLATFORM, isRoot: false, releases, hashes });
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

test('a release that is what was pinned is unpacked and can be run', async () => {
  const archive = makeArchive();
  const folder = join(makeFolder(), 'bin');
  const program = await fetchFrom(await serve(archive), hashOf(archive), folder);
  expect(readdirSync(folder)).toEqual(['nats-server']);
  expect(statSync(program).mode & 0o111).toBe(0o111);
  expect(spawnSync(program, { encoding: 'utf8' }).stdout).toBe('fetched\n');
});

test('a release that is anything else is thrown away', async () => {
  const archive = makeArchive();
  const folder = makeFolder();
  const fetching = fetchFrom(await serve(archive), hashOf(Buffer.from('another')), folder);
  await expect(fetching).rejects.toThrow(/not what was pinned/);
  expect(readdirSync(folder)).toEqual([]);
});

test('without a way to fetch it the error says what to type', async () => {
  const gone = fetchFrom(await serve(Buffer.from(''), 404), 'x', makeFolder());
  await expect(gone).rejects.toThrow(/status 404.*Install it with: /);
  const options = { folder: makeFolder(), isRoot: false };
  await expect(fetchNatsServer({ ...options, platform: 'darwin-arm64' })).rejects.toThrow(
    /no release is pinned for darwin-arm64.*brew install nats-server/,
  );
});
