import { expect, test } from 'vitest';
import type { Verdict } from './reachability.ts';
import { reachableCondition } from './reachable-condition.ts';

const since = Date.UTC(2026, 0, 1, 12, 0, 0, 700);
const DEFAULT = { grace: 300_000, headless: 'Keep', clusterSetIP: 'Withdraw' } as const;

function said(verdict: Verdict, policy: Partial<typeof DEFAULT> | object = {}): string {
  const condition = reachableCondition(verdict, { since, policy: { ...DEFAULT, ...policy } });
  return condition
    ? `${condition.type}=${condition.status}/${condition.reason}: ${condition.message}`
    : 'nothing';
}

test('what stands stays where the verdict is the same', () => {
  expect(said({ is: 'same' })).toBe('nothing');
});

test('a member that is heard of is reachable', () => {
  expect(said({ is: 'alive' })).toBe("Reachable=True/LeaseRenewed: The member's agent renews its Lease.");
});

test.each([
  [{}, 'its endpoints of services with a clusterset IP are withdrawn, those of headless services are kept.'],
  [
    { headless: 'Withdraw' },
    'its endpoints of services with a clusterset IP and headless services are withdrawn.',
  ],
  [
    { headless: 'Withdraw', clusterSetIP: 'Keep' },
    'its endpoints of headless services are withdrawn, those of services with a clusterset IP are kept.',
  ],
  [{ clusterSetIP: 'Keep' }, 'its endpoints are kept.'],
])('an unreachable one is told since when and what follows, by policy %j', (policy, words) => {
  expect(said({ is: 'dead' }, policy)).toBe(
    "Reachable=False/LeaseNotRenewed: The member's agent has not renewed its Lease since 2026-01-01T12:00:00Z. " +
      `By the policy of the set ${words}`,
  );
});

test('one of many that are silent is told who else is, and that nothing follows', () => {
  expect(said({ is: 'held', together: ['shbt', 'zzzc'], of: 3 })).toBe(
    "Reachable=Unknown/ManySilent: The member's agent has not renewed its Lease since 2026-01-01T12:00:00Z. " +
      'Nothing is withdrawn: shbt and zzzc fell silent together, 2 of 3 members, so that the hub or its network is ' +
      'the likelier cause.',
  );
});

test('with a grace time of 0 nobody is judged any more', () => {
  expect(said({ is: 'lifted' })).toMatch(/^Reachable=Unknown\/NotJudged: /);
});
