import type { Mutant } from './report.ts';

/** Changes that no test can find, because they change nothing that anybody could see, and why. */
interface Explained {
  file: string;
  /** A part of the lines that are changed. */
  in: string;
  /** Of which kind, in the tester's words. */
  mutator: string;
  /** What the change makes of it, where only some changes of that kind are meant. */
  became?: string;
  why: string;
}

const conflict = (file: string) => `controllers/conflict/${file}.ts`;
const endpoints = (file: string) => `controllers/endpoints/${file}.ts`;

const EXPLAINED: readonly Explained[] = [
  {
    file: conflict('namespace-rules'),
    in: 'member?.metadata.name',
    mutator: 'OptionalChaining',
    why: 'the line is reached only with a list of allowed namespaces, which only a member has',
  },
  {
    file: conflict('ports'),
    in: 'merged.some((other) => !other.port.name)',
    mutator: 'MethodExpression',
    why: 'a port without a name is the only merged one: some and every of one are the same',
  },
  {
    file: conflict('precedence'),
    in: 'return a < b ? -1 : 1',
    mutator: 'EqualityOperator',
    became: 'a <= b',
    why: 'equal ones were answered in the line before',
  },
  {
    file: conflict('metadata'),
    in: '(a < b ? -1 : 1)',
    mutator: 'EqualityOperator',
    became: 'a <= b',
    why: 'a map has no key twice',
  },
  {
    file: conflict('metadata'),
    in: '(a.key < b.key ? -1 : 1)',
    mutator: 'EqualityOperator',
    became: 'a.key <= b.key',
    why: 'a map has no key twice',
  },
  {
    file: conflict('messages'),
    in: 'const whose = decidedBy ?',
    mutator: 'ConditionalExpression',
    became: 'true',
    why: 'where a family is out of reach, somebody has decided on the families',
  },
  {
    file: conflict('messages'),
    in: 'const whose = decidedBy ?',
    mutator: 'StringLiteral',
    became: '"Stryker was here!"',
    why: 'where a family is out of reach, somebody has decided on the families',
  },
  {
    file: conflict('messages'),
    in: '${oldest ?',
    mutator: 'ConditionalExpression',
    became: 'true',
    why: 'ports differ only where somebody exports',
  },
  {
    file: conflict('messages'),
    in: '${oldest ?',
    mutator: 'StringLiteral',
    became: '"Stryker was here!"',
    why: 'ports differ only where somebody exports',
  },
  {
    file: conflict('messages'),
    in: "clusters.at(-1) ?? ''",
    mutator: 'StringLiteral',
    became: '"Stryker was here!"',
    why: 'every value was said by a cluster',
  },
  {
    file: conflict('properties'),
    in: '?.clientIP?.timeoutSeconds',
    mutator: 'OptionalChaining',
    why: 'settings of an admitted record always have a clientIP',
  },
  {
    file: conflict('properties'),
    in: "trafficDistribution ?? ''",
    mutator: 'StringLiteral',
    became: '"Stryker was here!"',
    why: 'it is compared with itself and with real distributions: any other word does as well',
  },
  {
    file: conflict('record'),
    in: 'const RFC3339',
    mutator: 'Regex',
    became: '/^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?(Z|[+-]\\d{2}:\\d{2})/',
    why: 'Date.parse takes no time that has something behind it',
  },
  {
    file: endpoints('record'),
    in: 'endpoint.addresses[0] ??',
    mutator: 'StringLiteral',
    why: 'an admitted endpoint has an address',
  },
  {
    file: endpoints('record'),
    in: 'b !== undefined',
    mutator: 'ConditionalExpression',
    became: 'true',
    why: 'lists of another length were told apart before',
  },
  {
    file: endpoints('fingerprint'),
    in: 'if (targetRef || hints || endpoint.deprecatedTopology)',
    mutator: 'ConditionalExpression',
    became: 'true',
    why: 'fields that are unset then stand in every endpoint alike; leaving them out only saves time',
  },
];

/** Why a mutant may live; undefined: nobody has said. */
export function reasonFor(mutant: Mutant): string | undefined {
  return EXPLAINED.find(
    (one) =>
      mutant.file === one.file &&
      mutant.mutator === one.mutator &&
      mutant.context.includes(one.in) &&
      (one.became === undefined || mutant.became === one.became),
  )?.why;
}
