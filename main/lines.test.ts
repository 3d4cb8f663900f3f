import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { forEachLine, LINE_LENGTH_MAX } from './lines.ts';

async function linesOf(chunks: readonly (string | Buffer)[]): Promise<readonly string[]> {
  const stream = new PassThrough();
  const lines: string[] = [];
  forEachLine(stream, (line) => lines.push(line));
  for (const chunk of chunks) stream.write(chunk);
  const ended = new Promise<void>((resolve) => {
    stream.on('end', resolve);
  });
  stream.end();
  await ended;
  return lines;
}

test('lines come without their ends, however the stream is cut', async () => {
  expect(await linesOf(['one\ntw', 'o\r\n', '\nthree\n'])).toEqual(['one', 'two', '', 'three']);
});

test('a last line without an end is a line', async () => {
  expect(await linesOf(['one\ntwo'])).toEqual(['one', 'two']);
});

test('a character that is cut by the end of a chunk is mended', async () => {
  const bytes = Buffer.from('Björk\n');
  expect(await linesOf([bytes.subarray(0, 3), bytes.subarray(3)])).toEqual(['Björk']);
});

test('a line without end is handed on in pieces instead of being kept', async () => {
  const lines = await linesOf(['x'.repeat(LINE_LENGTH_MAX * 2 + 5)]);
  expect(lines.map((line) => line.length)).toEqual([LINE_LENGTH_MAX, LINE_LENGTH_MAX, 5]);
});
