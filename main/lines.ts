import { StringDecoder } from 'node:string_decoder';

/** A longer line is handed on in pieces, so that a child cannot fill the memory with one line. */
export const LINE_LENGTH_MAX = 16_384;

/** Calls `onLine` for every line a stream brings, without its end, and for a last unfinished one. */
export function forEachLine(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  // A character may be cut by the end of a chunk, which the decoder mends.
  const decoder = new StringDecoder('utf8');
  let open = '';
  stream.on('data', (chunk: Buffer) => {
    const parts = (open + decoder.write(chunk)).split('\n');
    open = parts.pop() ?? '';
    for (const part of parts) onLine(part.endsWith('\r') ? part.slice(0, -1) : part);
    while (open.length > LINE_LENGTH_MAX) {
      onLine(open.slice(0, LINE_LENGTH_MAX));
      open = open.slice(LINE_LENGTH_MAX);
    }
  });
  stream.on('end', () => {
    if (open !== '') onLine(open);
    open = '';
  });
  // A pipe breaks when its process is killed; the exit itself is reported elsewhere.
  stream.on('error', () => undefined);
}
