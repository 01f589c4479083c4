import { VERSION } from '#src/config/version.ts';
import type { Stack } from '#test/clusters/addresses.ts';
import { duration, Progress } from '#test/clusters/progress.ts';
import { givenSet } from './measured/given.ts';
import { kubernetesVersion, type MeasuredSet } from './measured/set.ts';
import { startedSet } from './measured/started.ts';
import { type Options, parseOptions, USAGE } from './options.ts';
import { readReport, writeReport } from './report/files.ts';
import { type Report, withRun } from './report/report.ts';
import { type Outcome, runAll } from './run.ts';
import type { Spec } from './spec.ts';
import { CHAPTERS } from './specs/all.ts';
import { Suite } from './suite.ts';

const USUAL_RUN_MS = 180_000;

async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined) return 0;
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n\n${USAGE}`);
    return 2;
  }
  const specs = CHAPTERS.flatMap((chapter) => chapter.specs).filter(({ id }) =>
    id.startsWith(options.only ?? ''),
  );
  if (specs.length === 0) throw new Error(`--only ${options.only}: no spec has such an id`);
  // Ctrl-C at any moment: the clusters' workspace ends all that runs in it before the signal ends this process.
  const progress = new Progress();
  const before = readReport(options.report);
  const set = await openSet(options, progress);
  try {
    return await measure(set, specs, options, before, progress);
  } finally {
    await set.stop();
  }
}

async function measure(
  set: MeasuredSet,
  specs: readonly Spec[],
  options: Options,
  before: Report | undefined,
  progress: Progress,
): Promise<number> {
  const run = Math.random().toString(36).slice(2, 7);
  const suite = await progress.during('start a client in every member', {}, () => Suite.start(set, run));
  const outcomes = await tryAll(specs, suite, progress).finally(() => suite.end());
  if (options.only === undefined) {
    const versions = await Promise.all(set.members.map(({ cluster }) => kubernetesVersion(cluster.client)));
    const report = withRun(before, CHAPTERS, {
      stack: stackOf(suite),
      members: set.members.length,
      kubernetes: [...new Set(versions)],
      version: VERSION,
      outcomes,
    });
    writeReport(options.report, report);
    progress.note(`  written: ${options.report}/README.md and report.yaml`);
  }
  process.stdout.write(`${closingLine(outcomes)}\n`);
  const decisive = specs.filter(({ level }) => options.strict || level === 'required').map(({ id }) => id);
  return outcomes.some(({ id, state }) => state === 'failed' && decisive.includes(id)) ? 1 : 0;
}

function tryAll(specs: readonly Spec[], suite: Suite, progress: Progress): Promise<Outcome[]> {
  return progress.during(`try ${specs.length} specs`, { usualMs: USUAL_RUN_MS }, (step) => {
    let done = 0;
    return runAll(specs, suite, (outcome) => {
      progress.note(lineOf(outcome));
      step.update(`${++done} of ${specs.length}`);
    });
  });
}

function openSet({ set }: Options, progress: Progress): Promise<MeasuredSet> {
  return 'start' in set
    ? startedSet(set.start.stack, set.start.members, progress)
    : givenSet(set.use.kubeconfig, set.use.contexts, set.use.image);
}

/** A string: what is wrong with the command line. */
function readOptions(): Options | string | undefined {
  try {
    const options = parseOptions(process.argv.slice(2));
    if (options === undefined) process.stdout.write(USAGE);
    return options;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function stackOf({ families }: Suite): Stack {
  if (families.length > 1) return 'dual';
  return families[0] === 'IPv6' ? 'ipv6' : 'ipv4';
}

function lineOf(outcome: Outcome): string {
  switch (outcome.state) {
    case 'passed':
      return `  ✓ ${outcome.id} (${duration(outcome.ms)})`;
    case 'failed':
      return `  ✗ ${outcome.id} (${duration(outcome.ms)})\n      ${outcome.why.replaceAll('\n', '\n      ')}`;
    case 'skipped':
      return `  – ${outcome.id}: ${outcome.why}`;
  }
}

function closingLine(outcomes: readonly Outcome[]): string {
  const count = (state: Outcome['state']) => outcomes.filter((outcome) => outcome.state === state).length;
  return `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`;
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`the conformance suite failed: ${error instanceof Error ? error.message : error}\n`);
  return 1;
});
