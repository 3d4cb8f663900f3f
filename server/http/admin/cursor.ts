import type { z } from 'zod';
import { AdminError } from './admin-error.ts';

/** Where the next page begins: the sort keys of the last row, opaque to whoever passes it on. */
export function writeCursor(keys: unknown): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url');
}

/** The keys of a cursor, or `undefined` for the first page. Refuses one that is not ours. */
export function readCursor<T>(schema: z.ZodType<T>, cursor: string | undefined): T | undefined {
  if (cursor === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch (cause) {
    throw new AdminError('bad_request', 'cursor: not one of ours', { cause });
  }
}

/**
 * A page from one row more than it may hold: the surplus row says that there is another page.
 * `keysOf` gives the sort keys of a row.
 */
export function toPage<T>(
  rows: readonly T[],
  limit: number,
  keysOf: (row: T) => unknown,
): { rows: T[]; next: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return { rows: shown, next: hasMore ? writeCursor(keysOf(last)) : null };
}
