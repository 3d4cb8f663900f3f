import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { natsConfigOf, readInfo } from './nats.ts';

async function listen(onConnection: (socket: Socket) => void): Promise<number> {
  const server = createServer(onConnection);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.close();
  });
  return (server.address() as AddressInfo).port; // a TCP server's address is never a string
}

test('the server is on loopback, behind the token, with its files where they belong', () => {
  const text = natsConfigOf({ port: 4000, token: 'a"b\\c', storeDir: '/data folder/nats' });
  expect(text).toContain('listen: "127.0.0.1:4000"');
  expect(text).toContain(String.raw`authorization { token: "a\"b\\c" }`);
  expect(text).toContain('store_dir: "/data folder/nats"');
});

test('a NATS server is known by its greeting, however it is cut', async () => {
  const port = await listen((socket) => {
    socket.write('INFO {"server_id":"x",');
    setImmediate(() => socket.write('"jetstream":true}\r\nPING\r\n'));
  });
  expect(await readInfo('127.0.0.1', port)).toEqual({ server_id: 'x', jetstream: true });
});

test('what does not speak NATS is none', async () => {
  const other = await listen((socket) => socket.end('220 mail.example.org\r\n'));
  await expect(readInfo('127.0.0.1', other)).rejects.toThrow('does not speak NATS');
  const silent = await listen((socket) => socket.end());
  await expect(readInfo('127.0.0.1', silent)).rejects.toThrow('closed the connection');
});
