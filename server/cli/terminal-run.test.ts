import { expect, test } from 'vitest';
import { ProgressLine } from './terminal-run.ts';

function lineOn(terminal: { isTTY: boolean }): {
  written: string[];
  line: ProgressLine;
  at: { ms: number };
} {
  const written: string[] = [];
  const at = { ms: 0 };
  const line = new ProgressLine(
    { ...terminal, columns: 200, write: (text) => written.push(text) },
    () => at.ms,
  );
  return { written, line, at };
}

test('a terminal is shown share, rate, time left and what is worked on, in one line', () => {
  const { at, line, written } = lineOn({ isTTY: true });
  line.show({ done: 0, total: 2000, unit: 'rows', current: 'app' });
  at.ms = 1000;
  line.show({ done: 500, total: 2000, unit: 'rows', current: 'app' });
  expect(written).toEqual([
    '\r\u001B[K0 % of 2,000 rows: app',
    '\r\u001B[K25 % of 2,000 rows, 500/s, 3 s left: app',
  ]);
});

test('elsewhere a line is written every ten seconds, and each log line', () => {
  const { at, line, written } = lineOn({ isTTY: false });
  for (at.ms = 0; at.ms <= 20_000; at.ms += 1000) line.show({ done: at.ms, unit: 'bytes' });
  line.log('done');
  expect(written).toEqual(['10,000 bytes, 1,000/s\n', '20,000 bytes, 1,000/s\n', 'done\n']);
});
