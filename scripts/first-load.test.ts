import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { firstLoadBytes } from './first-load.ts';

let pages: string;

beforeEach(() => {
  pages = mkdtempSync(join(tmpdir(), 'acoustid-first-load-'));
  mkdirSync(join(pages, 'assets'));
});

afterEach(() => rmSync(pages, { recursive: true }));

function write(html: string, scripts: Readonly<Record<string, Buffer | string>>): void {
  writeFileSync(join(pages, 'index.html'), html);
  for (const [name, text] of Object.entries(scripts)) {
    writeFileSync(join(pages, 'assets', name), text);
  }
}

test('the entry and what it imports count, compressed; styles and chunks of pages do not', () => {
  const noise = randomBytes(5000);
  write(
    `<script type="module" crossorigin src="/assets/index.abc.js"></script>
     <link rel="modulepreload" crossorigin href="/assets/shared-abc.js">
     <link rel="stylesheet" crossorigin href="/assets/index.css">`,
    { 'index.abc.js': noise, 'shared-abc.js': 'x'.repeat(5000), 'page.js': randomBytes(5000) },
  );
  const bytes = firstLoadBytes(pages);
  expect(bytes).toBeGreaterThan(5000);
  expect(bytes).toBeLessThan(5300);
});

test('a page without scripts is not taken for a light one', () => {
  write('<p>Hello</p>', {});
  expect(() => firstLoadBytes(pages)).toThrow('no scripts');
});
