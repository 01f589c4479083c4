import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

/** What vitest's JSON reporter tells, as far as it is read here. */
const Report = z.object({
  numPassedTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

/** How a run of some test files ended. */
export interface SuiteResult {
  passed: number;
  /** Full names of the tests that failed, and files that could not be run at all. */
  failed: string[];
}

/** Runs test files in a tree, of the projects unit and integration. Rejects where vitest itself gives no report. */
export async function runSuite(folder: string, files: readonly string[]): Promise<SuiteResult> {
  const out = mkdtempSync(join(tmpdir(), 'tombolo-mutants-report-'));
  try {
    const report = join(out, 'report.json');
    const args = [
      '--project',
      'unit',
      '--project',
      'integration',
      '--reporter=json',
      `--outputFile=${report}`,
    ];
    await ended(folder, ['run', ...args, ...files]);
    const { numPassedTests, testResults } = Report.parse(JSON.parse(readFileSync(report, 'utf8')));
    const failed = testResults.flatMap(({ name, status, assertionResults }) => {
      const tests = assertionResults.filter((test) => test.status === 'failed').map((test) => test.fullName);
      const file = name.slice(folder.length + 1);
      return status === 'failed' && tests.length === 0 ? [`${file} as a whole`] : tests;
    });
    return { passed: numPassedTests, failed };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function ended(folder: string, args: readonly string[]): Promise<void> {
  const vitest = join(folder, 'node_modules/vitest/vitest.mjs');
  const child = spawn(process.execPath, [vitest, ...args], { cwd: folder, stdio: 'ignore' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    // It ends with 1 where a test fails, which is the point.
    child.once('close', () => resolve());
  });
}
