import type { ExecResult } from '#test/clusters/cluster-node.ts';
import { until } from '#test/clusters/machine/until.ts';
import type { Cluster } from '#test/clusters/provider.ts';
import { CORE, namingPod, serviceOf } from './objects.ts';

/** A pod as far as these tests read it. */
export interface Pod {
  status: {
    podIPs?: { ip: string }[];
    conditions?: { type: string; status: string }[];
    containerStatuses?: { restartCount: number }[];
  };
}

const READY_TIMEOUT_MS = 60_000;

/** Starts a pod that tells its name behind a Service, and waits until the pod is ready. Gives its addresses. */
export async function startNamingPod(cluster: Cluster, name: string): Promise<string[]> {
  await cluster.admin.apply(`${CORE}/services/${name}`, serviceOf(name));
  await cluster.admin.apply(`${CORE}/pods/${name}`, namingPod(name));
  return await awaitReady(cluster, name);
}

/** Waits until the pod is ready and gives its addresses. */
export async function awaitReady(cluster: Cluster, name: string): Promise<string[]> {
  const pod = await until(
    `pod ${name} is ready in ${cluster.name}`,
    async () => {
      const found = await podOf(cluster, name);
      return isReady(found) && found;
    },
    { timeoutMs: READY_TIMEOUT_MS },
  );
  return (pod.status.podIPs ?? []).map(({ ip }) => ip);
}

export async function podOf(cluster: Cluster, name: string): Promise<Pod> {
  return (await cluster.admin.get(`${CORE}/pods/${name}`)) as Pod;
}

export function isReady({ status }: Pod): boolean {
  return status.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') ?? false;
}

/** Runs a shell command in a pod. */
export function shell(cluster: Cluster, pod: string, command: string): Promise<ExecResult> {
  return cluster.node.exec({ namespace: 'default', name: pod }, ['sh', '-c', command]);
}

/** What a pod reads from an address: who answered there. Fails where nobody does. */
export async function whoAnswers(
  from: { cluster: Cluster; pod: string },
  host: string,
  port: number,
): Promise<string> {
  const { stdout, stderr, exitCode } = await shell(from.cluster, from.pod, `nc -w 2 ${host} ${port}`);
  if (exitCode !== 0)
    throw new Error(`${from.pod} in ${from.cluster.name} reaches nobody at ${host}: ${stderr}`);
  return stdout.trim();
}

/** The addresses of a Service. */
export async function serviceAddresses(cluster: Cluster, name: string): Promise<string[]> {
  const { spec } = (await cluster.admin.get(`${CORE}/services/${name}`)) as {
    spec: { clusterIPs: string[] };
  };
  return spec.clusterIPs;
}
