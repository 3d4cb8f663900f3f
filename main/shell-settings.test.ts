import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ShellSettingsFile } from './shell-settings.ts';

function makeFile(text?: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'acoustid-shell-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'shell.json');
  if (text !== undefined) writeFileSync(file, text);
  return file;
}

test('at first everything is as it comes', () => {
  expect(new ShellSettingsFile(makeFile()).get()).toEqual({
    onClose: 'ask',
    keepAwake: false,
    notify: true,
  });
});

test('what is changed is there at the next start, and half a file never is', () => {
  const file = makeFile();
  const window = { x: 1, y: 2, width: 1100, height: 800, isMaximized: true };
  new ShellSettingsFile(file).change({ onClose: 'keep', window });
  expect(new ShellSettingsFile(file).get()).toMatchObject({
    onClose: 'keep',
    window,
    notify: true,
  });
  expect(readdirSync(join(file, '..'))).toEqual(['shell.json']);
});

test.each(['', '{', '[]', '{"onClose":"explode"}', '{"window":{"x":"left"}}'])(
  'a file that says %s is no reason not to start',
  (text) => {
    expect(new ShellSettingsFile(makeFile(text)).get().onClose).toBe('ask');
  },
);
