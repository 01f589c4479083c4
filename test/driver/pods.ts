import type { KubeObject, Resource } from '#apis/meta.ts';
import { serviceAccounts } from '#test/driver/service-accounts.ts';
import type { MemberCluster } from './cluster.ts';
import { editStatus } from './edit.ts';
import { eventually } from './eventually.ts';
import { pods } from './running-pods.ts';

const nodes: Resource<KubeObject & { status?: object }> = {
  group: '',
  version: 'v1',
  plural: 'nodes',
  kind: 'Node',
  namespaced: false,
};

/** A node that says that it is well. No kubelet runs there: pods are and stay what the test says. */
export async function node(member: MemberCluster, name: string, zone: string): Promise<void> {
  const labels = { 'topology.kubernetes.io/zone': zone };
  await member.client.create(nodes, { metadata: { name, labels } });
  const Ready = { type: 'Ready', status: 'True', reason: 'Test', message: 'written by the test' };
  await editStatus(member.client, nodes, { name }, (present) => ({
    ...present,
    status: { ...present.status, conditions: [Ready] },
  }));
}

export interface PodAs {
  node: string;
  address: string;
  ready: boolean;
  labels: Record<string, string>;
  /** Its `hostname` is the pod's own name. */
  subdomain?: string;
}

/** A running pod, its status written in the kubelet's place. */
export async function pod(
  member: MemberCluster,
  namespace: string,
  name: string,
  { node: nodeName, address, ready, labels, subdomain }: PodAs,
): Promise<void> {
  await eventually(`the default account of ${namespace}`, () =>
    member.client.get(serviceAccounts, { namespace, name: 'default' }),
  );
  await member.client.create(pods, {
    metadata: { namespace, name, labels },
    spec: {
      nodeName,
      hostname: name,
      ...(subdomain !== undefined && { subdomain }),
      automountServiceAccountToken: false,
      containers: [{ name: 'main', image: 'registry.k8s.io/pause:3.10' }],
    },
  });
  await editStatus(member.client, pods, { namespace, name }, (present) => ({
    ...present,
    status: {
      ...present.status,
      phase: 'Running',
      podIP: address,
      podIPs: [{ ip: address }],
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    },
  }));
}
