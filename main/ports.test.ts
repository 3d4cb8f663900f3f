import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { assertApiPort, chooseInternalPort } from './ports.ts';
import { findPortHolder } from './process-table.ts';

async function takePort(host = '127.0.0.1'): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, host, resolve);
  });
  onTestFinished(() => {
    server.close();
  });
  return (server.address() as AddressInfo).port; // a TCP server's address is never a string
}

async function freePort(): Promise<number> {
  return await chooseInternalPort(0);
}

test('the preferred port is taken when it is free', async () => {
  const port = await freePort();
  expect(await chooseInternalPort(port)).toBe(port);
});

test('an internal port moves when it is in use, on all addresses as well', async () => {
  for (const host of ['127.0.0.1', '0.0.0.0']) {
    const port = await takePort(host);
    const chosen = await chooseInternalPort(port);
    expect(chosen).not.toBe(port);
    expect(chosen).toBeGreaterThan(0);
  }
});

test('the port of the API never moves: who holds it is named', async () => {
  const port = await takePort();
  await expect(assertApiPort('127.0.0.1', port)).rejects.toThrow(
    new RegExp(`Port ${port} .* in use by .*--port`),
  );
  await expect(assertApiPort('127.0.0.1', await freePort())).resolves.toBeUndefined();
});

test('an address that is not ours is refused with the option', async () => {
  await expect(assertApiPort('203.0.113.9', 0)).rejects.toThrow(/203\.0\.113\.9.*--host/);
});

test.runIf(process.platform === 'linux')(
  'the holder of a port is found by its sockets',
  async () => {
    const port = await takePort();
    expect(await findPortHolder(port)).toMatch(new RegExp(`\\(process ${process.pid}\\)$`));
    expect(await findPortHolder(await freePort())).toBeUndefined();
  },
);
