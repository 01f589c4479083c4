import type { KubeObject, Resource } from '#apis/meta.ts';
import type { MemberCluster } from '#test/driver/cluster.ts';
import { absentAsUndefined } from '#test/driver/cluster.ts';
import { eventually } from '#test/driver/eventually.ts';
import { CONTAINER, NAMESPACE, pods } from './workload.ts';

interface Node extends KubeObject {
  spec?: { unschedulable?: boolean };
}

const nodes: Resource<Node> = { group: '', version: 'v1', plural: 'nodes', kind: 'Node', namespaced: false };

/**
 * Replaces a pod so that it comes back with another address; resolves with it once the pod is Ready again.
 *
 * The address range hands out the lowest free address, so the old one would come back at once. While the node
 * is cordoned a newcomer takes it: a pod that names its node needs no scheduler.
 */
export async function replacePod(member: MemberCluster, name: string): Promise<string> {
  const key = { namespace: NAMESPACE, name };
  const old = await member.client.get(pods, key);
  const nodeName = old.spec?.nodeName ?? '';
  await cordon(member, nodeName, true);
  await member.deletes(pods, NAMESPACE, name);
  await eventually(`pod ${name} of ${member.id} is gone`, async () => {
    const present = await absentAsUndefined(member.client.get(pods, key));
    if (present?.metadata.uid === old.metadata.uid) throw new Error('it is still there');
  });
  const newcomer = `newcomer-of-${name}`;
  await member.has(pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: newcomer, namespace: NAMESPACE },
    spec: { nodeName, containers: [CONTAINER] },
  });
  await awaitAddress(member, newcomer);
  await cordon(member, nodeName, false);
  const address = await awaitAddress(member, name);
  if (address === old.status?.podIP) throw new Error(`pod ${name} came back with its old address ${address}`);
  return address;
}

async function cordon(member: MemberCluster, node: string, unschedulable: boolean): Promise<void> {
  await member.edits(nodes, { name: node }, (present) => ({
    ...present,
    spec: { ...present.spec, unschedulable },
  }));
}

async function awaitAddress(member: MemberCluster, name: string): Promise<string> {
  return eventually(`pod ${name} of ${member.id} is Ready`, async () => {
    const { status } = await member.client.get(pods, { namespace: NAMESPACE, name });
    const ready = status?.conditions?.some(
      (condition) => condition.type === 'Ready' && condition.status === 'True',
    );
    if (!ready || status?.podIP === undefined) throw new Error('it is not Ready');
    return status.podIP;
  });
}
