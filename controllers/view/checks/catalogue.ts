import { AGENT_CHECKS } from './catalogue/agent.ts';
import { CLUSTER_CHECKS } from './catalogue/cluster.ts';
import { DNS_CHECKS } from './catalogue/dns.ts';
import { EXPORT_CHECKS } from './catalogue/exports.ts';
import { IMPORT_CHECKS } from './catalogue/imports.ts';
import { MEMBERSHIP_CHECKS } from './catalogue/membership.ts';

/** Something that can be wrong, under an id that never means anything else. */
export interface Check {
  /** `TB001`. A number is never used again for another thing. */
  id: string;
  /** What is true where all is well. */
  title: string;
  /** A warning may be meant so; an error is not. */
  severity: 'error' | 'warning';
  /** What to do, in one line; shown where it failed. */
  hint: string;
  /** Why it can fail. */
  cause: string;
  /** A command that shows it. */
  see: string;
  /** How to mend it. */
  mend: string;
  /** It can hold before anything is installed: `check --pre` looks at it, too. */
  pre?: true;
  /** Who looks at it. */
  by: readonly ('check' | 'trace')[];
}

/** Checks about one thing, in the order in which they are made. */
export interface Category {
  name: string;
  checks: readonly Check[];
}

/** All that `tombolo check`, `trace` and `explain` know. */
export const CATALOGUE: readonly Category[] = [
  { name: 'cluster', checks: CLUSTER_CHECKS },
  { name: 'agent', checks: AGENT_CHECKS },
  { name: 'membership', checks: MEMBERSHIP_CHECKS },
  { name: 'exports', checks: EXPORT_CHECKS },
  { name: 'imports', checks: IMPORT_CHECKS },
  { name: 'dns', checks: DNS_CHECKS },
];

/** The check of this id, however it is typed: `tb1`, `TB001`. */
export function findCheck(id: string): (Check & { category: string }) | undefined {
  const number = /^tb0*(\d+)$/i.exec(id)?.[1];
  if (number === undefined) return undefined;
  const wanted = `TB${number.padStart(3, '0')}`;
  for (const { name, checks } of CATALOGUE) {
    const found = checks.find((check) => check.id === wanted);
    if (found !== undefined) return { ...found, category: name };
  }
  return undefined;
}

/** The check of an id of ours. Throws for one that is not in the catalogue. */
export function checkOf(id: string): Check & { category: string } {
  const found = findCheck(id);
  if (found === undefined) throw new TypeError(`${id} is not in the catalogue`);
  return found;
}

/** What `tombolo explain` prints. */
export function describeCheck({
  id,
  title,
  category,
  severity,
  cause,
  see,
  mend,
}: ReturnType<typeof checkOf>): string {
  return [
    `${id} (${category}, ${severity}): ${title}`,
    '',
    `Why it fails:  ${cause}`,
    `How to see it: ${see}`,
    `How to mend it: ${mend}`,
    '',
  ].join('\n');
}
