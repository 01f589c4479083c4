import { MemberCondition, ReachableReason } from '#apis/hub/conditions.ts';
import { type IMember, removedUIDs } from '#apis/hub/member.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';
import { CREDENTIAL_EXPIRES_ANNOTATION, type ILease } from '#apis/kubernetes/lease.ts';
import { age, left } from '#src/cli/output/age.ts';
import type { Column } from '#src/cli/output/table.ts';
import { type Said, said } from './said.ts';

/** A member as the hub shows it. */
export interface MemberRow {
  name: string;
  claimed: Said;
  /** What the hub controller makes of the Lease; Unknown where it says nothing. */
  reachable: Said;
  /** When its agent last renewed its Lease, by the agent's own clock. Absent: it never did, or it may not be read. */
  reported?: string;
  /** When the token that its agent renews ends. */
  credentialExpires?: string;
  agentVersion?: string;
  /** How many Services its report names. Absent without a report. */
  exports?: number;
  /** kube-system UID of the cluster that has the id. */
  clusterUID?: string;
  /** The admin has stated that this cluster is gone for good. */
  removed: boolean;
  created: string | undefined;
}

/** The row of a member, of its Member and what lies in its namespace. */
export function memberRow(
  member: IMember,
  report: IMemberReport | undefined,
  lease: ILease | undefined,
): MemberRow {
  const { metadata, status } = member;
  const spec: Partial<IMemberReport['spec']> | undefined = report?.spec;
  const services: unknown = spec?.inventory?.services;
  const reported = lease?.spec?.renewTime;
  const expires = lease?.metadata.annotations?.[CREDENTIAL_EXPIRES_ANNOTATION];
  return {
    name: metadata.name,
    claimed: said(status?.conditions, MemberCondition.Claimed),
    reachable: said(status?.conditions, MemberCondition.Reachable),
    ...(reported !== undefined && { reported }),
    ...(expires !== undefined && { credentialExpires: expires }),
    ...(spec?.agentVersion !== undefined && { agentVersion: spec.agentVersion }),
    // A hostile member may have written another shape, where the CRD lets it.
    ...(Array.isArray(services) && { exports: services.length }),
    ...(status?.claimedUID !== undefined && { clusterUID: status.claimedUID }),
    removed: status?.claimedUID !== undefined && removedUIDs(member).includes(status.claimedUID),
    created: metadata.creationTimestamp,
  };
}

export const MEMBER_COLUMNS: readonly Column<MemberRow>[] = [
  { title: 'NAME', cell: ({ name }) => name },
  { title: 'CLAIMED', cell: ({ claimed }) => claimed.status },
  { title: 'REACHABLE', cell: ({ reachable }) => reachable.status },
  { title: 'REPORT', cell: ({ reported }, now) => age(reported, now) },
  { title: 'EXPORTS', cell: ({ exports = '' }) => String(exports) },
  { title: 'VERSION', cell: ({ agentVersion = '' }) => agentVersion },
  { title: 'AGE', cell: ({ created }, now) => age(created, now) },
  { title: 'CREDENTIAL', cell: ({ credentialExpires }, now) => left(credentialExpires, now), wide: true },
  { title: 'CLUSTER UID', cell: ({ clusterUID = '' }) => clusterUID, wide: true },
  { title: 'REASON', cell: (row) => memberTrouble(row).reason, wide: true },
  { title: 'MESSAGE', cell: (row) => memberTrouble(row).message, wide: true },
];

/** Of the two conditions the one that is not as it should be; Claimed where both are. */
export function memberTrouble({ claimed, reachable }: Pick<MemberRow, 'claimed' | 'reachable'>): Said {
  const silent = reachable.status === 'False' || reachable.reason === ReachableReason.ManySilent;
  return claimed.status === 'True' && silent ? reachable : claimed;
}
