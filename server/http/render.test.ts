import type { Response } from 'express';
import { describe, expect, test } from 'vitest';
import { unitCases } from '../../e2e/harness/unit-cases.ts';
import type { DomainError } from '../errors.ts';
import { Parameters } from './params.ts';
import { PythonFloat } from './python-float.ts';
import type { Answer } from './python-json.ts';
import { readFormat, render } from './render.ts';
import type { Format } from './render.ts';

interface Sent {
  status: number;
  contentType: string;
  body: string;
}

/** The part of Express's response that rendering uses. */
function capture(): { response: Response; sent: Sent } {
  const sent: Sent = { status: 0, contentType: '', body: '' };
  const response = {
    status: (status: number) => {
      sent.status = status;
    },
    setHeader: (_name: string, value: string) => {
      sent.contentType = value;
    },
    end: (body: string) => {
      sent.body = body;
    },
  };
  return { response: response as unknown as Response, sent };
}

function formatOf(name: string): Format {
  const [kind, callback = ''] = name.split(':');
  return readFormat(
    new Parameters([
      ['format', kind ?? ''],
      ['jsoncallback', callback],
    ]),
  );
}

/** The case file is JSON, where 1.0 is 1: the one case about floats says which they are. */
function withFloats(answer: Record<string, Answer>, notes: string | undefined): typeof answer {
  if (notes !== 'Python float formatting') return answer;
  return Object.fromEntries(
    Object.entries(answer).map(([key, value]) => [
      key,
      typeof value === 'number' ? new PythonFloat(value) : value,
    ]),
  );
}

type Expected = { content_type: string; body: string } | { $error: string };

describe('recorded answers of upstream', () => {
  const cases = unitCases<[Record<string, Answer>, string], Expected>('serialize').flatMap((each) =>
    // A list inside a list has no name in XML; no answer of ours holds one.
    'body' in each.expect ? [{ ...each, expect: each.expect }] : [],
  );
  test.each(cases)('$args', ({ args: [answer, format], expect: expected, notes }) => {
    const { response, sent } = capture();
    render(response, formatOf(format), 200, withFloats(answer, notes));
    expect(sent).toEqual({ status: 200, contentType: expected.content_type, body: expected.body });
  });
});

test.each(unitCases<[string], string>('jsonp_callback'))(
  'the callback asked for as $args is $expect',
  ({ args: [asked], expect: used }) => {
    const format = readFormat(
      new Parameters([
        ['format', 'jsonp'],
        ['jsoncallback', asked],
      ]),
    );
    // Upstream accepts one final newline; we do not (section 21).
    const callback = asked.endsWith('\n') ? 'jsonAcoustidApi' : used;
    expect(format).toEqual({ kind: 'jsonp', callback });
  },
);

test('an unknown format is refused by its name', () => {
  for (const format of ['JSON', '', 'yaml']) {
    expect(() => readFormat(new Parameters([['format', format]]))).toThrow(
      expect.objectContaining({ kind: 'unknown_format', details: { format } }) as DomainError,
    );
  }
});

test('floats print as Python prints them', () => {
  const floats: [number, string][] = [
    [1, '1.0'],
    [0, '0.0'],
    [0.9753086, '0.9753086'],
    [183.456, '183.456'],
    [1e-7, '1e-07'],
    [0.00012, '0.00012'],
    [0.000012, '1.2e-05'],
    [1e16, '1e+16'],
    [123456789012345680, '1.2345678901234568e+17'],
  ];
  for (const [value, text] of floats) expect(new PythonFloat(value).toString()).toBe(text);
});
