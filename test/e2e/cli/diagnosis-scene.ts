import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { memberDeployment } from '#src/install/deployment.ts';
import { type Manifest, PART_OF } from '#src/install/manifest.ts';
import { AGENT_NAMESPACE } from '#src/install/member.ts';
import { memberHubAccess } from '#src/install/member-hub-access.ts';
import { kubeconfig, mergeKubeconfigs } from '#test/clusters/kubeconfig.ts';
import type { Cluster } from '#test/clusters/provider.ts';
import { serviceAccountKubeconfig } from '#test/clusters/service-account.ts';
import { headless, pod, slice } from '#test/driver/builders.ts';
import { exportsPlain } from '#test/driver/exporting.ts';
import type { TestSet } from '#test/driver/set.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
/** Stands in an annotation of a user's, as kubectl puts all that was applied there. */
export const PLANTED = 'correct-horse-battery-staple';

/** Contexts: each cluster by its name, `gone` that nobody listens at, and `reader`, who may only read in zzzc. */
export async function contextsOf(set: TestSet): Promise<string> {
  const gone = kubeconfig({ gone: { server: 'https://127.0.0.1:1', credentials: { token: 'none' } } });
  const zzzc = set.cluster('zzzc');
  await zzzc.admin.call('POST', `${RBAC}/clusterrolebindings`, {
    metadata: { name: 'reader' },
    subjects: [{ kind: 'ServiceAccount', namespace: 'default', name: 'reader' }],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
  });
  return mergeKubeconfigs([
    ['zzzc', zzzc.kubeconfig],
    ['shbt', set.cluster('shbt').kubeconfig],
    ['hub', set.cluster('hub').kubeconfig],
    ['gone', gone],
    ['reader', await serviceAccountKubeconfig(zzzc, { namespace: 'default', name: 'reader' })],
  ]);
}

/** What an installed agent leaves in its cluster, and what a stock one has of CoreDNS; nothing of it runs. */
export async function installed(set: TestSet, id: string): Promise<void> {
  const cluster = set.cluster(id);
  const access = memberHubAccess({
    clusterId: id,
    server: set.cluster('hub').server,
    caPem: set.cluster('hub').ca ?? '',
    token: hubTokenOf(set, id),
    clusterSetUID: 'any',
    invitation: 'any',
    namespace: AGENT_NAMESPACE,
  });
  const core = `/api/v1/namespaces/${AGENT_NAMESPACE}`;
  for (const object of access) {
    const plural = object.kind === 'Secret' ? 'secrets' : 'configmaps';
    await cluster.admin.apply(`${core}/${plural}/${object.metadata.name}`, object);
  }
  // By hand, as people do: a token where none belongs.
  await cluster.admin.apply(`${core}/configmaps/by-hand`, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: AGENT_NAMESPACE, name: 'by-hand', labels: PART_OF },
    data: {
      kubeconfig: readFileSync(set.files(id).hubKubeconfig, 'utf8'),
      note: `the token is ${hubTokenOf(set, id)}`,
    },
  });
  await running(cluster, memberDeployment({ clusterId: id }));
  await coredns(cluster);
}

/** The token by which a member's agent speaks with the hub. */
export function hubTokenOf(set: TestSet, id: string): string {
  const document: unknown = parse(readFileSync(set.files(id).hubKubeconfig, 'utf8'));
  return String(Object(document).users[0].user.token);
}

