import type { Cluster } from '#test/clusters/provider.ts';
import { pods as endpoints, headless, port, service, slice } from '#test/driver/builders.ts';
import type { MemberCluster } from '#test/driver/cluster.ts';
import { awaitPod } from '#test/driver/running-pods.ts';

export const NS = 'prod';
/** The pod from which questions are asked. */
export const CLIENT = { namespace: NS, name: 'client' };
/** More than fits into 512 bytes. */
export const MANY = 40;

const IMAGE = 'tombolo.test/toolbox:1';
const DEADLINE_MS = 120_000;
const CORE = `/api/v1/namespaces/${NS}`;

/**
 * Gives a cluster a StatefulSet `db` with one pod, exported as headless `db` and as `web` with an address of its own,
 * and a client. Resolves with the address of the pod.
 */
export async function createWorkload(member: MemberCluster, cluster: Cluster): Promise<string> {
  await cluster.node.loadToolbox([IMAGE]);
  const labels = { app: 'db' };
  const sql = port('sql', 8080);
  await member.service(headless(NS, 'db', { selector: labels, ports: [sql] }));
  await member.service(service(NS, 'web', { selector: labels, ports: [sql] }));
  const main = { name: 'main', image: IMAGE, imagePullPolicy: 'IfNotPresent' };
  await cluster.admin.apply(`/apis/apps/v1/namespaces/${NS}/statefulsets/db`, {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db' },
    spec: {
      serviceName: 'db',
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ ...main, command: ['serve-name'] }] } },
    },
  });
  await cluster.admin.apply(`${CORE}/pods/${CLIENT.name}`, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: CLIENT.name },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [{ ...main, command: ['sleep', 'infinity'] }],
    },
  });
  await member.exports(NS, 'db');
  await member.exports(NS, 'web');
  await awaitPod(member, NS, CLIENT.name, DEADLINE_MS);
  return await awaitPod(member, NS, 'db-0', DEADLINE_MS);
}

/** Exports a headless Service with many endpoints; DNS is all that is asked of them. */
export async function exportMany(member: MemberCluster): Promise<void> {
  await member.service(headless(NS, 'many'));
  await member.slice(slice(NS, 'many', 'all', endpoints(MANY, 'many')));
  await member.exports(NS, 'many');
}
