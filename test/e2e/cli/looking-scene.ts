import { serviceExports } from '#apis/multicluster/service-export.ts';
import { kubeconfig, mergeKubeconfigs } from '#test/clusters/kubeconfig.ts';
import { serviceAccountAccess } from '#test/clusters/service-account.ts';
import { endpoint, headless, pod, service, slice } from '#test/driver/builders.ts';
import { exportsPlain, olderThanAllToCome } from '#test/driver/exporting.ts';
import type { TestSet } from '#test/driver/set.ts';
import { statefulSets } from '#test/driver/workloads.ts';

/**
 * Contexts: each cluster by its name, `gone` that nobody listens at, and `reader`, who may only read in zzzc and gets
 * the token from a credential plugin.
 */
export async function contextsOf(set: TestSet): Promise<string> {
  const gone = kubeconfig({ gone: { server: 'https://127.0.0.1:1', credentials: { token: 'none' } } });
  const zzzc = set.cluster('zzzc');
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  await zzzc.admin.call('POST', `${rbac}/clusterroles`, {
    metadata: { name: 'reader' },
    rules: [
      { apiGroups: ['', 'discovery.k8s.io', serviceExports.group], resources: ['*'], verbs: ['get', 'list'] },
    ],
  });
  await zzzc.admin.call('POST', `${rbac}/clusterrolebindings`, {
    metadata: { name: 'reader' },
    subjects: [{ kind: 'ServiceAccount', namespace: 'default', name: 'reader' }],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'reader' },
  });
  return mergeKubeconfigs([
    ['zzzc', zzzc.kubeconfig],
    ['shbt', set.cluster('shbt').kubeconfig],
    ['hub', set.cluster('hub').kubeconfig],
    ['gone', gone],
    ['reader', await readerByPlugin(set)],
  ]);
}

async function readerByPlugin(set: TestSet): Promise<string> {
  const account = { namespace: 'default', name: 'reader' };
  const { server, ca = '', credentials } = await serviceAccountAccess(set.cluster('zzzc'), account);
  const apiVersion = 'client.authentication.k8s.io/v1';
  const answer = { apiVersion, kind: 'ExecCredential', status: credentials };
  const file = set.clusters.workspace.write('reader-credential.json', JSON.stringify(answer));
  return JSON.stringify({
    'current-context': 'reader',
    contexts: [{ name: 'reader', context: { cluster: 'zzzc', user: 'reader' } }],
    clusters: [
      {
        name: 'zzzc',
        cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') },
      },
    ],
    users: [
      {
        name: 'reader',
        user: { exec: { apiVersion, command: 'cat', args: [file], interactiveMode: 'Never' } },
      },
    ],
  });
}

/**
 * In prod: a database in both members, one pod of it not ready; `web` in both, which disagree on sessionAffinity; and
 * `blind` in zzzc, whose pods have no names because another Service governs their StatefulSet. Exported by nobody:
 * `late` in shbt, which would disagree with zzzc's. In calm: `quiet`, in zzzc.
 */
export async function scene(set: TestSet): Promise<void> {
  const [zzzc, shbt] = [set.member('zzzc'), set.member('shbt')];
  const outside = { type: 'ExternalName' as const, externalName: 'example.org' };
  await Promise.all([
    zzzc.service(headless('prod', 'db')),
    shbt.service(headless('prod', 'db')),
    zzzc.slice(
      slice('prod', 'db', 'a', [
        pod('db-10', '198.18.1.10', { zone: 'zone-a' }),
        pod('db-2', '198.18.1.2', { zone: 'zone-a' }),
      ]),
    ),
    shbt.slice(slice('prod', 'db', 'a', [pod('db-0', '198.18.2.1', { conditions: { ready: false } })])),
    zzzc.exports('prod', 'db'),
    shbt.exports('prod', 'db'),
    exportsPlain(zzzc, 'prod', 'web', '198.18.1.9'),
    exportsPlain(zzzc, 'prod', 'late', '198.18.1.8'),
    zzzc.service(headless('prod', 'blind')),
    zzzc.slice(slice('prod', 'blind', 'a', [nodb('nodb-0', '198.18.1.20')])),
    zzzc.has(statefulSets, nodbSet('inner')),
    zzzc.exports('prod', 'blind'),
    zzzc.service(service('calm', 'quiet')),
    zzzc.service(service('prod', 'outside', outside)),
    shbt.service(headless('prod', 'late')),
  ]);
  await olderThanAllToCome(zzzc, 'prod', 'web');
  await exportsPlain(shbt, 'prod', 'web', '198.18.2.9', { sessionAffinity: 'ClientIP' });
  for (const member of set.members) {
    await member.awaitAddresses('prod', 'db', 'zzzc', ['198.18.1.10', '198.18.1.2']);
    await member.awaitAddresses('prod', 'web', 'shbt', ['198.18.2.9']);
    await member.awaitAddresses('prod', 'web', 'zzzc', ['198.18.1.9']);
    await member.awaitAddresses('prod', 'late', 'zzzc', ['198.18.1.8']);
    await member.awaitAddresses('prod', 'blind', 'zzzc', ['198.18.1.20']);
    await member.awaitImport('prod', 'db', ({ status }) => {
      if (status?.clusters?.length !== 2) throw new Error('not of both yet');
    });
    await member.awaitCondition('prod', 'web', 'Conflict', 'True');
    await member.awaitCondition('prod', 'web', 'Ready', 'True');
    await member.awaitCondition('prod', 'db', 'Ready', 'True');
  }
}

function nodb(name: string, address: string) {
  return endpoint(address, { targetRef: { kind: 'Pod', namespace: 'prod', name } });
}

function nodbSet(serviceName: string) {
  const labels = { app: 'nodb' };
  return {
    metadata: { namespace: 'prod', name: 'nodb' },
    spec: {
      serviceName,
      replicas: 0,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'main', image: 'registry.k8s.io/pause:3.10' }] },
      },
    },
  };
}
