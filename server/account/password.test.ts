import { expect, test } from 'vitest';
import { hashPassword, verifyPassword } from './password.ts';

test('a password is good for its own hash and for no other', async () => {
  const hash = await hashPassword('correct horse');
  expect(hash).toMatch(/^scrypt\$131072\$8\$1\$[\w+/]{22}==\$[\w+/]{43}=$/);
  expect(await verifyPassword('correct horse', hash)).toBe(true);
  expect(await verifyPassword('correct horsf', hash)).toBe(false);
  expect(await hashPassword('correct horse')).not.toBe(hash);
});

test('letters count, not the way they are encoded', async () => {
  const hash = await hashPassword('Zürich-Straße');
  expect(await verifyPassword('Zürich-Straße'.normalize('NFD'), hash)).toBe(true);
});

test('a hash made with other parameters stays good', async () => {
  const hash =
    'scrypt$1024$8$1$BwcHBwcHBwcHBwcHBwcHBw==$16kO6x98TCFnGQF1PFr8dieD2I0OPCKVPjl4Rj5wfF8=';
  expect(await verifyPassword('anything', hash)).toBe(true);
  expect(await verifyPassword('anything else', hash)).toBe(false);
});

test.each([undefined, '', 'md5$abc', 'scrypt$1$2'])(
  'nothing is good for the hash %s',
  async (hash) => {
    expect(await verifyPassword('', hash)).toBe(false);
  },
);
