import { CATALOGUE, type Category, type Check } from './catalogue.ts';
import { AGENT_JUDGES } from './judges/agent.ts';
import { CLUSTER_JUDGES } from './judges/cluster.ts';
import { DNS_JUDGES } from './judges/dns.ts';
import { EXPORT_JUDGES } from './judges/exports.ts';
import { IMPORT_JUDGES } from './judges/imports.ts';
import { MEMBERSHIP_JUDGES } from './judges/membership.ts';
import { type CheckInput, type Judge, NO_HUB } from './look.ts';

/** How each check of the catalogue that `tombolo check` makes is judged. */
export const JUDGES: Readonly<Record<string, Judge>> = {
  ...CLUSTER_JUDGES,
  ...AGENT_JUDGES,
  ...MEMBERSHIP_JUDGES,
  ...EXPORT_JUDGES,
  ...IMPORT_JUDGES,
  ...DNS_JUDGES,
};

/** One check of one cluster, as `linkerd check -o json` has it, with the context beside. */
export interface CheckResult {
  id: string;
  context: string;
  description: string;
  /** Only where it is not well. */
  hint?: string;
  /** What was found, or why it cannot be told. */
  error?: string;
  result: 'success' | 'warning' | 'error' | 'skipped';
}

export interface CheckReport {
  /** No check has the result `error`. */
  success: boolean;
  categories: { categoryName: string; checks: CheckResult[] }[];
}

/**
 * Makes every check on every cluster. What cannot be told is a warning of a check that is there to find an error, and
 * is skipped where its cluster does not answer at all, or where it is about a hub that nobody named.
 */
export function runChecks(inputs: readonly CheckInput[], { pre }: { pre: boolean }): CheckReport {
  const categories = CATALOGUE.map(({ name, checks }) => ({
    categoryName: name,
    checks: inputs.flatMap((input) => made(checks, pre).map((check) => resultOf(check, input))),
  })).filter(({ checks }) => checks.length > 0);
  const success = categories.every(({ checks }) => checks.every(({ result }) => result !== 'error'));
  return { success, categories };
}

/** The right to install matters to who is about to do it. */
function made(checks: Category['checks'], pre: boolean): Check[] {
  return checks.filter(({ id, by, ...check }) => by.includes('check') && (pre ? check.pre : id !== 'TB006'));
}

function resultOf(check: Check, input: CheckInput): CheckResult {
  const { id, title: description, hint, severity } = check;
  const { context, version } = input.member;
  const at = { id, context, description };
  const verdict = JUDGES[id]?.(input) ?? { is: 'unknown' as const, why: 'nobody looks at it' };
  if (verdict.is === 'well') return { ...at, result: 'success' };
  if (verdict.is === 'wrong') return { ...at, hint, error: verdict.lines.join('; '), result: severity };
  const isAsked = !('why' in version) && verdict.why !== NO_HUB;
  const result = isAsked && severity === 'error' ? 'warning' : 'skipped';
  return { ...at, error: verdict.why, result };
}
