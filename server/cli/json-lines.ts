/**
 * JSON lines from one stream to another: one value per line in, one per line out, in order, in
 * memory that does not grow with the input. A line that fails gives its error and the rest goes on.
 */
import { pipeline } from 'node:stream/promises';

/** Longer lines are refused one by one; a fingerprint of an hour in JSON has a third of a megabyte. */
export const LINE_LENGTH_MAX_BYTES = 4 * 1024 * 1024;

const LINE_FEED = 0x0a;

/** The line is longer than LINE_LENGTH_MAX_BYTES. */
class LineTooLongError extends Error {
  override readonly name = 'LineTooLongError';
}

/** The line is no JSON value. */
class InvalidJsonError extends Error {
  override readonly name = 'InvalidJsonError';
}

/** The value is not of the shape the command takes. */
export class InvalidInputError extends Error {
  override readonly name = 'InvalidInputError';
}

export interface JsonLines {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly convert: (value: unknown) => unknown;
  /** Whether an error is the line's own fault; all others are bugs and end the run. */
  readonly isExpected: (error: Error) => boolean;
}

/** Converts line by line until the input ends or nobody reads the output any more. */
export async function convertJsonLines(lines: JsonLines): Promise<void> {
  const answers = async function* (chunks: AsyncIterable<Buffer | string>): AsyncGenerator<string> {
    for await (const line of splitLines(chunks)) yield `${JSON.stringify(answer(line, lines))}\n`;
  };
  try {
    await pipeline(lines.input, answers, lines.output, { end: false });
  } catch (error) {
    // As in `… | head`: who reads has enough, which is no failure of ours.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error;
  }
}

function answer(line: string | LineTooLongError, lines: JsonLines): unknown {
  try {
    if (line instanceof LineTooLongError) throw line;
    return lines.convert(parse(line));
  } catch (error) {
    if (!(error instanceof Error && (isOurs(error) || lines.isExpected(error)))) throw error;
    return { error: error.name };
  }
}

function isOurs(error: Error): boolean {
  return (
    error instanceof LineTooLongError ||
    error instanceof InvalidJsonError ||
    error instanceof InvalidInputError
  );
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new InvalidJsonError('not a JSON value', { cause: error });
  }
}

/** Yields each line without its end, or an error in place of one that is too long. */
async function* splitLines(
  chunks: AsyncIterable<Buffer | string>,
): AsyncGenerator<string | LineTooLongError> {
  let parts: Buffer[] = [];
  let length = 0;
  const take = (): string | LineTooLongError => {
    const line =
      length > LINE_LENGTH_MAX_BYTES
        ? new LineTooLongError('the line is too long')
        : Buffer.concat(parts).toString('utf8');
    parts = [];
    length = 0;
    return line;
  };
  const keep = (part: Buffer): void => {
    length += part.length;
    // What is too long already is counted and dropped, not collected.
    if (length > LINE_LENGTH_MAX_BYTES) parts = [];
    else parts.push(part);
  };
  for await (const chunk of chunks) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    let start = 0;
    for (
      let end = bytes.indexOf(LINE_FEED, start);
      end !== -1;
      end = bytes.indexOf(LINE_FEED, start)
    ) {
      keep(bytes.subarray(start, end));
      start = end + 1;
      yield take();
    }
    if (start < bytes.length) keep(bytes.subarray(start));
  }
  if (length > 0) yield take();
}
