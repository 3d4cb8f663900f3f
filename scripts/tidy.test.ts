import { expect, test } from 'vitest';
import { findBreaches } from './tidy.ts';

function breachesOf(path: string, text: string, sizeBytes = text.length): string[] {
  return findBreaches([{ path, text, sizeBytes }]);
}

test('a file that keeps the rules has no breach', () => {
  expect(breachesOf('server/lookup/search.ts', 'export const a = 1; // TODO(#5): more\n')).toEqual(
    [],
  );
});

test.each([
  ['server/utils/x.ts', '', 'named for what they hold'],
  ['server/track-manager.ts', '', 'named for what they hold'],
  ['server/trackQueries.ts', '', 'kebab-case'],
  ['server/x.ts', 'a \n', 'without white space'],
  ['server/x.ts', ['const a = "', 'work', 'main";\n'].join('/'), 'no path of one machine'],
  ['server/x.ts', '// TODO: later\n', 'names its issue'],
  ['server/x.test.ts', 'test.only(1)\n', 'no test runs alone'],
  ['migrations/app/0001-a.up.sql', 'select 1;\n', 'way down'],
  ['package.json', '  "pg": "^8.0.0"\n', 'versions are exact'],
  ['docs/a.md', 'no title\n', 'begins with its title'],
  ['docs/a.md', '# A\n[b](nowhere.md)\n', 'lead somewhere'],
])('%s with %j breaks a rule', (path, text, rule) => {
  expect(breachesOf(path, text).join('\n')).toContain(rule);
});

test('a large file belongs elsewhere', () => {
  expect(breachesOf('docs/big.bin', '', 600_000)).toHaveLength(1);
});
