import type { Reporter, TestModule } from 'vitest/node';

/**
 * Prints `N passed, N failed, N skipped` alone on the run's last line, which is what CI reads,
 * and names every skipped test above it so that none is skipped silently.
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
        const state = test.result().state;
        if (state === 'passed') passed += 1;
        else if (state === 'failed') failed += 1;
        else skipped.push(`${module.relativeModuleId} > ${test.fullName}`);
      }
    }
    const names = skipped.map((name) => `skipped: ${name}\n`).join('');
    const tail = skipped.length > 0 ? `, ${skipped.length} skipped` : '';
    // After the default reporter's own summary, which other listeners print in this same turn.
    process.on('exit', () => {
      process.stdout.write(`${names}${passed} passed, ${failed} failed${tail}\n`);
    });
  }
}
