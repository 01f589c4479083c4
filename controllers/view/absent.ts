import { MemberCondition } from '#apis/hub/conditions.ts';
import { clusterOfNamespace, type IMember } from '#apis/hub/member.ts';
import { ABSENT_NAMESPACES_ANNOTATION, type ILease } from '#apis/kubernetes/lease.ts';
import { said } from './said.ts';

/** Whether a member says on its Lease that it does not have the namespace. A list that was cut short names only some. */
export function absentIn({ metadata }: ILease, namespace: string): boolean {
  const listed = metadata.annotations?.[ABSENT_NAMESPACES_ANNOTATION] ?? '';
  return listed.split(',').includes(namespace);
}

/** Where an export goes: the members that show it, and those that cannot, with why. */
export interface ImportedIn {
  clusters: string[];
  not: { cluster: string; why: string }[];
}

/** Of a namespace's exports: every claimed member shows them, but those that say that they do not have it. */
export function importedIn(
  namespace: string,
  members: readonly IMember[],
  leases: readonly ILease[],
): ImportedIn {
  const byCluster = new Map(leases.map((lease) => [clusterOfNamespace(lease.metadata.namespace), lease]));
  const claimed = members
    .filter(({ status }) => said(status?.conditions, MemberCondition.Claimed).status === 'True')
    .map(({ metadata }) => metadata.name)
    .sort();
  const isAbsent = (cluster: string) => {
    const lease = byCluster.get(cluster);
    return lease !== undefined && absentIn(lease, namespace);
  };
  return {
    clusters: claimed.filter((cluster) => !isAbsent(cluster)),
    not: claimed.filter(isAbsent).map((cluster) => ({ cluster, why: 'namespace absent' })),
  };
}

/** `shbt,zzzc; not in bjpdc: namespace absent`. */
export function showImportedIn({ clusters, not }: ImportedIn): string {
  return [clusters.join(','), ...not.map(({ cluster, why }) => `not in ${cluster}: ${why}`)]
    .filter((part) => part !== '')
    .join('; ');
}
