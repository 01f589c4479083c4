import type { Account } from '#src/install/manifest.ts';
import { AdminClient } from '#test/clusters/admin.ts';
import { until } from '#test/clusters/machine/until.ts';
import { startCluster } from '#test/clusters/start.ts';
import { HUB_CRDS, MULTICLUSTER_CRDS } from './crd-files.ts';
import { printedRow } from './table.ts';

/** An API server with all our CRDs; the one place that says where the tests here get it. */
export interface KindsCluster {
  readonly admin: AdminClient;
  /** A client with a real token of this ServiceAccount, which must exist. */
  as(account: Account): Promise<AdminClient>;
  /** See table.ts. */
  printedRow(path: string): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

export async function startKindsCluster(): Promise<KindsCluster> {
  const running = await startCluster({ name: 'kinds', crds: [MULTICLUSTER_CRDS, HUB_CRDS] });
  const { admin, server, ca } = running.cluster;
  // An established CRD still answers 429 until its storage is there.
  await until('the hub kinds are served', () => isServed(admin, '/apis/hub.tombolo.dev/v1alpha1'));
  await until('the MCS kinds are served', () => isServed(admin, '/apis/multicluster.x-k8s.io/v1beta1'));
  const clients: AdminClient[] = [];
  return {
    admin,
    async as(account) {
      const client = new AdminClient({ server, ca, credentials: { token: await tokenOf(admin, account) } });
      clients.push(client);
      return client;
    },
    printedRow: (path) => printedRow(running.cluster, path),
    async stop() {
      for (const client of clients) client.close();
      await running.stop();
    },
  };
}

async function isServed(admin: AdminClient, group: string): Promise<boolean> {
  const { resources } = (await admin.get(group)) as { resources: { name: string }[] };
  const plurals = resources.map(({ name }) => name).filter((name) => !name.includes('/'));
  const lists = await Promise.all(plurals.map((plural) => admin.send('GET', `${group}/${plural}?limit=1`)));
  return lists.length > 0 && lists.every(({ status }) => status === 200);
}

async function tokenOf(admin: AdminClient, { namespace, name }: Account): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
  const { status } = (await admin.call('POST', path, request)) as { status: { token: string } };
  return status.token;
}
