import ipaddr from 'ipaddr.js';
import type { IMember } from '#apis/hub/member.ts';
import type { IResourceQuota } from '#apis/kubernetes/resource-quota.ts';
import { ConfigError } from '#src/config/error.ts';
import { DEFAULT_LIMITS, LIMITED, type MemberLimits } from '#src/install/member-limits.ts';
import type { MemberAddOptions } from '../../hub-options.ts';

/** What the flags say of a member; undefined: nothing. */
export interface AskedMember {
  allowedNamespaces: string[] | undefined;
  addressRanges: string[] | undefined;
  /** `none`: there are to be none. */
  limits: Partial<MemberLimits> | 'none';
}

const NAMESPACE_RULE = /^([a-z0-9][-a-z0-9]*)?\*?$/;

/** Reads the flags of `hub member add`. Throws a ConfigError with one line for each mistake. */
export function askedMember(options: MemberAddOptions): AskedMember {
  const lines: string[] = [];
  const list = (
    flag: string,
    text: string | undefined,
    isGood: (item: string) => boolean,
    example: string,
  ) => {
    const items = text?.split(',').map((item) => item.trim());
    for (const item of items ?? []) {
      if (item === '' || !isGood(item))
        lines.push(`${flag}: ${JSON.stringify(item)} is none; use for example ${example}`);
    }
    return items;
  };
  const count = (flag: string, text: string | undefined) => {
    if (text === undefined) return undefined;
    if (!/^[1-9]\d{0,6}$/.test(text))
      lines.push(`${flag}=${JSON.stringify(text)}: is not a number from 1 to 9999999`);
    return Number(text);
  };
  const isRange = (item: string) => ipaddr.isValidCIDR(item);
  const isRule = (item: string) => NAMESPACE_RULE.test(item);
  const services = count('--max-services', options.maxServices);
  const slices = count('--max-slices', options.maxSlices);
  const asked: AskedMember = {
    allowedNamespaces: list('--allowed-namespaces', options.allowedNamespaces, isRule, 'prod,team-*'),
    addressRanges: list('--address-ranges', options.addressRanges, isRange, '10.1.0.0/16,fd00:1::/48'),
    limits: options.limits
      ? { ...(services !== undefined && { services }), ...(slices !== undefined && { slices }) }
      : 'none',
  };
  if (!options.limits && (services ?? slices) !== undefined) {
    lines.push('--no-limits goes with neither --max-services nor --max-slices');
  }
  if (lines.length > 0) throw new ConfigError(lines);
  return asked;
}

/** The spec that the Member is to have: what is not asked for stays as it is, statements of a person's included. */
export function memberSpec(asked: AskedMember, there: IMember | undefined): NonNullable<IMember['spec']> {
  const { allowedNamespaces = there?.spec?.allowedNamespaces, addressRanges = there?.spec?.addressRanges } =
    asked;
  return { ...(allowedNamespaces && { allowedNamespaces }), ...(addressRanges && { addressRanges }) };
}

/** The limits that the member is to have; undefined: none. */
export function limitsOf(
  { limits }: AskedMember,
  there: IResourceQuota | undefined,
): MemberLimits | undefined {
  if (limits === 'none') return undefined;
  const hard = there?.spec?.hard ?? {};
  const known = (name: keyof MemberLimits) =>
    limits[name] ?? quantity(hard[LIMITED[name]]) ?? DEFAULT_LIMITS[name];
  return { services: known('services'), slices: known('slices') };
}

/** An API server writes thousands as `5k`. */
function quantity(text: string | undefined): number | undefined {
  const match = /^(\d+)([kM]?)$/.exec(text ?? '');
  if (match === null) return undefined;
  return (
    Number(match[1]) * { '': 1, k: 1_000, M: 1_000_000 }[match[2] === 'k' ? 'k' : match[2] === 'M' ? 'M' : '']
  );
}
