import { describe, expect, it } from 'vitest';
import { ConfigError } from '#src/config/error.ts';
import { DEFAULT_LIMITS, LIMITED, memberLimits } from '#src/install/member-limits.ts';
import type { MemberAddOptions } from '../../hub-options.ts';
import { isLoopback } from './address.ts';
import { isCounted } from './limits.ts';
import { askedMember, limitsOf, memberSpec } from './member-spec.ts';

const given = (more: Partial<MemberAddOptions> = {}) =>
  askedMember({ requestTimeout: '15s', limits: true, ...more });

function mistakes(more: Partial<MemberAddOptions>): readonly string[] {
  try {
    given(more);
  } catch (error) {
    if (error instanceof ConfigError) return error.lines;
    throw error;
  }
  return [];
}

describe('what is asked of a member', () => {
  it('is what the flags say, and else what is there', () => {
    const there = { metadata: { name: 'zzzc' }, spec: { allowedNamespaces: ['a'], removed: ['u'] } };
    expect(memberSpec(given(), there)).toEqual({ allowedNamespaces: ['a'] });
    const asked = given({ allowedNamespaces: 'prod, team-*', addressRanges: 'fd00::/8' });
    expect(memberSpec(asked, there)).toEqual({
      allowedNamespaces: ['prod', 'team-*'],
      addressRanges: ['fd00::/8'],
    });
    expect(memberSpec(given(), undefined)).toEqual({});
  });

  it.each<[Partial<MemberAddOptions>, RegExp]>([
    [{ allowedNamespaces: '' }, /^--allowed-namespaces: "" is none; use for example prod,team-\*$/],
    [{ allowedNamespaces: 'a.b' }, /^--allowed-namespaces: "a.b"/],
    [{ addressRanges: '10.0.0.0/33' }, /^--address-ranges: "10.0.0.0\/33"/],
    [{ maxServices: '0' }, /^--max-services="0"/],
    [{ maxSlices: '1e3' }, /^--max-slices="1e3"/],
    [{ maxSlices: '1', limits: false }, /^--no-limits goes with neither/],
  ])('%j is refused', (more, said) => expect(mistakes(more)).toEqual([expect.stringMatching(said)]));

  it('as limits is what the flags say, what is there in any spelling, and else the defaults', () => {
    expect(limitsOf(given(), undefined)).toEqual(DEFAULT_LIMITS);
    const there = {
      metadata: { name: 'q' },
      spec: { hard: { [LIMITED.services]: '7k', [LIMITED.slices]: '9' } },
    };
    expect(limitsOf(given({ maxSlices: '3' }), there)).toEqual({ services: 7_000, slices: 3 });
    expect(limitsOf(given({ limits: false }), there)).toBeUndefined();
  });
});

describe('limits', () => {
  it('are counted when there is a number for each', () => {
    const quota = memberLimits('zzzc');
    expect(isCounted(quota)).toBe(false);
    const hard = { [LIMITED.services]: '1', [LIMITED.slices]: '1' };
    expect(isCounted({ ...quota, status: { hard, used: { [LIMITED.services]: '0' } } })).toBe(false);
    expect(isCounted({ ...quota, status: { hard, used: hard } })).toBe(true);
  });
});

it.each([
  ['https://127.0.0.1:6443', true],
  ['https://127.8.8.8', true],
  ['https://[::1]:6443', true],
  ['https://localhost:6443', true],
  ['https://hub.localhost', true],
  ['https://0.0.0.0:6443', true],
  ['https://10.0.0.1:6443', false],
  ['https://localhost.example.com', false],
])('%s is this machine’s own: %s', (url, own) => expect(isLoopback(url)).toBe(own));
