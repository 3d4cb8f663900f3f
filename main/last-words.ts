/** Lines that end a crash report of Node and say nothing of its cause. */
const NOISE = /^\s*$|^Node\.js v|^\s+at |^\s*[{}]+[;,]?\s*$|^\s*(code|url|errno|syscall): /;
const CAUSE = /error|fatal|panic|cannot|could not/i;

/**
 * The line of a log that most likely says why its process ended: the last that speaks of an error,
 * else the last that says anything; `undefined` for an empty log.
 */
export function lastWordsOf(lines: readonly string[]): string | undefined {
  const speaking = lines.filter((line) => !NOISE.test(line)).map(messageInside);
  return (speaking.findLast((line) => CAUSE.test(line)) ?? speaking.at(-1))?.trim();
}

/** The message of a JSON log line; other lines as they are. */
function messageInside(line: string): string {
  if (!line.startsWith('{"')) return line;
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== 'object' || entry === null || !('msg' in entry)) return line;
    const { msg } = entry;
    const error = 'err' in entry && entry.err;
    const detail =
      typeof error === 'object' && error !== null && 'message' in error ? error.message : undefined;
    return typeof detail !== 'string' ? String(msg) : `${String(msg)}: ${detail}`;
  } catch {
    // It only looked like JSON.
    return line;
  }
}
