import { PythonFloat } from './python-float.ts';

/** What a handler may answer with: JSON's values, and floats that must print as floats. */
export type Answer =
  | null
  | boolean
  | number
  | bigint
  | string
  | PythonFloat
  | readonly Answer[]
  | { readonly [key: string]: Answer };

// Everything outside printable ASCII, plus the two characters JSON must escape.
// oxlint-disable-next-line no-control-regex
const ESCAPED = /["\\\u0000-\u001f\u007f-\uffff]/g;

// oxlint-disable-next-line no-control-regex
const NEEDS_ESCAPE = /["\\\u0000-\u001f\u007f-\uffff]/;

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/**
 * Writes a value as Python's `json.dumps(value, sort_keys=True)` does, which is what clients of
 * the public API have always received: separators `, ` and `: `, keys in code point order, all
 * but ASCII escaped (api-v2.md section 3).
 */
export function writePythonJson(value: Answer): string {
  if (value === null) return 'null';
  if (value instanceof PythonFloat) return value.toString();
  if (typeof value === 'string') return writeString(value);
  if (typeof value !== 'object') return String(value);
  if (isList(value)) return `[${value.map(writePythonJson).join(', ')}]`;
  let members = '';
  for (const [key, member] of sortedEntries(value)) {
    members += `${members === '' ? '' : ', '}${writeString(key)}: ${writePythonJson(member)}`;
  }
  return `{${members}}`;
}

/** The members of an object in code point order of their keys, as every format prints them. */
export function sortedEntries(value: { readonly [key: string]: Answer }): [string, Answer][] {
  // Our keys are ASCII, where code unit order, which is sort's own, is code point order.
  const keys = Object.keys(value).sort();
  return keys.map((key) => [key, value[key] ?? null]);
}

/** Narrows an answer to a list; `Array.isArray` does not narrow readonly arrays. */
export function isList(value: Answer): value is readonly Answer[] {
  return Array.isArray(value);
}

function writeString(text: string): string {
  if (!NEEDS_ESCAPE.test(text)) return `"${text}"`;
  const escaped = text.replace(
    ESCAPED,
    (unit) => SHORT_ESCAPES[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `"${escaped}"`;
}
