import { expect, test } from 'vitest';
import { unitCases } from '../../e2e/harness/unit-cases.ts';
import { metaCanonicalJson, metaGid } from './meta-gid.ts';
import type { MetaIdentity } from './meta-gid.ts';

const gids = unitCases<[MetaIdentity], string>('meta_gid');
test.each(gids)(
  'the gid of $args is $expect, as upstream',
  ({ args: [meta], expect: expected }) => {
    expect(metaGid(meta)).toBe(expected);
  },
);

const texts = unitCases<[MetaIdentity], string>('meta_canonical_json');
test.each(texts)('$args is written as upstream writes it', ({ args: [meta], expect: expected }) => {
  expect(metaCanonicalJson(meta)).toBe(expected);
});

test('control characters, slashes and line separators are escaped as in Python', () => {
  const track = '\b\f\n\r\t\u0000\u001f\u007f/\\\u2028\u{1f600}';
  expect(metaCanonicalJson({ track })).toBe(
    '{"track":"\\b\\f\\n\\r\\t\\u0000\\u001f\u007f/\\\\\u2028\u{1f600}"}',
  );
});
