import { fileURLToPath } from 'node:url';
import type { Resource } from '#apis/meta.ts';
import { TOOLBOX } from '#test/clusters/node/toolbox.ts';
import { headless, port, service } from '#test/driver/builders.ts';
import type { MemberCluster } from '#test/driver/cluster.ts';
import { eventually } from '#test/driver/eventually.ts';
import { awaitPod, type Pod, pods } from '#test/driver/running-pods.ts';
import { deployments, statefulSets, type Workload } from '#test/driver/workloads.ts';

export const NS = 'prod';
export const WEB = 'web';
export const DB = 'db';
/** The pod of the StatefulSet that clients ask, and the one that nobody asks. */
export const ASKED = `${DB}-0`;
export const UNASKED = `${DB}-1`;
export const PORT = 80;

const REPLICAS = 2;
const SERVER = fileURLToPath(new URL('server.ts', import.meta.url));
/** How long a pod that has to go serves on, until everybody knows. */
const SERVES_ON_S = 5;
const ROLLOUT_MS = 90_000;

/** A Deployment behind a Service and a StatefulSet behind a headless one, as a careful user has them, exported. */
export async function createServers(member: MemberCluster): Promise<void> {
  const ports = [port('http', PORT)];
  await member.service(service(NS, WEB, { ports, selector: { app: WEB } }));
  await member.service(headless(NS, DB, { ports, selector: { app: DB } }));
  await member.has(deployments, {
    apiVersion: 'apps/v1',
    kind: deployments.kind,
    metadata: { namespace: NS, name: WEB },
    spec: { ...specOf(member, WEB), strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } } },
  });
  await member.has(statefulSets, {
    apiVersion: 'apps/v1',
    kind: statefulSets.kind,
    metadata: { namespace: NS, name: DB },
    spec: { ...specOf(member, DB), serviceName: DB, podManagementPolicy: 'Parallel' },
  });
  await awaitRollout(member, deployments, WEB);
  await awaitRollout(member, statefulSets, DB);
  await member.exports(NS, WEB);
  await member.exports(NS, DB);
}

function specOf({ id }: MemberCluster, app: string): Workload['spec'] {
  return {
    replicas: REPLICAS,
    selector: { matchLabels: { app } },
    template: { metadata: { labels: { app } }, spec: podSpec(id) } as Workload['spec']['template'],
  };
}

function podSpec(cluster: string): object {
  return {
    terminationGracePeriodSeconds: SERVES_ON_S + 5,
    containers: [
      {
        name: 'server',
        image: TOOLBOX,
        imagePullPolicy: 'Never',
        command: ['/program/node', '/program/server.ts'],
        env: [
          { name: 'PORT', value: `${PORT}` },
          { name: 'CLUSTER', value: cluster },
          { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        ],
        readinessProbe: { tcpSocket: { port: PORT }, periodSeconds: 1 },
        lifecycle: { preStop: { sleep: { seconds: SERVES_ON_S } } },
        volumeMounts: [
          { name: 'node', mountPath: '/program/node', readOnly: true },
          { name: 'server', mountPath: '/program/server.ts', readOnly: true },
        ],
      },
    ],
    // The Node that runs the test: one file, and the toolbox has the libraries that it needs.
    volumes: [
      { name: 'node', hostPath: { path: process.execPath, type: 'File' } },
      { name: 'server', hostPath: { path: SERVER, type: 'File' } },
    ],
  };
}

/** Replaces all pods of the Deployment, one at a time; resolves when none of the old ones is left. */
export async function rollOut(member: MemberCluster): Promise<void> {
  const before = await podsOf(member, WEB);
  await member.edits(deployments, { namespace: NS, name: WEB }, (present) => {
    const { template, ...spec } = present.spec;
    const annotations = { ...template.metadata.annotations, 'example.com/change': 'another' };
    return {
      ...present,
      spec: { ...spec, template: { ...template, metadata: { ...template.metadata, annotations } } },
    };
  });
  await awaitRollout(member, deployments, WEB);
  await awaitGone(member, WEB, before);
}

/** Replaces one pod of the StatefulSet; resolves when the new one is ready, with another address. */
export async function replace(member: MemberCluster, name: string): Promise<void> {
  const old = await member.client.get(pods, { namespace: NS, name });
  await member.deletes(pods, NS, name);
  await awaitGone(member, DB, [old]);
  const address = await eventually(`the new ${name} is there`, () => awaitPod(member, NS, name), ROLLOUT_MS);
  if (address === old.status?.podIP) throw new Error(`${name} came back with its old address ${address}`);
}

/** Waits until every cluster knows the pods that are behind a Service of each, and no others. */
export async function awaitKnown(members: readonly MemberCluster[], app: string): Promise<void> {
  for (const exporter of members) {
    const addresses = (await podsOf(exporter, app)).flatMap(({ status }) => status?.podIP ?? []);
    for (const member of members) await member.awaitAddresses(NS, app, exporter.id, addresses);
  }
}

async function podsOf(member: MemberCluster, app: string): Promise<Pod[]> {
  return (await member.client.list(pods, { namespace: NS, labelSelector: `app=${app}` })).items;
}

async function awaitRollout(member: MemberCluster, kind: Resource<Workload>, name: string): Promise<void> {
  await eventually(
    `${name} of ${member.id} is rolled out`,
    async () => {
      const { metadata, status } = await member.client.get(kind, { namespace: NS, name });
      const { observedGeneration, replicas, updatedReplicas, readyReplicas } = status ?? {};
      const isDone =
        observedGeneration === metadata.generation &&
        [replicas, updatedReplicas, readyReplicas].every((count) => count === REPLICAS);
      if (!isDone) throw new Error(JSON.stringify(status));
    },
    ROLLOUT_MS,
  );
}

async function awaitGone(member: MemberCluster, app: string, old: readonly Pod[]): Promise<void> {
  const uids = new Set(old.map(({ metadata }) => metadata.uid));
  await eventually(`the old pods of ${app} in ${member.id} are gone`, async () => {
    const left = (await podsOf(member, app)).filter(({ metadata }) => uids.has(metadata.uid));
    if (left.length > 0) throw new Error(`${left.length} are left`);
  });
}
