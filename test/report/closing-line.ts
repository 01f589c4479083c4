import type { Reporter, TestModule } from 'vitest/node';

/**
 * Prints `N passed, N failed, N skipped` as the last line of a run, for people and for CI. Where
 * EXPECTED_SKIPS is set, another number of skipped tests fails the run: a test that silently stopped running
 * guards nothing.
 */
export class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    let passed = 0;
    let skipped = 0;
    // A file that could not be loaded, and an error outside any test, are failures that no test counts.
    let failed = unhandledErrors.length;
    for (const module of modules) {
      if (module.errors().length > 0) failed += 1;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed += 1;
        else if (state === 'failed') failed += 1;
        else skipped += 1;
      }
    }
    const expected = process.env['EXPECTED_SKIPS'];
    if (expected !== undefined && Number(expected) !== skipped) {
      process.stdout.write(`${skipped} tests were skipped, ${expected} were expected to be\n`);
      process.exitCode = 1;
    }
    process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  }
}
