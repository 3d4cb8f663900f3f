import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** What a run came to; `skipped` names each test, so that none is skipped silently. */
export interface Closing {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly string[];
}

/** The line CI reads: `N passed, N failed`, with the skipped ones counted where there are any. */
export function closingLine({ failed, passed, skipped }: Closing): string {
  const tail = skipped.length > 0 ? `, ${skipped.length} skipped` : '';
  return `${passed} passed, ${failed} failed${tail}`;
}

/**
 * Ends a test run with its closing line, alone on the last line; or, run by `npm test`, hands the
 * numbers over in the file that CLOSING_FILE names, to be added to those of the other checks.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const skipped: string[] = [];
    let passed = 0;
    // A file that does not load and an error outside any test are failures without a test's name.
    let failed = unhandled.length;
    for (const module of modules) {
      if (module.errors().length > 0) failed += 1;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed += 1;
        else if (state === 'failed') failed += 1;
        else skipped.push(`${module.relativeModuleId} > ${test.fullName}`);
      }
    }
    const closing = { passed, failed, skipped };
    const file = process.env['CLOSING_FILE'];
    if (file !== undefined) {
      writeFileSync(file, JSON.stringify(closing));
      return;
    }
    // After the default reporter's own summary, which other listeners print in this same turn.
    process.on('exit', () => {
      for (const name of skipped) process.stdout.write(`skipped: ${name}\n`);
      process.stdout.write(`${closingLine(closing)}\n`);
    });
  }
}
