/** Compares an answer with what a recorded HTTP case expects. */
import type { CaseResponse } from './case-request.ts';
import { resolveFingerprints } from './case-rows.ts';
import type { ExpectedRows } from './case-rows.ts';

export interface Expectation {
  readonly status: number;
  readonly content_type?: string;
  /** `null`: the header must not be there. */
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly json?: unknown;
  readonly text?: string;
  readonly text_contains?: readonly string[];
  /** Names of arrays without a defined order. */
  readonly unordered?: readonly string[];
  /** Paths in `json` whose values vary; `$` is all of it. */
  readonly ignore?: readonly string[];
  readonly rows?: readonly ExpectedRows[];
}

/** Recorded scores are the shortest decimals of 32-bit floats. */
const NUMBER_TOLERANCE = 1e-6;

/** The ways in which the answer is not the expected one, one line each. */
export function compareResponse(expected: Expectation, actual: CaseResponse): string[] {
  const found: string[] = [];
  const note = (what: string, want: unknown, got: unknown): void => {
    found.push(`${what}: expected ${JSON.stringify(want)}, got ${JSON.stringify(got)}`);
  };
  if (actual.status !== expected.status) note('status', expected.status, actual.status);
  const contentType = actual.headers['content-type'];
  if (expected.content_type !== undefined && contentType !== expected.content_type) {
    note('content type', expected.content_type, contentType);
  }
  for (const [name, want] of Object.entries(expected.headers ?? {})) {
    const got = actual.headers[name.toLowerCase()] ?? null;
    if (got !== want) note(`header ${name}`, want, got);
  }
  const text = actual.body.toString();
  if (expected.text !== undefined && text !== expected.text) note('body', expected.text, text);
  for (const part of expected.text_contains ?? []) {
    if (!text.includes(part)) note('body', `… ${part} …`, text);
  }
  if (expected.json !== undefined && !expected.ignore?.includes('$')) {
    found.push(...compareData(expected.json, parse(text), expected));
  }
  return found;
}

/** The ways in which the rows of a table are not the expected ones. */
export function compareRows(
  expected: ExpectedRows,
  actual: readonly object[],
  ids: ComparedIds,
): string[] {
  const known = new Set(actual.flatMap((row) => Object.keys(row)));
  const wanted = expected.rows.map((row) =>
    Object.fromEntries(
      Object.entries(row)
        .filter(([column]) => actual.length === 0 || known.has(column))
        .map(([column, value]) => [column, resolveFingerprints(value)]),
    ),
  );
  const found = compareData(
    ids.expected.rank(expected.table, wanted),
    ids.actual.rank(expected.table, actual),
    {},
  );
  return found.map((line) => `table ${expected.table}${line}`);
}

/** The ids met so far in one case, on each side. */
export interface ComparedIds {
  readonly expected: IdRanks;
  readonly actual: IdRanks;
}

/**
 * Numbers tracks and fingerprints by first appearance: sequences may leave gaps, so only which
 * rows belong together is compared.
 */
export class IdRanks {
  readonly #ranks = new Map<string, number>();

  rank(table: string, rows: readonly object[]): object[] {
    return rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([column, value]) => {
          const noun = column === 'id' ? table : column.replace(/_id$/, '');
          const isRanked = noun === 'track' || noun === 'fingerprint';
          return [
            column,
            isRanked && typeof value === 'number' ? this.#rankOf(noun, value) : value,
          ];
        }),
      ),
    );
  }

  #rankOf(noun: string, id: number): number {
    const key = `${noun} ${id}`;
    const rank = this.#ranks.get(key) ?? this.#ranks.size + 1;
    this.#ranks.set(key, rank);
    return rank;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { unparsable: text };
  }
}

function compareData(
  expected: unknown,
  actual: unknown,
  options: Pick<Expectation, 'unordered' | 'ignore'>,
): string[] {
  const unordered = new Set(options.unordered);
  const found: string[] = [];
  const ignored = (options.ignore ?? []).map(pathPattern);
  differences(
    sortLists(expected, '', unordered),
    sortLists(actual, '', unordered),
    '',
    (path, want, got) => {
      if (ignored.some((pattern) => pattern.test(path))) return;
      found.push(`${path}: expected ${JSON.stringify(want)}, got ${JSON.stringify(got)}`);
    },
  );
  return found;
}

/** `a[*].b` covers `.a[0].b` and everything below it. */
function pathPattern(path: string): RegExp {
  const escaped = path.replaceAll(/[.[\]]/g, '\\$&').replaceAll('*', '\\d+');
  return new RegExp(`^\\.${escaped}(?:$|[.[])`);
}

function sortLists(value: unknown, name: string, unordered: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) {
    const list = value.map((each) => sortLists(each, '', unordered));
    if (!unordered.has(name)) return list;
    return list.toSorted((a, b) => (sortKeyOf(a) < sortKeyOf(b) ? -1 : 1));
  }
  if (!isObject(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sortLists(value[key], key, unordered)]));
}

/** By id where there is one, so that things that differ elsewhere still meet. */
function sortKeyOf(value: unknown): string {
  return `${isObject(value) ? String(value['id']) : ''} ${JSON.stringify(value)}`;
}

type Report = (path: string, expected: unknown, actual: unknown) => void;

function differences(expected: unknown, actual: unknown, path: string, report: Report): void {
  if (Array.isArray(expected) && Array.isArray(actual)) {
    if (expected.length !== actual.length) report(path, expected, actual);
    else expected.forEach((each, at) => differences(each, actual[at], `${path}[${at}]`, report));
  } else if (isObject(expected) && isObject(actual)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      differences(expected[key], actual[key], `${path}.${key}`, report);
    }
  } else if (typeof expected === 'number' && typeof actual === 'number') {
    if (Math.abs(expected - actual) > NUMBER_TOLERANCE) report(path, expected, actual);
  } else if (expected !== actual) {
    report(path, expected, actual);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
