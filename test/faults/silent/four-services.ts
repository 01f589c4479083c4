import { STALENESS_ANNOTATION } from '#apis/labels.ts';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { endpoint, headless, pod, service, slice } from '#test/driver/builders.ts';
import type { MemberCluster } from '#test/driver/cluster.ts';

export const NS = 'prod';

/** Four services: of either type one that goes by the set's policy, and one whose export asks for the opposite. */
export async function exportsAll(member: MemberCluster): Promise<void> {
  await member.service(headless(NS, 'db'));
  await member.slice(slice(NS, 'db', 'a', [pod('db-0', '198.18.1.10'), pod('db-1', '198.18.1.11')]));
  await member.service(service(NS, 'web'));
  await member.slice(slice(NS, 'web', 'a', [endpoint('198.18.1.1')]));
  await member.service(service(NS, 'kept'));
  await member.slice(slice(NS, 'kept', 'a', [endpoint('198.18.1.2')]));
  await member.service(headless(NS, 'gone'));
  await member.slice(slice(NS, 'gone', 'a', [pod('gone-0', '198.18.1.3')]));
  const asks: Record<string, string> = { kept: 'keep', gone: 'withdraw' };
  for (const name of ['db', 'web', 'kept', 'gone']) {
    const wish = asks[name];
    await member.has(serviceExports, {
      apiVersion: 'multicluster.x-k8s.io/v1beta1',
      kind: 'ServiceExport',
      metadata: { namespace: NS, name, ...(wish && { annotations: { [STALENESS_ANNOTATION]: wish } }) },
    });
  }
}
