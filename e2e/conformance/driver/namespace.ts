import { namespaces } from '#apis/kubernetes/namespace.ts';
import type { MemberCluster } from '#test/driver/cluster.ts';
import { serviceAccounts } from '#test/driver/service-accounts.ts';
import { patiently } from './patience.ts';

/** Creates a namespace; resolves when pods can be made in it. */
export async function createNamespace(
  cluster: MemberCluster,
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  await cluster.has(namespaces, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { ...labels } },
  });
  // Until the controllers have made it every pod is refused.
  await patiently(`the default account of ${name} in ${cluster.id}`, () =>
    cluster.client.get(serviceAccounts, { namespace: name, name: 'default' }),
  );
}
