import type { Reporter, TestCase, TestModule } from 'vitest/node';
import type { FaultResult } from './report.ts';

/** Collects what the tests of faults found, and tells each when it is over. */
export class FaultReporter implements Reporter {
  readonly results: FaultResult[] = [];
  /** Files and errors that no test counts. */
  readonly broken: string[] = [];
  readonly #say: (line: string) => void;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  onTestCaseResult(test: TestCase): void {
    const { state, errors = [] } = test.result();
    const { fault } = test.meta();
    if (state === 'skipped') return;
    const seconds = ((test.diagnostic()?.duration ?? 0) / 1_000).toFixed(1);
    this.#say(`${state === 'passed' ? 'ok    ' : 'FAILED'} ${test.name} (${seconds} s)`);
    for (const { stack, message } of errors) this.#say(`  ${stack ?? message}`);
    if (fault !== undefined) this.results.push({ found: fault, passed: state === 'passed' });
    else if (state !== 'passed') this.broken.push(test.fullName);
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly { message: string }[]): void {
    this.broken.push(...unhandled.map(({ message }) => message));
    for (const module of modules) {
      this.broken.push(...module.errors().map(({ message }) => `${module.moduleId}: ${message}`));
    }
  }
}
