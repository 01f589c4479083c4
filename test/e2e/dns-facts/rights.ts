import type { Cluster } from '#test/clusters/provider.ts';
import { serviceAccountKubeconfig } from '#test/clusters/service-account.ts';

const RBAC = 'rbac.authorization.k8s.io';
const NAMESPACE = 'kube-system';
const GROUPS = {
  services: '',
  namespaces: '',
  endpointslices: 'discovery.k8s.io',
  serviceimports: 'multicluster.x-k8s.io',
} as const;

/** A kind that CoreDNS reads. */
export type Readable = keyof typeof GROUPS;

/** What the installers' ClusterRole system:coredns lets it read. */
export const STOCK_RIGHTS: readonly Readable[] = ['services', 'namespaces', 'endpointslices'];

/** What it needs for clusterset.local. */
export const ALL_RIGHTS: readonly Readable[] = [...STOCK_RIGHTS, 'serviceimports'];

/** The user that an account is to the API server. */
export function accountOf(name: string): string {
  return `system:serviceaccount:${NAMESPACE}:${name}`;
}

/** A kubeconfig for a ServiceAccount that may list and watch these kinds and nothing else. */
export async function accountThatReads(
  cluster: Cluster,
  name: string,
  kinds: readonly Readable[],
): Promise<string> {
  await setRights(cluster, name, kinds);
  await cluster.admin.apply(`/apis/${RBAC}/v1/clusterrolebindings/${name}`, {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name },
    subjects: [{ kind: 'ServiceAccount', name, namespace: NAMESPACE }],
  });
  return await serviceAccountKubeconfig(cluster, { namespace: NAMESPACE, name });
}

/** Gives an account rights or takes them away, while whoever uses it runs on. */
export async function setRights(cluster: Cluster, name: string, kinds: readonly Readable[]): Promise<void> {
  await cluster.admin.apply(`/apis/${RBAC}/v1/clusterroles/${name}`, {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRole',
    metadata: { name },
    rules: kinds.map((kind) => ({ apiGroups: [GROUPS[kind]], resources: [kind], verbs: ['list', 'watch'] })),
  });
}
