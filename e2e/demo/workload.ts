import { type IService, services } from '#apis/kubernetes/service.ts';
import type { Resource } from '#apis/meta.ts';
import type { MemberCluster } from '#test/driver/cluster.ts';
import { eventually } from '#test/driver/eventually.ts';
import { awaitPod, pods } from '#test/driver/running-pods.ts';
import { deployments, statefulSets, type Workload } from '#test/driver/workloads.ts';

/** The namespace, Services and port of the demo. */
export const NAMESPACE = 'prod';
export const DATABASE = 'db';
export const WEB = 'web';
export const DATABASE_PORT = { name: 'sql', number: 5432 };
export const WEB_PORT = 80;

/** A container, as pods are made of. */
export interface Container {
  name: string;
  image: string;
  [field: string]: unknown;
}

/** What it looks like where no kubelet will ever start it. */
export const CONTAINER: Container = { name: 'main', image: 'example.invalid/main:1' };

/** The database: a headless Service and a StatefulSet whose pods keep their names. */
export async function createDatabase(
  member: MemberCluster,
  replicas: number,
  container: Container,
): Promise<void> {
  await member.namespace(NAMESPACE);
  await member.service(
    userService(DATABASE, {
      clusterIP: 'None',
      ports: [{ name: DATABASE_PORT.name, port: DATABASE_PORT.number, protocol: 'TCP' }],
    }),
  );
  await member.has(
    statefulSets,
    workload('StatefulSet', DATABASE, replicas, container, { serviceName: DATABASE }),
  );
  await awaitReady(member, statefulSets, DATABASE, replicas);
}

/** The stateless Service beside it, with a ClusterIP. */
export async function createWeb(
  member: MemberCluster,
  replicas: number,
  container: Container,
): Promise<void> {
  await member.namespace(NAMESPACE);
  await member.service(userService(WEB, { ports: [{ name: 'http', port: WEB_PORT, protocol: 'TCP' }] }));
  await member.has(deployments, workload('Deployment', WEB, replicas, container, {}));
  await awaitReady(member, deployments, WEB, replicas);
}

/** A pod that only waits for somebody to run commands in it. */
export async function createClient(member: MemberCluster, name: string, container: Container): Promise<void> {
  await member.has(pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: NAMESPACE, name },
    spec: { containers: [container], terminationGracePeriodSeconds: 0 },
  });
  await awaitPod(member, NAMESPACE, name);
}

/** Hostname to address of the database's ready pods. */
export async function databaseAddresses(member: MemberCluster): Promise<Map<string, string>> {
  const { items } = await member.client.list(pods, {
    namespace: NAMESPACE,
    labelSelector: `app=${DATABASE}`,
  });
  const addresses = items.flatMap(({ metadata, status }): [string, string][] =>
    status?.podIP === undefined ? [] : [[metadata.name, status.podIP]],
  );
  return new Map(addresses.sort(([a], [b]) => a.localeCompare(b)));
}

/** The ClusterIP that the import of `web` got in this member. */
export async function webClusterIp(member: MemberCluster): Promise<string> {
  const found = await member.awaitImport(NAMESPACE, WEB, ({ spec }) => {
    if (spec.ips?.[0] === undefined) throw new Error('it has no ClusterIP yet');
  });
  return found.spec.ips?.[0] ?? '';
}

function userService(name: string, spec: IService['spec']): IService {
  return {
    apiVersion: 'v1',
    kind: services.kind,
    metadata: { name, namespace: NAMESPACE },
    spec: { selector: { app: name }, ...spec },
  };
}

function workload(
  kind: string,
  name: string,
  replicas: number,
  container: Container,
  more: Record<string, unknown>,
): Workload {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace: NAMESPACE },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container], terminationGracePeriodSeconds: 0 } },
      ...more,
    },
  };
}

async function awaitReady(
  member: MemberCluster,
  resource: Resource<Workload>,
  name: string,
  replicas: number,
): Promise<void> {
  await eventually(`${replicas} ready pods of ${name} in ${member.id}`, async () => {
    const { status } = await member.client.get(resource, { namespace: NAMESPACE, name });
    if (status?.readyReplicas !== replicas) throw new Error(`${status?.readyReplicas ?? 0} are ready`);
  });
}
