import { CommandError } from './output.ts';

const ID_MAX = 2_147_483_647;
/** Rows a listing shows at once. */
const LIMIT_MAX = 1000;

/** Reads an id given on the command line; throws `CommandError`. */
export function readId(text: string): number {
  const id = Number(text);
  if (!/^\d+$/.test(text) || id < 1 || id > ID_MAX) {
    throw new CommandError(`"${text}" is not an id; ids are whole numbers from 1.`);
  }
  return id;
}

/** Reads how many rows are wanted; throws `CommandError`. */
export function readLimit(text: string): number {
  const limit = Number(text);
  if (!/^\d+$/.test(text) || limit < 1 || limit > LIMIT_MAX) {
    throw new CommandError(`"${text}" is no number from 1 to ${LIMIT_MAX}.`);
  }
  return limit;
}

/** Reads JSON given on the command line; throws `CommandError`. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new CommandError(`${text} is not JSON.`, { cause });
  }
}

/** Lays rows out under their headings, columns as wide as their widest cell. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, ...rows];
  const widths = headings.map((_heading, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
