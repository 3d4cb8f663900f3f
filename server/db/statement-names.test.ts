import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const SERVER = fileURLToPath(new URL('..', import.meta.url));

/** A named statement: its name, and right after it the text. */
const NAMED = /\bname: '(?<name>[\w-]+)',\s+text:/g;

test('no two statements have one name, which a connection would refuse the second time', () => {
  const places = new Map<string, string[]>();
  for (const file of globSync('**/*.ts', { cwd: SERVER })) {
    for (const { groups } of readFileSync(`${SERVER}/${file}`, 'utf8').matchAll(NAMED)) {
      const name = groups?.['name'] ?? '';
      places.set(name, [...(places.get(name) ?? []), file]);
    }
  }
  expect(places.size).toBeGreaterThan(20);
  expect([...places].filter(([, files]) => files.length > 1)).toEqual([]);
});