async function running(cluster: Cluster, deployment: Manifest): Promise<void> {
  const { namespace, name } = deployment.metadata;
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`;
  await cluster.admin.apply(path, deployment);
  await deploymentHas(cluster, path, 1);
}

/** Says of a Deployment, in place of its controller, how many of its pods are ready. */
export async function deploymentHas(cluster: Cluster, path: string, ready: number): Promise<void> {
  const present = Object(await cluster.admin.call('GET', path));
  await cluster.admin.call('PUT', `${path}/status`, {
    ...present,
    status: {
      observedGeneration: present.metadata.generation,
      replicas: 1,
      updatedReplicas: 1,
      readyReplicas: ready,
      availableReplicas: ready,
    },
  });
}

async function coredns({ admin }: Cluster): Promise<void> {
  const labels = { 'k8s-app': 'kube-dns' };
  const place = { namespace: 'kube-system', name: 'coredns' };
  await admin.apply('/apis/apps/v1/namespaces/kube-system/deployments/coredns', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: place,
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: 'coredns',
          containers: [{ name: 'coredns', image: 'registry.k8s.io/coredns/coredns:v1.12.4' }],
        },
      },
    },
  });
  await admin.apply('/api/v1/namespaces/kube-system/configmaps/coredns', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: place,
    data: {
      Corefile:
        '.:53 {\n    ready\n}\nclusterset.local:53 {\n    kubernetes clusterset.local {\n        multicluster clusterset.local\n    }\n}\n',
    },
  });
  await admin.apply(`${RBAC}/clusterroles/tombolo-coredns`, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'tombolo-coredns' },
    rules: [{ apiGroups: [serviceExports.group], resources: ['serviceimports'], verbs: ['list', 'watch'] }],
  });
  await mayReadImports(admin);
}

/** Gives CoreDNS the right that a stock one has not. */
export async function mayReadImports(admin: Cluster['admin']): Promise<void> {
  await admin.apply(`${RBAC}/clusterrolebindings/tombolo-coredns`, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'tombolo-coredns' },
    subjects: [{ kind: 'ServiceAccount', namespace: 'kube-system', name: 'coredns' }],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'tombolo-coredns' },
  });
}

/** And takes it away. */
export async function mayNotReadImports({ admin }: Cluster): Promise<void> {
  await admin.call('DELETE', `${RBAC}/clusterrolebindings/tombolo-coredns`);
}

/**
 * zzzc exports headless prod/db with db-0, prod/web, and calm/solo, whose namespace shbt does not have; shbt has a foreign
 * import prod/taken, which zzzc exports.
 */
export async function scene(set: TestSet): Promise<void> {
  const [zzzc, shbt] = [set.member('zzzc'), set.member('shbt')];
  await zzzc.namespace('calm');
  await shbt.client.request('POST', `/apis/${serviceExports.group}/v1beta1/namespaces/prod/serviceimports`, {
    apiVersion: `${serviceExports.group}/v1beta1`,
    kind: 'ServiceImport',
    metadata: { name: 'taken' },
    spec: { type: 'Headless', ports: [] },
  });
  await Promise.all([
    zzzc.service(headless('prod', 'db')),
    zzzc.slice(slice('prod', 'db', 'a', [pod('db-0', '198.18.1.7')])),
    zzzc.exports('prod', 'db'),
    exportsPlain(zzzc, 'prod', 'web', '198.18.1.9'),
    exportsPlain(zzzc, 'calm', 'solo', '198.18.1.10'),
    exportsPlain(zzzc, 'prod', 'taken', '198.18.1.11'),
  ]);
  await zzzc.client.request(
    'PATCH',
    `/apis/${serviceExports.group}/v1beta1/namespaces/prod/serviceexports/db?fieldManager=user`,
    {
      apiVersion: `${serviceExports.group}/v1beta1`,
      kind: 'ServiceExport',
      metadata: {
        name: 'db',
        annotations: {
          'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ password: PLANTED }),
        },
      },
    },
  );
  await Promise.all(set.members.map(({ id }) => installed(set, id)));
  await shbt.awaitAddresses('prod', 'db', 'zzzc', ['198.18.1.7']);
  await shbt.awaitAddresses('prod', 'web', 'zzzc', ['198.18.1.9']);
  for (const [namespace, name] of [
    ['prod', 'db'],
    ['prod', 'web'],
    ['prod', 'taken'],
    ['calm', 'solo'],
  ] as const) {
    await zzzc.awaitCondition(namespace, name, 'Ready', 'True');
  }
}

/** Every value that a Secret of any cluster holds, as it stands and decoded, and every credential of these kubeconfigs. */
export async function allSecrets(set: TestSet, kubeconfigs: readonly string[]): Promise<string[]> {
  const found: string[] = [PLANTED];
  for (const { admin } of [set.clusters.hub, ...set.clusters.members]) {
    const { items } = Object(await admin.call('GET', '/api/v1/secrets'));
    for (const { data } of items) {
      for (const value of Object.values(data ?? {})) {
        found.push(String(value), Buffer.from(String(value), 'base64').toString('utf8'));
      }
    }
  }
  for (const text of kubeconfigs) {
    const { users } = Object(parse(text));
    for (const { user } of users) {
      const { token, 'client-key-data': key } = user;
      for (const value of [token, key].filter((one) => typeof one === 'string')) {
        found.push(value, Buffer.from(value, 'base64').toString('utf8'));
      }
    }
  }
  // A certificate is shown to everybody who connects.
  const isCertificate = (text: string) =>
    [text, Buffer.from(text, 'base64').toString('utf8')].some((one) => one.startsWith('-----BEGIN CERT'));
  return [...new Set(found)].filter((secret) => secret.length > 6 && !isCertificate(secret));
}
