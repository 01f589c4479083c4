import type { Cluster } from '#test/clusters/provider.ts';

/** kube-controller-manager's garbage collector, as audit logs name it. */
export const COLLECTOR = 'system:serviceaccount:kube-system:generic-garbage-collector';

/** What somebody has deleted since then, each as `<resource> <namespace>/<name>`, in order. */
export async function deletedBy(cluster: Cluster, user: string, since: number): Promise<string[]> {
  const entries = await cluster.audit.entries({ user, since });
  return entries
    .filter(({ verb, code }) => verb.startsWith('delete') && code >= 200 && code < 300)
    .map(({ resource, namespace, name }) => `${resource} ${namespace}/${name}`);
}
