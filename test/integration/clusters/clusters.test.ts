import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AdminClient } from '#test/clusters/admin.ts';
import { processStart } from '#test/clusters/machine/owner.ts';
import { until } from '#test/clusters/machine/until.ts';
import type { Cluster } from '#test/clusters/provider.ts';
import { readKubeconfigText } from '#test/clusters/read-kubeconfig.ts';
import { serviceAccountKubeconfig } from '#test/clusters/service-account.ts';
import { startCluster } from '#test/clusters/start.ts';
import { skipWithout, useClusters } from '#test/clusters/use-clusters.ts';
import { ask } from '#test/resolver/resolve.ts';
import {
  headlessService,
  importedSlice,
  namespace,
  type Slice,
  serviceImport,
  statefulSet,
} from './objects.ts';

const MCS_CRDS = join(import.meta.dirname, '..', '..', '..', 'crds', 'multicluster');
const PROD = '/api/v1/namespaces/prod';
const SLICES = '/apis/discovery.k8s.io/v1/namespaces/prod/endpointslices';

const clusters = useClusters({
  hub: { name: 'hub', controllers: true, audit: true },
  members: [{ name: 'zzzc', pods: true, dns: true, crds: [MCS_CRDS] }],
});

async function clientOf(kubeconfig: string): Promise<AdminClient> {
  return new AdminClient((await readKubeconfigText(kubeconfig, 'test')).access);
}

/** The newest resourceVersion the cluster knows. */
async function revision(cluster: Cluster): Promise<number> {
  const list = (await cluster.admin.get('/api/v1/namespaces')) as { metadata: { resourceVersion: string } };
  return Number(list.metadata.resourceVersion);
}

async function uidOf(cluster: Cluster): Promise<string> {
  const object = (await cluster.admin.get('/api/v1/namespaces/kube-system')) as { metadata: { uid: string } };
  return object.metadata.uid;
}

async function statusOf(cluster: Cluster, path: string): Promise<number> {
  return (await cluster.admin.send('GET', path)).status;
}

describe('a member', () => {
  it('makes the pods of a StatefulSet Ready and names them in EndpointSlices and DNS', async (context) => {
    const zzzc = clusters.member('zzzc');
    skipWithout(context, zzzc, 'pods');
    await zzzc.admin.apply(PROD, namespace('prod'));
    await zzzc.admin.apply(`${PROD}/services/db`, headlessService('db'));
    await zzzc.admin.apply('/apis/apps/v1/namespaces/prod/statefulsets/db', statefulSet('db', 2));
    const endpoints = await until('both pods are ready endpoints', async () => {
      const { items } = (await zzzc.admin.get(`${SLICES}?labelSelector=kubernetes.io/service-name=db`)) as {
        items: Slice[];
      };
      const ready = items.flatMap((slice) => slice.endpoints).filter(({ conditions }) => conditions?.ready);
      return ready.length === 2 && ready;
    });
    expect(endpoints.map(({ hostname }) => hostname).sort()).toEqual(['db-0', 'db-1']);
    if (zzzc.provider === 'go') expect(endpoints[0]?.addresses[0]).toMatch(/^198\.18\.1\.\d+$/);

    skipWithout(context, zzzc, 'dns');
    for (const protocol of ['udp', 'tcp'] as const) {
      for (const { hostname, addresses } of endpoints) {
        const name = `${hostname}.db.prod.svc.cluster.local`;
        const answers = await until(`${name} resolves`, async () => {
          const reply = await ask({ ...zzzc.dns, name, type: 'A', protocol });
          return reply.answers.length > 0 && reply.answers;
        });
        expect(answers).toEqual(addresses);
      }
    }
  });

  it('answers for imported Services under clusterset.local', async (context) => {
    const zzzc = clusters.member('zzzc');
    skipWithout(context, zzzc, 'dns');
    await zzzc.admin.apply(PROD, namespace('prod'));
    await zzzc.admin.apply(
      '/apis/multicluster.x-k8s.io/v1beta1/namespaces/prod/serviceimports/store',
      serviceImport('store'),
    );
    const endpoint = { hostname: 'store-0', address: '198.18.2.7' };
    await zzzc.admin.apply(`${SLICES}/store-shbt`, importedSlice('store', 'shbt', endpoint));
    const name = 'store-0.shbt.store.prod.svc.clusterset.local';
    const reply = await until(`${name} resolves`, async () => {
      const reply = await ask({ ...zzzc.dns, name, type: 'A', protocol: 'udp' });
      return reply.answers.length > 0 && reply;
    });
    expect(reply.answers).toEqual(['198.18.2.7']);
    const unknown = await ask({ ...zzzc.dns, name: `x.${name}`, type: 'A', protocol: 'tcp' });
    expect(unknown.rcode).toBe('NXDOMAIN');
  });
});

describe('the API server', () => {
  it('can be stopped and started again: same address, same certificates, same objects', async (context) => {
    const { hub } = clusters;
    skipWithout(context, hub, 'restart');
    await hub.admin.apply('/api/v1/namespaces/survivor', namespace('survivor'));
    await hub.apiServer.stop();
    await expect(hub.admin.get('/api')).rejects.toThrow('ECONNREFUSED');
    await hub.apiServer.start();
    expect(await statusOf(hub, '/api/v1/namespaces/survivor')).toBe(200);
  });

  it('can be paused: it takes connections and answers nothing until it is resumed', async (context) => {
    const { hub } = clusters;
    skipWithout(context, hub, 'restart');
    await hub.apiServer.pause();
    const pending = hub.admin.get('/version');
    const silence = AbortSignal.timeout(300);
    const first = await Promise.race([
      pending.then(() => 'answer'),
      new Promise((resolve) => silence.addEventListener('abort', () => resolve('silence'))),
    ]);
    await hub.apiServer.resume();
    expect(first).toBe('silence');
    expect(await pending).toMatchObject({ major: '1' });
  });
});

