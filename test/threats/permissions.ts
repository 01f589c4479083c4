import { expect, it } from 'vitest';
import { HUB_ACCOUNT, HUB_NAMESPACE } from '#src/install/hub.ts';
import { AGENT_NAMESPACE } from '#src/install/member.ts';
import type { Cluster } from '#test/clusters/provider.ts';
import { serviceAccountKubeconfig } from '#test/clusters/service-account.ts';
import { headless, pod, slice } from '#test/driver/builders.ts';
import { accessTable, allResources, type Column } from '#test/integration/kinds/access-table.ts';
import { attempt, triable } from './attack.ts';
import { StolenCredential, said } from './credential.ts';
import type { Scene } from './scene.ts';

/** Of the tables by which the API server answers for the same identities. */
const GOLDEN = '../integration/kinds/golden';

const ELSEWHERE: Column[] = [
  ['default', 'default'],
  ['kube-system', 'kube-system'],
  ['everywhere', ''],
];

/** Every verb of every resource in every namespace, tried with a stolen credential: what gets through is what its table says. */
export function permissions(scene: () => Scene): void {
  it('T01 the credential of a member writes in its own namespace on the hub, and in no other', async () => {
    const { set, zzzc } = scene();
    const columns: Column[] = [
      ['its own namespace', 'member-zzzc'],
      ['another member’s namespace', 'member-shbt'],
      ...ELSEWHERE,
    ];
    const { asked, allowed, text } = await table(set.cluster('hub'), zzzc, columns);
    await expect(text).toMatchFileSnapshot(`${GOLDEN}/hub-member.txt`);
    expect(asked - allowed).toBeGreaterThan(3_000);
  });

  it('T12 the token of an agent does in its own cluster what its table says, and nothing else', async () => {
    const { set } = scene();
    const agent = await StolenCredential.inFile(set.files('shbt').kubeconfig);
    try {
      const columns: Column[] = [['its own namespace', AGENT_NAMESPACE], ...ELSEWHERE];
      const { asked, allowed, text } = await table(set.cluster('shbt'), agent, columns);
      await expect(text).toMatchFileSnapshot(`${GOLDEN}/member-agent.txt`);
      expect(asked - allowed).toBeGreaterThan(2_000);
      // Where the table says more than rights can tell apart, a policy does.
      const own = { 'tombolo.dev/managed-by': 'member.tombolo.dev' };
      const ownSlice = { 'endpointslice.kubernetes.io/managed-by': 'member.tombolo.dev' };
      const behind = { ...ownSlice, 'kubernetes.io/service-name': 'payments' };
      const service = (name: string, labels: object, spec: object = {}) =>
        agent.client.send('POST', '/api/v1/namespaces/prod/services?dryRun=All', {
          metadata: { name, labels },
          spec: { ports: [{ port: 80 }], ...spec },
        });
      const slices = '/apis/discovery.k8s.io/v1/namespaces/prod/endpointslices?dryRun=All';
      const grafted = { metadata: { name: 'x', labels: behind }, addressType: 'IPv4', endpoints: [] };
      expect(said(await service('derived-x', own))).toBe('201');
      expect(said(await service('derived-x', {}))).toMatch(/^403 .*touches only objects with the label/);
      expect(said(await service('payments', own))).toMatch(/^403 .*whose names begin with derived-/);
      expect(said(await service('derived-x', own, { externalIPs: ['198.51.100.7'] }))).toMatch(/^403 /);
      expect(said(await agent.client.send('POST', slices, grafted))).toMatch(/^403 .*derived Services only/);
    } finally {
      agent.close();
    }
  });

  it('T12 the token of the hub’s controller does what its table says, and nothing else', async () => {
    const { set } = scene();
    const account = { namespace: HUB_NAMESPACE, name: HUB_ACCOUNT };
    const controller = await StolenCredential.in(await serviceAccountKubeconfig(set.cluster('hub'), account));
    try {
      const columns: Column[] = [
        ['its own namespace', HUB_NAMESPACE],
        ['a member’s namespace', 'member-zzzc'],
        ...ELSEWHERE,
      ];
      const { text } = await table(set.cluster('hub'), controller, columns);
      await expect(text).toMatchFileSnapshot(`${GOLDEN}/hub-controller.txt`);
      const path = '/apis/hub.tombolo.dev/v1alpha1/members/shbt';
      const found = Object(await controller.client.get(path));
      const removed = { ...found, spec: { ...found.spec, removed: ['its-uid'] } };
      expect(said(await controller.client.send('PUT', `${path}?dryRun=All`, removed))).toMatch(
        /^403 .*spec.removed is a person's statement/,
      );
    } finally {
      controller.close();
    }
  });

  it('T18 an identity that nobody knows gets nothing, whatever it is called', async () => {
    const { set } = scene();
    const hub = set.cluster('hub');
    // Named as every member's is, and bound to nothing; its namespace looks like a member's.
    const namespace = 'member-nobody';
    await hub.admin.apply(`/api/v1/namespaces/${namespace}`, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
    });
    const text = await serviceAccountKubeconfig(hub, { namespace, name: 'tombolo-member' });
    const nobody = await StolenCredential.in(text);
    try {
      const kinds = ['memberreports', 'exportedservices', 'exportedendpointslices', 'members', 'clustersets'];
      for (const kind of kinds) {
        for (const within of [`namespaces/${namespace}/`, 'namespaces/member-zzzc/', '']) {
          const path = `/apis/hub.tombolo.dev/v1alpha1/${within}${kind}`;
          expect(said(await nobody.client.send('GET', path))).toMatch(/^403 .* cannot list/);
          expect(said(await nobody.client.send('POST', path, {}))).toMatch(/^403 .* cannot create/);
        }
      }
    } finally {
      nobody.close();
    }
  });

  it('T09 a member reads what all of them export, and of that neither node nor pod', async () => {
    const { set, zzzc } = scene();
    const shbt = set.member('shbt');
    const { listed } = await readable(zzzc);
    expect(listed).toEqual([
      'clustersets',
      'exportedendpointslices',
      'exportedservices',
      'memberreports',
      'members',
    ]);
    const secretive = {
      nodeName: 'node-of-shbt',
      targetRef: { kind: 'Pod', namespace: 'prod', name: 'pod-of-shbt', uid: 'u' },
    };
    await shbt.service(headless('prod', 'topology'));
    await shbt.slice(slice('prod', 'topology', 'a', [pod('t-0', '198.18.2.9', secretive)]));
    await shbt.exports('prod', 'topology');
    await set.member('zzzc').awaitAddresses('prod', 'topology', 'shbt', ['198.18.2.9']);
    const { texts } = await readable(zzzc);
    expect(texts).toContain('198.18.2.9 RSt hostname=t-0');
    expect(texts).not.toMatch(/node-of-shbt|pod-of-shbt/);
  });
}

async function table(cluster: Cluster, thief: StolenCredential, columns: readonly Column[]) {
  return accessTable(thief.client, triable(await allResources(cluster.admin)), columns, attempt);
}

/** Which of our kinds can be listed in all namespaces, and all that the lists hold. */
async function readable({ client }: StolenCredential): Promise<{ listed: string[]; texts: string }> {
  const found: { resources: { name: string }[] } = Object(await client.get('/apis/hub.tombolo.dev/v1alpha1'));
  const listed: string[] = [];
  let texts = '';
  for (const { name } of found.resources.filter((one) => !one.name.includes('/'))) {
    const { status, body } = await client.send('GET', `/apis/hub.tombolo.dev/v1alpha1/${name}`);
    if (status !== 200) continue;
    listed.push(name);
    texts += JSON.stringify(body);
  }
  return { listed: listed.sort(), texts };
}
