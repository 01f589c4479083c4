import type { KubeObject } from '#apis/meta.ts';
import type { MemberCluster } from '#test/driver/cluster.ts';
import { type Pod, pods } from '#test/driver/running-pods.ts';
import { statefulSets } from '#test/driver/workloads.ts';
import { untilRunning } from './patience.ts';
import { isReady } from './ready.ts';
import { answerOf, BACKEND_PORT, backend } from './workload.ts';

/** A pod of the suite's, as clients get to know it. */
export interface Backend {
  /** The pod's name, which is its hostname too. */
  name: string;
  /** What it answers; see answerOf(). */
  answer: string;
  /** One per family. */
  addresses: string[];
}

/** Where backends are put. */
export interface Place {
  cluster: MemberCluster;
  namespace: string;
  image: string;
}

/** The port of a StatefulSet's governing Service. */
export const PEER = { name: 'peer', port: BACKEND_PORT, protocol: 'TCP' };

/** Starts pods behind the Service `service`; resolves with them when they run and, unless told, are Ready. */
export async function startPods(
  { cluster, namespace, image }: Place,
  service: string,
  count: number,
  { ready = true, hostname }: { ready?: boolean; hostname?: string } = {},
): Promise<Backend[]> {
  const names = Array.from({ length: count }, (_, n) => `${service}-${ready ? '' : 'unready-'}${n}`);
  await Promise.all(
    names.map((name) =>
      cluster.has(pods, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { namespace, name, labels: { app: service } },
        spec: {
          ...backend({ image, cluster: cluster.id, ready }),
          hostname: hostname ?? name,
          subdomain: service,
        },
      }),
    ),
  );
  return Promise.all(names.map((name) => awaitPod(cluster, namespace, name, ready)));
}

/** Starts a StatefulSet governed by the Service of its name; resolves with its pods when they are Ready. */
export async function startSet(
  { cluster, namespace, image }: Place,
  name: string,
  replicas: number,
): Promise<Backend[]> {
  const labels = { app: name };
  await cluster.has(statefulSets, {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { namespace, name },
    spec: {
      replicas,
      serviceName: name,
      podManagementPolicy: 'Parallel',
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: backend({ image, cluster: cluster.id, ready: true }) },
    },
  });
  const names = Array.from({ length: replicas }, (_, n) => `${name}-${n}`);
  return Promise.all(names.map((pod) => awaitPod(cluster, namespace, pod, true)));
}

/** Deletes a pod of a StatefulSet; resolves with the one that takes its name when it is Ready. */
export async function replacePod({ cluster, namespace }: Place, name: string): Promise<Backend> {
  const { uid = '' } = (await cluster.client.get(pods, { namespace, name })).metadata;
  await cluster.client.delete(pods, { namespace, name }, { uid });
  return awaitPod(cluster, namespace, name, true, ({ metadata }: KubeObject) => metadata.uid !== uid);
}

async function awaitPod(
  cluster: MemberCluster,
  namespace: string,
  name: string,
  ready: boolean,
  isIt: (pod: Pod) => boolean = () => true,
): Promise<Backend> {
  return untilRunning(`pod ${namespace}/${name} of ${cluster.id}`, async () => {
    const pod = await cluster.client.get(pods, { namespace, name });
    const addresses = pod.status?.podIPs?.map(({ ip }) => ip) ?? [];
    if (!isIt(pod)) throw new Error('it is the old one still');
    if (addresses.length === 0) throw new Error('it has no address');
    if (isReady(pod) !== ready) throw new Error(`it is ${ready ? 'not ' : ''}Ready`);
    return { name, answer: answerOf(cluster.id, namespace, name), addresses };
  });
}