describe('the database', () => {
  it('comes back from a snapshot with the revisions of then, or with far higher ones', async (context) => {
    const { hub } = clusters;
    skipWithout(context, hub, 'etcd');
    const uid = await uidOf(hub);
    await hub.admin.apply('/api/v1/namespaces/before', namespace('before'));
    const snapshot = await hub.etcd.save();
    for (let i = 0; i < 20; i++)
      await hub.admin.apply(`/api/v1/namespaces/after-${i}`, namespace(`after-${i}`));
    const newest = await revision(hub);

    await hub.etcd.restore(snapshot, 'plain');
    expect(await revision(hub)).toBeLessThan(newest);
    expect(await statusOf(hub, '/api/v1/namespaces/before')).toBe(200);
    expect(await statusOf(hub, '/api/v1/namespaces/after-0')).toBe(404);
    expect(await uidOf(hub)).toBe(uid);

    await hub.etcd.restore(snapshot, 'bumped');
    expect(await revision(hub)).toBeGreaterThan(newest + 1_000_000);
    expect(await statusOf(hub, '/api/v1/namespaces/after-0')).toBe(404);
    const old = await hub.admin.send(
      'GET',
      `/api/v1/namespaces?watch=1&resourceVersion=${newest}&timeoutSeconds=1`,
    );
    expect(JSON.stringify(old.body)).toContain('"code":410');
  });

  it('forgets old revisions when it is compacted: a watch from there is told 410', async (context) => {
    const { hub } = clusters;
    skipWithout(context, hub, 'etcd', 'restart');
    const old = await revision(hub);
    await hub.admin.apply('/api/v1/namespaces/later', namespace('later'));
    await hub.etcd.compact();
    await hub.apiServer.stop();
    await hub.apiServer.start();
    const path = `/api/v1/namespaces?watch=1&resourceVersion=${old}&timeoutSeconds=1`;
    expect(JSON.stringify((await hub.admin.send('GET', path)).body)).toContain('"code":410');
  });

  it('can be wiped: another cluster under the same address and the same credentials', async (context) => {
    const { hub } = clusters;
    skipWithout(context, hub, 'etcd');
    const uid = await uidOf(hub);
    await hub.admin.apply('/api/v1/namespaces/wiped', namespace('wiped'));
    await hub.etcd.wipe();
    expect(await uidOf(hub)).not.toBe(uid);
    expect(await statusOf(hub, '/api/v1/namespaces/wiped')).toBe(404);
  });
});

describe('identities', () => {
  it('are any user and groups, with the rights they were granted', async (context) => {
    const { hub } = clusters;
    skipWithout(context, hub, 'identities');
    const stranger = await clientOf(hub.kubeconfigFor({ user: 'agent:x' }));
    await expect(stranger.get('/api/v1/secrets')).rejects.toThrow('403 secrets is forbidden: User "agent:x"');
    const master = await clientOf(hub.kubeconfigFor({ user: 'agent:y', groups: ['system:masters'] }));
    expect((await master.send('GET', '/api/v1/secrets')).status).toBe(200);
  });

  it('are service accounts on every provider', async () => {
    const { hub } = clusters;
    const account = { namespace: 'default', name: 'agent' };
    const agent = await clientOf(await serviceAccountKubeconfig(hub, account));
    await expect(agent.get('/api/v1/secrets')).rejects.toThrow('User "system:serviceaccount:default:agent"');
  });
});

describe('the audit log', () => {
  it('counts the requests of one identity, each once, watches when they begin', async (context) => {
    const { hub } = clusters;
    skipWithout(context, hub, 'audit', 'identities');
    const user = 'agent:counted';
    const client = await clientOf(hub.kubeconfigFor({ user, groups: ['system:masters'] }));
    await client.get('/api/v1/namespaces');
    const since = await hub.audit.mark();
    const ended = client.send('GET', '/api/v1/namespaces?watch=1&timeoutSeconds=1');
    for (let i = 0; i < 3; i++) await client.get('/api/v1/namespaces/default');
    await client.apply('/api/v1/namespaces/counted', namespace('counted'));
    await client.send('GET', '/api/v1/namespaces/missing');
    await ended;
    const entries = await hub.audit.entries({ user, since });
    const seen = entries.map(({ verb, resource, name, code }) => `${verb} ${resource}/${name} ${code}`);
    expect(seen.sort()).toEqual([
      'get namespaces/default 200',
      'get namespaces/default 200',
      'get namespaces/default 200',
      'get namespaces/missing 404',
      'patch namespaces/counted 201',
      'watch namespaces/ 200',
    ]);
    expect(await hub.audit.entries({ user })).toHaveLength(7);
  });
});

describe('stop', () => {
  it('leaves no process and no folder', async (context) => {
    skipWithout(context, clusters.hub, 'etcd');
    const { workspace, stop } = await startCluster({ name: 'short', controllers: true });
    const programs = readFileSync(workspace.file('processes'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { name: string; pid: number });
    expect(programs.map(({ name }) => name)).toEqual([
      'short/etcd',
      'short/kube-apiserver',
      'short/kube-controller-manager',
    ]);
    for (const { pid } of programs) expect(processStart(pid)).toBeDefined();
    await stop();
    for (const { pid } of programs) expect(processStart(pid)).toBeUndefined();
    expect(existsSync(workspace.folder)).toBe(false);
  });
});
