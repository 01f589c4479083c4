import { MemberCondition, ReachableReason } from '#apis/hub/conditions.ts';
import { type IMember, memberNamespace } from '#apis/hub/member.ts';
import { type IMemberReport, REPORT_NAME } from '#apis/hub/member-report.ts';
import type { Condition } from '#apis/meta.ts';

/** A Member of which the hub controller says this; `at` is the sequence that goes with a False. */
export function memberThatIs(cluster: string, status: Condition['status'], at?: number): IMember {
  const condition: Condition = {
    type: MemberCondition.Reachable,
    status,
    reason: status === 'True' ? ReachableReason.LeaseRenewed : ReachableReason.LeaseNotRenewed,
    message: '',
    lastTransitionTime: '2026-01-01T00:00:00Z',
  };
  return {
    metadata: { name: cluster },
    spec: {},
    status: {
      claimedUID: `kube-system-${cluster}`,
      conditions: [condition],
      ...(at !== undefined && { unreachableSequence: at }),
    },
  };
}

/** The report of a member, naming `<namespace>.<service>`. */
export function reportOf(cluster: string, sequence: number, ...services: string[]): IMemberReport {
  return {
    metadata: { name: REPORT_NAME, namespace: memberNamespace(cluster) },
    spec: {
      clusterUID: `kube-system-${cluster}`,
      clusterSetUID: 'set',
      agentVersion: '1',
      inventory: { sequence, services },
    },
  };
}
