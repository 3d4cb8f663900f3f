import { DomainError } from '../errors.ts';

/**
 * The parameters of one request as upstream reads them (api-v2.md sections 2 and 4): query string
 * first, then form; the first value of a name wins; lists join both in that order.
 */
export class Parameters {
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(pairs: Iterable<readonly [string, string]>) {
    const values = new Map<string, string[]>();
    for (const [name, value] of pairs) {
      const list = values.get(name);
      if (list) list.push(value);
      else values.set(name, [value]);
    }
    this.#values = values;
  }

  get(name: string): string | undefined {
    return this.#values.get(name)?.[0];
  }

  getAll(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** The value of a name that must be there and not be empty; throws `missing_parameter`. */
  require(name: string): string {
    const value = this.get(name);
    if (value === undefined || value === '') {
      throw new DomainError('missing_parameter', { parameter: name });
    }
    return value;
  }

  /** The first value of a name that is an integer; values that are none count as absent. */
  getInteger(name: string): number | undefined {
    for (const text of this.getAll(name)) {
      const value = readInteger(text);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  getIntegers(name: string): number[] {
    return this.getAll(name).flatMap((text) => readInteger(text) ?? []);
  }

  names(): IterableIterator<string> {
    return this.#values.keys();
  }
}

const DIGIT = /\p{Nd}/u;
const INTEGER = /^\s*(?<sign>[+-]?)(?<digits>\p{Nd}+(?:_\p{Nd}+)*)\s*$/u;
/** No parameter means anything beyond this many digits, and parsing them would cost time. */
const INTEGER_DIGITS_MAX = 4300;

/**
 * Reads an integer as Python's `int()` does: white space around, a sign, single underscores
 * between digits, any Unicode decimal digits. `undefined` for anything else. Beyond 2⁵³ the result
 * is only near, which no caller can tell from "out of range".
 */
export function readInteger(text: string): number | undefined {
  if (text.length > INTEGER_DIGITS_MAX) return undefined;
  const groups = INTEGER.exec(text)?.groups;
  if (!groups) return undefined;
  const value = Number(asciiDigits(groups['digits'] ?? ''));
  return groups['sign'] === '-' ? -value : value;
}

/** Unicode decimal digits as `0` to `9`, underscores left out. */
function asciiDigits(digits: string): string {
  let ascii = '';
  for (const character of digits) if (character !== '_') ascii += decimalValueOf(character);
  return ascii;
}

// The one block whose runs of ten touch each other (mathematical digits).
const TOUCHING_RUNS = { first: 0x1d7ce, last: 0x1d7ff };

/** The value of a Unicode decimal digit: digits come in runs of ten, counted back from its zero. */
function decimalValueOf(digit: string): number {
  const point = digit.codePointAt(0) ?? 0;
  if (point >= TOUCHING_RUNS.first && point <= TOUCHING_RUNS.last) {
    return (point - TOUCHING_RUNS.first) % 10;
  }
  let value = 0;
  while (value < 9 && DIGIT.test(String.fromCodePoint(point - value - 1))) value += 1;
  return value;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isUuid(text: string): boolean {
  return UUID.test(text) && !text.endsWith('\n');
}

/** Checks a UUID parameter; throws `invalid_uuid` naming it. */
export function requireUuid(parameter: string, text: string): string {
  if (!isUuid(text)) throw new DomainError('invalid_uuid', { parameter });
  return text;
}

const FOREIGN_ID = /^[0-9a-z]+:[^\n]+$/;
/** The index that keeps foreign ids unique holds about 2,700 bytes a row. */
const FOREIGN_ID_BYTES_MAX = 2000;

/** Checks a foreign id (`vendor:id`); throws `invalid_foreignid` naming the parameter. */
export function requireForeignId(parameter: string, text: string): string {
  if (!FOREIGN_ID.test(text) || Buffer.byteLength(text) > FOREIGN_ID_BYTES_MAX) {
    throw new DomainError('invalid_foreignid', { parameter });
  }
  return text;
}

/**
 * One member of a batch: its number, `undefined` for the names without a suffix. A bigint where a
 * number would be rounded, for the answer repeats it.
 */
export type BatchIndex = number | bigint | undefined;

const SUFFIX = /^\p{Nd}+$/u;

/**
 * The batch indexes that parameters of these names ask for, unsuffixed first, then ascending.
 * Digits are read as a number, so `fingerprint.007` asks for 7.
 */
export function batchIndexes(parameters: Parameters, names: readonly string[]): BatchIndex[] {
  const indexes = new Set<number | bigint>();
  let plain = false;
  for (const parameter of parameters.names()) {
    for (const name of names) {
      if (parameter === name) plain = true;
      else if (parameter.startsWith(`${name}.`)) {
        const index = readSuffix(parameter.slice(name.length + 1));
        if (index !== undefined) indexes.add(index);
      }
    }
  }
  const ascending = [...indexes].sort((a, b) => (a < b ? -1 : 1));
  return plain ? [undefined, ...ascending] : ascending;
}

/** Digits of any script, as many as Python reads; anything else is no batch suffix. */
function readSuffix(suffix: string): number | bigint | undefined {
  if (suffix.length > INTEGER_DIGITS_MAX || !SUFFIX.test(suffix)) return undefined;
  const exact = BigInt(asciiDigits(suffix));
  return exact <= Number.MAX_SAFE_INTEGER ? Number(exact) : exact;
}

/** The full name of a parameter in a batch: `duration.1`, or `duration` without a suffix. */
export function suffixed(name: string, index: BatchIndex): string {
  return index === undefined ? name : `${name}.${index}`;
}
