import type { IClusterSet } from '#apis/hub/cluster-set.ts';
import type { IMember } from '#apis/hub/member.ts';

/** Namespaces of the cluster itself and of Tombolo. `default` is not among them: many use it. */
const SYSTEM_NAMESPACES = ['kube-*', 'openshift-*', 'tombolo', 'tombolo-*', 'member-*'];

export type NamespaceVerdict = { allowed: true } | { allowed: false; why: string };

/**
 * Whether Services of a namespace may travel between clusters (SEMANTICS 3.12). The exporter asks before it
 * publishes, every importer asks again about every record: who writes a record must not be the one who decides
 * that it may land in kube-system (https://github.com/submariner-io/lighthouse/pull/2244).
 *
 * System namespaces and those that the ClusterSet denies are refused, unless the ClusterSet's allow-list names
 * them; a Member with `allowedNamespaces` may export those and no others. Undefined or unreadable rules leave
 * the built-in ones.
 */
export function namespaceAllowed(
  namespace: string,
  clusterSet: IClusterSet | undefined,
  member: IMember | undefined,
): NamespaceVerdict {
  const rules = clusterSet?.spec?.namespaces;
  if (!listOf(rules?.allow)?.includes(namespace)) {
    const system = SYSTEM_NAMESPACES.find((pattern) => matchesPattern(namespace, pattern));
    if (system !== undefined) return refuse(namespace, `is a system namespace (${system})`);
    const denied = listOf(rules?.deny)?.find((pattern) => matchesPattern(namespace, pattern));
    if (denied !== undefined) return refuse(namespace, `is denied by the ClusterSet (${denied})`);
  }
  const allowed = listOf(member?.spec?.allowedNamespaces);
  if (allowed !== undefined && !allowed.some((pattern) => matchesPattern(namespace, pattern))) {
    return refuse(namespace, `is not among those that member ${member?.metadata.name} may export`);
  }
  return { allowed: true };
}

function refuse(namespace: string, why: string): NamespaceVerdict {
  return { allowed: false, why: `namespace ${namespace} ${why}` };
}

/** An exact name, or a prefix followed by `*`. A star anywhere else is a character that no name has. */
function matchesPattern(namespace: string, pattern: string): boolean {
  return pattern.endsWith('*') ? namespace.startsWith(pattern.slice(0, -1)) : namespace === pattern;
}

/** The strings of a list; undefined where there is no list. An empty list stays one: it allows nothing. */
function listOf(value: readonly string[] | null | undefined): string[] | undefined {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : undefined;
}
