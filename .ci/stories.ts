import type { Closing } from './closing-line.ts';

/** As much of Playwright's JSON report as is counted. */
export interface StoryReport {
  readonly suites?: readonly StorySuite[];
  readonly errors?: readonly unknown[];
}

interface StorySuite {
  readonly title: string;
  readonly suites?: readonly StorySuite[];
  readonly specs?: readonly {
    readonly title: string;
    readonly tests: readonly {
      readonly status: 'expected' | 'unexpected' | 'flaky' | 'skipped';
    }[];
  }[];
}

/** Counts a report of stories as the other tests are counted; a story that needed luck has failed. */
export function closingOfStories({ errors = [], suites = [] }: StoryReport): Closing {
  const skipped: string[] = [];
  let passed = 0;
  let failed = errors.length;
  const count = (suite: StorySuite, place: string): void => {
    for (const { tests, title } of suite.specs ?? []) {
      for (const { status } of tests) {
        if (status === 'expected') passed += 1;
        else if (status === 'skipped') skipped.push(`${place} > ${title}`);
        else failed += 1;
      }
    }
    for (const inner of suite.suites ?? []) count(inner, `${place} > ${inner.title}`);
  };
  for (const suite of suites) count(suite, suite.title);
  return { passed, failed, skipped };
}
