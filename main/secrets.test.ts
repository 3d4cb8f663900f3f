import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openSecrets, SECRET_NAMES, writeSecretFile } from './secrets.ts';

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'acoustid-secrets-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('every secret is made once, in a file that only its owner reads', async () => {
  const folder = join(makeFolder(), 'secrets');
  const secrets = await openSecrets(folder);
  expect(readdirSync(folder).toSorted()).toEqual(SECRET_NAMES.toSorted());
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  for (const name of SECRET_NAMES) {
    expect(statSync(secrets.fileOf(name)).mode & 0o777).toBe(0o600);
    expect(readFileSync(secrets.fileOf(name), 'utf8').trim()).toBe(secrets.valueOf(name));
  }
  const again = await openSecrets(folder);
  expect(SECRET_NAMES.map((name) => again.valueOf(name))).toEqual(
    SECRET_NAMES.map((name) => secrets.valueOf(name)),
  );
});

test('no two secrets are alike, and none can be guessed', async () => {
  const folder = makeFolder();
  const secrets = await openSecrets(folder);
  const values = SECRET_NAMES.map((name) => secrets.valueOf(name));
  expect(new Set(values).size).toBe(values.length);
  for (const value of values) expect(value).toMatch(/^[\w-]{43}$/);
});

test('an empty file, as a crash may leave it, is no secret', async () => {
  const folder = makeFolder();
  writeFileSync(join(folder, 'nats-token'), '');
  expect((await openSecrets(folder)).valueOf('nats-token')).not.toBe('');
});

test('the debris of an earlier attempt is in nobody’s way', async () => {
  const file = join(makeFolder(), 'x');
  writeFileSync(`${file}.new`, 'half');
  await writeSecretFile(file, 'whole');
  expect(readFileSync(file, 'utf8')).toBe('whole');
});
