import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendJson } from '../testing/engine-client.ts';
import { EngineProcess, temporaryFolder } from '../testing/engine-process.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let engine: EngineProcess;
let legacyPort: number;

beforeAll(async () => {
  folder = await temporaryFolder();
  legacyPort = await freePort();
  engine = await EngineProcess.start(folder.path, ['--legacy-port', String(legacyPort)]);
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** 0 turns the protocol off, so the test must name a port itself. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

class Client implements AsyncDisposable {
  readonly socket: Socket = connect(legacyPort, '127.0.0.1');
  readonly #lines = createInterface({ input: this.socket })[Symbol.asyncIterator]();

  async say(line: string): Promise<string> {
    this.socket.write(`${line}\r\n`);
    const { value } = await this.#lines.next();
    return String(value);
  }

  async sayAll(...lines: string[]): Promise<string[]> {
    const answers = [];
    for (const line of lines) answers.push(await this.say(line));
    return answers;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.socket.destroyed) return;
    const closed = once(this.socket, 'close');
    this.socket.destroy();
    await closed;
  }
}

test('echo, an empty line, an unknown command and bad queries are answered as upstream does', async () => {
  await using client = new Client();
  expect(await client.sayAll('echo hello  world', '', 'frobnicate x', 'search notanumber')).toEqual(
    ['OK hello world', 'OK ', 'ERR unknown command', 'ERR invalid fingerprint'],
  );
  expect(await client.sayAll('search', 'search 1 2', 'toString', 'search 1,,2')).toEqual([
    'ERR expected one argument',
    'ERR expected one argument',
    'ERR unknown command',
    'ERR invalid fingerprint',
  ]);
});

test('writing needs a transaction, and there is one at a time', async () => {
  await using client = new Client();
  expect(await client.sayAll('insert 1 1,2,3', 'commit', 'rollback', 'optimize')).toEqual(
    Array(4).fill('ERR not in transaction'),
  );
  expect(
    await client.sayAll('begin', 'begin', 'insert 0 1', 'insert 1', 'insert x 1', 'rollback'),
  ).toEqual([
    'OK ',
    'ERR already in transaction',
    'ERR invalid document id',
    'ERR expected two arguments',
    'ERR invalid document id',
    'OK ',
  ]);
});

test('committed documents are found, best first, by signed and unsigned hashes, and over HTTP', async () => {
  await using client = new Client();
  const insert = ['begin', 'insert 1001 11000,12000,13000', 'insert 1002 11000,12000,-19000'];
  expect(await client.sayAll(...insert, 'commit')).toEqual(Array(4).fill('OK '));
  expect(await client.say('search 11000,12000,13000')).toBe('OK 1001:3 1002:2');
  expect(await client.say(`search 11000,12000,${2 ** 32 - 19_000}`)).toBe('OK 1002:3 1001:2');
  const { body } = await sendJson(engine.url, '/main/_search', { body: { query: [13_000] } });
  expect(body).toEqual({ results: [{ id: 1001, score: 1 }] });
  expect(await client.sayAll('begin', 'delete 1002', 'commit')).toEqual(['OK ', 'OK ', 'OK ']);
  expect(await client.say('search 11000')).toBe('OK 1001:1');
});

test('a rolled back or abandoned transaction leaves nothing', async () => {
  await using client = new Client();
  await client.sayAll('begin', 'insert 77 777', 'rollback');
  expect(await client.say('search 777')).toBe('OK ');
  await client.sayAll('begin', 'insert 77 777');
  await client[Symbol.asyncDispose]();
  await using other = new Client();
  expect(await other.say('search 777')).toBe('OK ');
});

test('max_results and a top_score_percent that is rounded to nearest bound the results', async () => {
  await using client = new Client();
  await client.sayAll('begin', 'insert 51 501,502,503', 'insert 52 501', 'insert 53 501,502,503');
  await client.say('commit');
  expect(await client.say('search 501,502,503')).toBe('OK 51:3 53:3 52:1');
  expect(await client.sayAll('set max_results 1', 'get max_results')).toEqual(['OK ', 'OK 1']);
  expect(await client.say('search 501,502,503')).toBe('OK 51:3');
  // 50 % of 3 is 1.5, rounded 2: score 1 is out.
  await client.sayAll('set max_results 500', 'set attribute top_score_percent 50');
  expect(await client.say('search 501,502,503')).toBe('OK 51:3 53:3');
  expect(await client.say('set timeout soon')).toBe('ERR invalid value');
});

test('attributes are set in a transaction, seen in it at once, and kept by the commit', async () => {
  await using client = new Client();
  expect(await client.say('get attribute leg_attr')).toBe('OK ');
  expect(await client.say('set attribute leg_attr 1')).toBe('ERR not in transaction');
  expect(await client.sayAll('begin', 'set attribute leg_attr 123', 'get leg_attr')).toEqual([
    'OK ',
    'OK ',
    'OK 123',
  ]);
  await using other = new Client();
  expect(await other.say('get leg_attr')).toBe('OK ');
  await client.say('commit');
  expect(await other.say('get leg_attr')).toBe('OK 123');
});

test('max_document_id is the highest id there is, without anyone setting it', async () => {
  await using client = new Client();
  await client.sayAll('begin', 'insert 999999 4242', 'commit');
  expect(await client.say('get attribute max_document_id')).toBe('OK 999999');
});

test('quit says goodbye and closes', async () => {
  await using client = new Client();
  const closed = once(client.socket, 'close');
  expect(await client.say('quit')).toBe('OK ');
  await closed;
});

test('an idle connection and an endless line are ended', async () => {
  await using idle = new Client();
  expect(await idle.say('set idle_timeout 50')).toBe('OK ');
  expect(await idle.say('')).toMatch(/^OK |^ERR timeout/);
  await once(idle.socket, 'close');
  await using endless = new Client();
  endless.socket.on('error', () => 'cut while sending');
  endless.socket.write('x'.repeat(300_000));
  await once(endless.socket, 'close');
});
