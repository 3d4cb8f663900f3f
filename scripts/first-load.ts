import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** What a browser may have to fetch of JavaScript before the chunk of any page, with gzip. */
export const FIRST_LOAD_BYTES_MAX = 300_000;

/** Scripts that index.html names itself, and those it has fetched along because they import them. */
const SCRIPT = /<(?:script|link)\b[^>]*\b(?:src|href)="(?<address>\/[^"]+\.js)"/g;

/** Bytes of JavaScript of the first load, with gzip. `pages` is a folder that Vite has built. */
export function firstLoadBytes(pages: string): number {
  const html = readFileSync(join(pages, 'index.html'), 'utf8');
  const files = [...html.matchAll(SCRIPT)].map(({ groups }) =>
    join(pages, groups?.['address'] ?? ''),
  );
  // Not even one would be a page without scripts, which ours is not: the markup has changed.
  if (files.length === 0) throw new Error('index.html names no scripts');
  return files.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0);
}
