import type { KubeObject, Resource } from '#apis/meta.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import type { MemberCluster } from '#test/driver/cluster.ts';
import { eventually } from '#test/driver/eventually.ts';
import { awaitPod, type Pod, pods } from '#test/driver/running-pods.ts';
import { CONTAINER, NAMESPACE } from './workload.ts';

interface Node extends KubeObject {
  spec?: { unschedulable?: boolean };
}

const nodes: Resource<Node> = { group: '', version: 'v1', plural: 'nodes', kind: 'Node', namespaced: false };

/** Replaces a pod that runs. Addresses are handed out in turn: it comes back with another one. */
export async function replaceContainer(member: MemberCluster, name: string): Promise<void> {
  const old = await deleteAway(member, name);
  await awaitOther(member, old);
}

/**
 * Replaces a pod that is an object.
 *
 * The address range hands out the lowest free address, so the old one would come back at once. While the node
 * is cordoned a newcomer takes it: a pod that names its node needs no scheduler.
 */
export async function replaceObject(member: MemberCluster, name: string): Promise<void> {
  const { spec } = await member.client.get(pods, { namespace: NAMESPACE, name });
  const nodeName = spec?.nodeName ?? '';
  await cordon(member, nodeName, true);
  const old = await deleteAway(member, name);
  const newcomer = `newcomer-of-${name}`;
  await member.has(pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: newcomer, namespace: NAMESPACE },
    spec: { nodeName, containers: [CONTAINER] },
  });
  await awaitPod(member, NAMESPACE, newcomer);
  await cordon(member, nodeName, false);
  await awaitOther(member, old);
}

/** Deletes a pod; resolves with what it was when it is gone. */
async function deleteAway(member: MemberCluster, name: string): Promise<Pod> {
  const key = { namespace: NAMESPACE, name };
  const old = await member.client.get(pods, key);
  await member.deletes(pods, NAMESPACE, name);
  await eventually(`pod ${name} of ${member.id} is gone`, async () => {
    const present = await orAbsent(member.client.get(pods, key));
    if (present?.metadata.uid === old.metadata.uid) throw new Error('it is still there');
  });
  return old;
}

async function awaitOther(member: MemberCluster, { metadata, status }: Pod): Promise<void> {
  const address = await awaitPod(member, NAMESPACE, metadata.name);
  if (address === status?.podIP)
    throw new Error(`pod ${metadata.name} came back with its old address ${address}`);
}

async function cordon(member: MemberCluster, node: string, unschedulable: boolean): Promise<void> {
  await member.edits(nodes, { name: node }, (present) => ({
    ...present,
    spec: { ...present.spec, unschedulable },
  }));
}
