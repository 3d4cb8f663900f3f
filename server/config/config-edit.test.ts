import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { resolveConfig } from './config.ts';
import { editConfig, writeConfigEdits } from './config-edit.ts';

const port = (value: string) => [{ section: 'server', name: 'port', value }];

test('a setting is changed where it stands, and nothing else', () => {
  const text = '# mine\n[server]\nport = 1\nhost = ::1\n\n[nats]\nport = 5\n';
  expect(editConfig(text, port('2'))).toBe(
    '# mine\n[server]\nport = 2\nhost = ::1\n\n[nats]\nport = 5\n',
  );
});

test('a value of several lines goes as a whole', () => {
  expect(editConfig('[server]\nport = 1\n  2\nhost = ::1\n', port('3'))).toBe(
    '[server]\nport = 3\nhost = ::1\n',
  );
});

test('a setting that is shown commented out is written below', () => {
  expect(editConfig('[server]\n# port\n#port = 8380\n\n[nats]\n', port('2'))).toBe(
    '[server]\n# port\n#port = 8380\nport = 2\n\n[nats]\n',
  );
});

test('a setting that is nowhere goes to the end of its section, which is made when missing', () => {
  expect(editConfig('[server]\nhost = ::1\n\n[nats]\n', port('2'))).toBe(
    '[server]\nhost = ::1\nport = 2\n\n[nats]\n',
  );
  expect(editConfig('[nats]\nport = 5\n', port('2'))).toBe(
    '[nats]\nport = 5\n\n[server]\nport = 2\n',
  );
  expect(editConfig('', port('2'))).toBe('[server]\nport = 2\n');
});

test('a setting that is taken back leaves its comments, and one that is nowhere changes nothing', () => {
  const takeBack = [{ section: 'server', name: 'port', value: undefined }];
  expect(editConfig('[server]\n# port\n#port = 8380\nport = 1\n  2\nhost = ::1\n', takeBack)).toBe(
    '[server]\n# port\n#port = 8380\nhost = ::1\n',
  );
  expect(editConfig('[nats]\nport = 5\n', takeBack)).toBe('[nats]\nport = 5\n');
  expect(editConfig('[server]\nhost = ::1\n', takeBack)).toBe('[server]\nhost = ::1\n');
});

test('a text that is found wanting is not written', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'acoustid-edit-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'acoustid.conf');
  await writeConfigEdits(file, port('9000'));
  const refuse = writeConfigEdits(file, port('many'), (fresh) => {
    resolveConfig({ file: fresh });
  });
  await expect(refuse).rejects.toThrow('must be a whole number');
  expect(resolveConfig({ file }).settings['server.port']).toBe(9000);
  expect(readdirSync(folder)).toEqual(['acoustid.conf']);
});

test('a value of two lines could be two settings, and is refused', () => {
  expect(() => editConfig('', port('1\nhost = 0.0.0.0'))).toThrow('more than one line');
});

test('what is written into the example reads as it was meant', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'acoustid-edit-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'config', 'acoustid.conf');
  const example = readFileSync(new URL('../../resources/default.conf', import.meta.url), 'utf8');
  await writeConfigEdits(file, []);
  await writeConfigEdits(file, [
    ...port('9000'),
    { section: 'server', name: 'host', value: '0.0.0.0' },
  ]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const edited = editConfig(example, port('9001'));
  expect(edited.split('\n').length).toBe(example.split('\n').length + 1);
  expect(resolveConfig({ file }).settings).toMatchObject({
    'server.port': 9000,
    'server.host': '0.0.0.0',
  });
});
