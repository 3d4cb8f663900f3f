import { readFileSync } from 'node:fs';

/** One recorded call of an upstream function (data/cases/README.md, "unit-cases.json"). */
export interface UnitCase<Args extends readonly unknown[] = readonly unknown[], Expect = unknown> {
  readonly fn: string;
  readonly args: Args;
  readonly expect: Expect;
  readonly notes?: string;
}

const FILE = new URL('../../../shared/data/cases/unit.json', import.meta.url);

/** The recorded calls of one function; throws when there are none, for a test without cases tests nothing. */
export function unitCases<Args extends readonly unknown[], Expect>(
  fn: string,
): readonly UnitCase<Args, Expect>[] {
  const all = JSON.parse(readFileSync(FILE, 'utf8')) as UnitCase<Args, Expect>[];
  const cases = all.filter((each) => each.fn === fn);
  if (cases.length === 0) throw new Error(`there are no recorded cases of ${fn}`);
  return cases;
}
