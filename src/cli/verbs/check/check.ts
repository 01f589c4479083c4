import { type CheckReport, type CheckResult, runChecks } from '#controllers/view/checks/run.ts';
import { VERSION } from '#src/config/version.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import type { CheckOptions } from '../../check-options.ts';
import { openTargets, type Targets } from '../../clusters/targets.ts';
import { Exit } from '../../exit.ts';
import { renderDocument } from '../../output/document.ts';
import { print } from '../../output/print.ts';
import { lookAtHub } from './hub-look.ts';
import { lookAtMember } from './member-look.ts';

/**
 * Prints what is or may go wrong. Throws an Exit(1) where a check failed, an Exit(3) where a cluster did not answer at
 * all; warnings end it well.
 */
export async function check(options: CheckOptions, program: string): Promise<void> {
  const targets = openTargets(options, systemClock());
  try {
    const report = await checkAll(targets, options);
    await print(
      options.output === 'json' ? await renderDocument(report, 'json') : shown(report, options, program),
    );
    if (!report.success) throw new Exit(isSilent(report) ? 3 : 1);
  } finally {
    await targets.close();
  }
}

/** The first check of all is that the API server answers. */
function isSilent({ categories }: CheckReport): boolean {
  return categories.some(({ checks }) =>
    checks.some(({ id, result }) => id === 'TB001' && result === 'error'),
  );
}

/** Makes every check on every cluster that the flags name. */
export async function checkAll(
  { members, hub }: Targets,
  { pre, namespace, clustersetDomain: domain }: Pick<CheckOptions, 'pre' | 'namespace' | 'clustersetDomain'>,
): Promise<CheckReport> {
  const query = { name: undefined, allNamespaces: namespace === undefined, selector: undefined };
  const [seen, ...looks] = await Promise.all([
    lookAtHub(hub),
    ...members.map((target) => lookAtMember(target, query, pre === true)),
  ]);
  const now = Date.now();
  const inputs = looks.map((member) => ({ member, hub: seen, domain, version: VERSION, now }));
  return runChecks(inputs, { pre: pre === true });
}

const MARKS: Record<CheckResult['result'], string> = {
  success: 'ok     ',
  warning: 'WARNING',
  error: 'FAILED ',
  skipped: 'skipped',
};

function shown({ categories, success }: CheckReport, { output }: CheckOptions, program: string): string {
  const sections = categories.flatMap(({ categoryName, checks }) => {
    const isTold = ({ result }: CheckResult) => result === 'warning' || result === 'error';
    const told = output === 'short' ? checks.filter(isTold) : checks;
    return told.length === 0 ? [] : [`${categoryName}\n${told.map((one) => lines(one, program)).join('')}`];
  });
  return [...sections, success ? 'No check failed.\n' : 'Checks failed.\n'].join('\n');
}

function lines({ id, context, description, hint, error, result }: CheckResult, program: string): string {
  const head = `${MARKS[result]} ${id} ${context}: ${description}\n`;
  if (result === 'success') return head;
  const why = error === undefined ? '' : `          ${error.replaceAll(/\s+/g, ' ')}\n`;
  return head + why + (hint === undefined ? '' : `          ${hint}; see ${program} explain ${id}\n`);
}
