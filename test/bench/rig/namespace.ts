import { type INamespace, namespaces } from '#apis/kubernetes/namespace.ts';
import { objectPath } from '#src/kube/paths.ts';
import type { Cluster } from '#test/clusters/provider.ts';

/** Creates a namespace, or finds it there. */
export async function createNamespace({ admin }: Cluster, name: string): Promise<void> {
  const namespace: INamespace = { apiVersion: 'v1', kind: namespaces.kind, metadata: { name } };
  await admin.apply(objectPath(namespaces, { name }), namespace);
}
