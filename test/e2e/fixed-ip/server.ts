import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { TOOLBOX } from '#test/clusters/node/toolbox.ts';
import type { Cluster } from '#test/clusters/provider.ts';
import { headless, port } from '#test/driver/builders.ts';
import type { MemberCluster } from '#test/driver/cluster.ts';
import { eventually } from '#test/driver/eventually.ts';
import { pods } from '#test/driver/running-pods.ts';
import { statefulSets } from '#test/driver/workloads.ts';

export const NS = 'prod';
export const PORT = 8080;

/** A StatefulSet of one pod that serves on port 8080, behind a headless Service of the same name, exported. */
export async function createServer(
  member: MemberCluster,
  name: string,
  readinessProbe: object,
): Promise<void> {
  await member.service(headless(NS, name, { ports: [port('http', PORT)], selector: { app: name } }));
  await member.has(statefulSets, {
    apiVersion: 'apps/v1',
    kind: statefulSets.kind,
    metadata: { namespace: NS, name },
    spec: {
      serviceName: name,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          terminationGracePeriodSeconds: 0,
          containers: [{ name: 'main', image: TOOLBOX, imagePullPolicy: 'Never', readinessProbe }],
        },
      },
    },
  });
  await member.exports(NS, name);
}

/** Ends the first process of a pod's container; the kubelet starts another in the same pod. */
export async function restartInPlace({ node }: Cluster, pod: string): Promise<void> {
  // Behind the back of the command, which would end together with the container.
  const command = '(sleep 0.3; kill 1) >/dev/null 2>&1 </dev/null &';
  const { exitCode, stderr } = await node.exec({ namespace: NS, name: pod }, ['sh', '-c', command]);
  if (exitCode !== 0) throw new Error(`restart ${pod}: ${stderr}`);
}

/** Waits until the container of a pod runs and has been restarted so many times. */
export async function awaitRestart(member: MemberCluster, name: string, times: number): Promise<void> {
  await eventually(`the container of ${name} runs again`, async () => {
    const { status } = await member.client.get(pods, { namespace: NS, name });
    const [main] = status?.containerStatuses ?? [];
    if (main?.restartCount !== times || main.state?.running === undefined)
      throw new Error(JSON.stringify(main));
  });
}

/** Connects to a server, and resolves with the name of the pod that it says it is. */
export async function whoAnswers(address: string): Promise<string> {
  const socket = connect({ host: address, port: PORT, signal: AbortSignal.timeout(2_000) });
  return (await text(socket)).trim();
}
