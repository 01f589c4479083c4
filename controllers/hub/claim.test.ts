import { describe, expect, test } from 'vitest';
import type { IMember } from '#apis/hub/member.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';
import { judgeMember } from './claim.ts';

function report(clusterUID: string): IMemberReport {
  return {
    metadata: { name: 'report', namespace: 'member-zzzc' },
    spec: { clusterUID, clusterSetUID: 'set', agentVersion: '1', inventory: { sequence: 1, services: [] } },
  };
}

/** `<claimed UID> <status> <reason>` for a member with this claim, report and spec. */
function verdict(
  claimedUID: string | undefined,
  reporter: string | undefined,
  spec: IMember['spec'] = {},
): string {
  const member: IMember = {
    metadata: { name: 'zzzc' },
    spec,
    status: claimedUID === undefined ? {} : { claimedUID },
  };
  const by = reporter === undefined ? undefined : report(reporter);
  const { claimedUID: uid = 'nobody', condition } = judgeMember({ member, report: by, housed: true });
  return `${uid} ${condition.status} ${condition.reason}`;
}

describe('a cluster id belongs', () => {
  test.each([
    ['to nobody before a report', verdict(undefined, undefined), 'nobody False AwaitingReport'],
    ['to the first that reports', verdict(undefined, 'first'), 'first True Claimed'],
    [
      'to the first still when a second one reports (subctl#1046)',
      verdict('first', 'second'),
      'first False DuplicateClaim',
    ],
    ['to the first though its report is lost', verdict('first', undefined), 'first False AwaitingReport'],
    ['to the first again when its report is back', verdict('first', 'first'), 'first True Claimed'],
    [
      'to whom the admin lets take over',
      verdict('first', 'first', { takeover: 'second' }),
      'second False DuplicateClaim',
    ],
    [
      'to that one, once it reports',
      verdict('second', 'second', { takeover: 'second' }),
      'second True Claimed',
    ],
    [
      'to nobody once the claimant is removed',
      verdict('first', 'first', { removed: ['first'] }),
      'nobody False Removed',
    ],
    [
      'to nobody as long as only removed clusters report',
      verdict(undefined, 'first', { removed: ['first'] }),
      'nobody False Removed',
    ],
    [
      'to the next that reports after a removal',
      verdict(undefined, 'second', { removed: ['first'] }),
      'second True Claimed',
    ],
    [
      'to the claimant though a removed one reports',
      verdict('second', 'first', { removed: ['first'] }),
      'second False AwaitingReport',
    ],
    [
      'to whom the admin lets take over from a cluster that is removed, though that one’s report is still there',
      verdict('first', 'first', { removed: ['first'], takeover: 'second' }),
      'second False AwaitingReport',
    ],
    [
      'to no removed cluster by takeover',
      verdict('first', 'first', { removed: ['second'], takeover: 'second' }),
      'first True Claimed',
    ],
  ])('%s', (_name, got, expected) => {
    expect(got).toBe(expected);
  });

  test('a member without its namespace is told apart from one that is silent', () => {
    const member: IMember = { metadata: { name: 'zzzc' } };
    const { condition } = judgeMember({ member, report: undefined, housed: false });
    expect(condition.message).toContain('There is no namespace member-zzzc');
  });

  test('a duplicate claim names both clusters and what to do', () => {
    const member: IMember = { metadata: { name: 'zzzc' }, status: { claimedUID: 'first' } };
    const { condition } = judgeMember({ member, report: report('second'), housed: true });
    expect(condition.message).toMatch(
      /second.*first.*another id.*spec\.takeover.*first is gone.*spec\.removed/,
    );
  });
});
