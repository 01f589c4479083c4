import { describe, expect, test } from 'vitest';
import type { IClusterSet } from '#apis/hub/cluster-set.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';
import { memberThatIs, reportOf } from '#test/builders/members.ts';
import { isUnreachable, sequenceOf, stalenessPolicy, turnOf } from './reachability.ts';

describe('the policy of a set', () => {
  const set = (staleness: object | undefined) => ({
    metadata: { name: 'clusterset' },
    spec: { ...(staleness && { staleness }) } as IClusterSet['spec'] & object,
  });

  test('that states none gives five minutes, keeps headless endpoints and withdraws the others', () => {
    const plain = { grace: 300_000, headless: 'Keep', clusterSetIP: 'Withdraw' };
    for (const staleness of [undefined, {}]) expect(stalenessPolicy(set(staleness))).toEqual(plain);
  });

  test('is what it says', () => {
    const staleness = { graceSeconds: 60, headless: 'Withdraw', clusterSetIP: 'Keep' };
    expect(stalenessPolicy(set(staleness))).toEqual({
      grace: 60_000,
      headless: 'Withdraw',
      clusterSetIP: 'Keep',
    });
    expect(stalenessPolicy(set({ graceSeconds: 0 })).grace).toBe(0);
  });

  test.each([-1, 1.5, '60', null])(
    'with a grace time of %j, which no schema lets pass, is the default',
    (graceSeconds) => {
      expect(stalenessPolicy(set({ graceSeconds, headless: 'withdraw' }))).toMatchObject({
        grace: 300_000,
        headless: 'Keep',
      });
    },
  );
});

describe('a member', () => {
  test.each([
    ['unknown to the hub', undefined, undefined, false],
    ['that was never judged', { metadata: { name: 'zzzc' } }, undefined, false],
    ['that is reachable', memberThatIs('zzzc', 'True', 7), 7, false],
    ['that is silent together with many', memberThatIs('zzzc', 'Unknown', 7), 7, false],
    ['that is unreachable', memberThatIs('zzzc', 'False', 7), 7, true],
    [
      'that is unreachable and has no report, which is no sign of life',
      memberThatIs('zzzc', 'False', 7),
      undefined,
      true,
    ],
    ['whose report is older, as on a restored hub', memberThatIs('zzzc', 'False', 7), 6, true],
    ['that has reported since', memberThatIs('zzzc', 'False', 7), 8, false],
    ['of which somebody has taken the sequence away', memberThatIs('zzzc', 'False'), 7, false],
  ])('%s', (_what, member, reported, unreachable) => {
    const sign = reported === undefined ? undefined : { uid: 'kube-system-zzzc', sequence: reported };
    expect(isUnreachable(member, sign)).toBe(unreachable);
  });

  test('is not alive by another cluster’s report, unless the id is nobody’s', () => {
    const member = memberThatIs('zzzc', 'False', 7);
    expect(isUnreachable(member, { uid: 'kube-system-anew', sequence: 8 })).toBe(true);
    const { claimedUID: _, ...status } = member.status ?? {};
    expect(isUnreachable({ ...member, status }, { uid: 'kube-system-anew', sequence: 8 })).toBe(false);
  });

  test('turns with whose the id is', () => {
    const before = memberThatIs('zzzc', 'False', 7);
    const after = { ...before, status: { ...before.status, claimedUID: 'kube-system-anew' } };
    const old = reportOf('zzzc', 7);
    const report = {
      ...old,
      spec: { ...old.spec, clusterUID: 'kube-system-anew', inventory: { sequence: 8, services: [] } },
    };
    expect(turnOf({ member: before, report: old }, { member: before, report })).toBeUndefined();
    expect(turnOf({ member: before, report }, { member: after, report })).toBe('up');
    expect(turnOf({ member: after, report: old }, { member: after, report })).toBe('up');
  });

  test('turns with what is said of it and with what it says', () => {
    const [up, down] = [memberThatIs('zzzc', 'True', 7), memberThatIs('zzzc', 'False', 7)];
    const [old, newer] = [reportOf('zzzc', 7), reportOf('zzzc', 8)];
    const turned = (a: [typeof up, IMemberReport], b: [typeof up, IMemberReport]) =>
      turnOf({ member: a[0], report: a[1] }, { member: b[0], report: b[1] });
    expect(turned([up, old], [down, old])).toBe('down');
    expect(turned([down, old], [down, newer])).toBe('up');
    expect(turned([down, old], [up, old])).toBe('up');
    expect(turned([up, old], [up, newer])).toBeUndefined();
    expect(turned([up, newer], [down, newer])).toBeUndefined();
  });

  test('that wrote a report without a sequence has said nothing', () => {
    const report = reportOf('zzzc', 7);
    const malformed = { ...report, spec: { ...report.spec, inventory: {} } } as unknown as IMemberReport;
    expect([sequenceOf(report), sequenceOf(malformed), sequenceOf(undefined)]).toEqual([
      7,
      undefined,
      undefined,
    ]);
  });
});
