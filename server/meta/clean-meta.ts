import type { SubmittedMeta } from '../submission/submission.ts';

/** Track and disc numbers beyond this are taken for a mistake and dropped. */
const POSITION_MAX = 10_000;
/** Bounds of the integer columns. */
const INTEGER = { min: -2_147_483_648, max: 2_147_483_647 };

/**
 * Cleans metadata by upstream's rules (behaviours.md section 5): runs of white space and NUL
 * become one space, track and disc numbers over 10,000 go. Numbers that no column can hold go
 * too; upstream accepts them and then fails at every import.
 */
export function cleanMeta(meta: SubmittedMeta): SubmittedMeta {
  const clean: Record<string, string | number> = {};
  for (const [key, value] of Object.entries(meta)) {
    const kept = typeof value === 'string' ? cleanText(value) : cleanNumber(key, value);
    if (kept !== undefined) clean[key] = kept;
  }
  return clean;
}

/** Lone surrogates cannot be stored as UTF-8; they become the replacement character. */
function cleanText(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.toWellFormed().replace(/[\s\u0000]+/g, ' ');
}

function cleanNumber(key: string, value: number): number | undefined {
  if (value < INTEGER.min || value > INTEGER.max) return undefined;
  const isPosition = key === 'track_no' || key === 'disc_no';
  return isPosition && value > POSITION_MAX ? undefined : value;
}
