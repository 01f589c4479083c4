import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AGENT_NAMESPACE, MEMBER_ACCOUNT } from '#src/install/member.ts';
import { eventually } from '#test/driver/eventually.ts';
import { accessTable, allResources, type Column } from '../integration/kinds/access-table.ts';
import { ENOUGH } from './driver/charts.ts';
import { commandsOf, runCommands } from './driver/commands.ts';
import { differing, idOf, type Releases } from './driver/release.ts';
import { HELMS } from './driver/use-helms.ts';
import { useReleases } from './driver/use-releases.ts';

const SET = { members: { zzzc: { allowedNamespaces: ['prod'] }, shbt: {} } };
const WITH_ANOTHER = { members: { ...SET.members, bjpdc: {} } };
const RESTRICTED = 'pod-security.kubernetes.io/enforce=restricted';

// One story for each Helm: each test goes on where the one before it has ended.
describe.each(HELMS)('with %s', (helmName) => {
  const at = useReleases(helmName, {
    hub: { name: 'hub', controllers: true },
    members: [{ name: 'zzzc', controllers: true }],
  });
  let notes = '';

  it('one command installs the hub, into a namespace that takes restricted pods only', async () => {
    const { kubectl } = at.on('hub');
    await kubectl.run(['create', 'namespace', 'tombolo-hub']);
    await kubectl.run(['label', 'namespace', 'tombolo-hub', RESTRICTED]);
    notes = await at.on('hub').run('install', 'tombolo-hub', SET);
    await kubectl.run([
      'wait',
      '--for=condition=Established',
      'crd',
      '-l',
      'app.kubernetes.io/part-of=tombolo',
    ]);
    await podIsMade(at.on('hub'), 'tombolo-hub', 'tombolo-hub');
  });

  it('NOTES print commands that make each member’s credentials', async () => {
    const env = { KUBECONFIG: at.hub.kubeconfigPath };
    for (const id of ['zzzc', 'shbt']) {
      const commands = commandsOf(notes, `${id}:`);
      expect(commands.length).toBe(5);
      await runCommands(commands, { folder: at.folder, env, tools: at.on('hub') });
      const own = join(at.folder, `${id}.kubeconfig`);
      const who = await at.on('hub').kubectl.run(['--kubeconfig', own, 'auth', 'whoami', '-o', 'json']);
      expect(JSON.parse(who)).toMatchObject({
        status: { userInfo: { username: `system:serviceaccount:member-${id}:tombolo-member` } },
      });
    }
  });

  it('one command installs a member with that, into such a namespace as well', async () => {
    const { kubectl } = at.on('zzzc');
    await kubectl.run(['create', 'namespace', AGENT_NAMESPACE]);
    await kubectl.run(['label', 'namespace', AGENT_NAMESPACE, RESTRICTED]);
    const secret = [
      'create',
      'secret',
      'generic',
      'tombolo-hub',
      `--from-file=kubeconfig=${at.folder}/zzzc.kubeconfig`,
    ];
    await kubectl.run(['-n', AGENT_NAMESPACE, ...secret]);
    const said = await at.on('zzzc').run('install', 'tombolo-member', {
      ...ENOUGH,
      dns: { mode: 'forward', forward: { image: { repository: 'x' } } },
    });
    expect(said).toContain('kubectl -n tombolo-system rollout status deployment/tombolo-member');
    await podIsMade(at.on('zzzc'), AGENT_NAMESPACE, 'tombolo-member');
    await podIsMade(at.on('zzzc'), AGENT_NAMESPACE, 'tombolo-member-dns');
  });

  it('into a namespace that refuses what is not restricted', async () => {
    const pod = ['run', 'bad', '--image=x', '--dry-run=server'];
    const { stderr } = await at.on('zzzc').kubectl.try(['-n', AGENT_NAMESPACE, ...pod]);
    expect(stderr).toContain('violates PodSecurity "restricted');
  });

  it.each([
    {
      who: 'hub-member',
      cluster: 'hub',
      namespace: 'member-zzzc',
      account: MEMBER_ACCOUNT,
      columns: [
        ['its own namespace', 'member-zzzc'],
        ['another member’s namespace', 'member-shbt'],
      ],
    },
    {
      who: 'hub-controller',
      cluster: 'hub',
      namespace: 'tombolo-hub',
      account: 'tombolo-hub',
      columns: [
        ['its own namespace', 'tombolo-hub'],
        ['a member’s namespace', 'member-zzzc'],
      ],
    },
    {
      who: 'member-agent',
      cluster: 'zzzc',
      namespace: AGENT_NAMESPACE,
      account: MEMBER_ACCOUNT,
      columns: [['its own namespace', AGENT_NAMESPACE]],
    },
  ] as const)('$who may do what its golden table says, and nothing else', async (row) => {
    const { who, cluster, namespace, account, columns } = row;
    const everywhere: Column[] = [
      ...columns,
      ['default', 'default'],
      ['kube-system', 'kube-system'],
      ['everywhere', ''],
    ];
    const client = await at.on(cluster).as(namespace, account);
    try {
      const { text } = await accessTable(
        client,
        await allResources(at.on(cluster).cluster.admin),
        everywhere,
      );
      expect(text).toBe(readFileSync(`test/integration/kinds/golden/${who}.txt`, 'utf8'));
    } finally {
      client.close();
    }
  });

  it('the API server finds no mistake in the policies', async () => {
    for (const cluster of ['hub', 'zzzc']) {
      await eventually(`the policies of ${cluster} are checked`, async () => {
        const text = await at.on(cluster).kubectl.run(['get', 'validatingadmissionpolicies', '-o', 'json']);
        const { items } = JSON.parse(text) as {
          items: { status?: { observedGeneration?: number; typeChecking?: object } }[];
        };
        expect(items.length).toBeGreaterThan(2);
        for (const { status } of items) {
          expect(status?.observedGeneration).toBeDefined();
          expect(status?.typeChecking ?? {}).toEqual({});
        }
      });
    }
  });

  it('the same once more changes no object', async () => {
    const hub = at.on('hub');
    const objects = await hub.manifest('tombolo-hub');
    const before = await hub.versions(objects);
    expect(Object.keys(before)).toHaveLength(objects.length);
    await hub.run('apply', 'tombolo-hub', SET);
    expect(differing(before, await hub.versions(objects))).toEqual([]);
  });

  it('a second hub, or a second agent, in one cluster is refused in words', async () => {
    const { helm } = at.on('zzzc');
    const second = ['install', 'second', 'charts/tombolo-member', '-n', 'default', '--values', '-'];
    const { exitCode, stderr } = await helm.try(second, JSON.stringify(ENOUGH));
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(/cannot be imported into the current release|invalid ownership metadata/);
  });

  it('an upgrade admits another member, and touches nothing of the others', async () => {
    const hub = at.on('hub');
    const objects = await hub.manifest('tombolo-hub');
    const before = await hub.versions(objects);
    await hub.run('upgrade', 'tombolo-hub', WITH_ANOTHER);
    const changed = differing(before, await hub.versions(await hub.manifest('tombolo-hub')));
    expect(changed).toEqual([
      'ClusterRoleBinding /tombolo-reader-bjpdc',
      'ConfigMap tombolo-hub/tombolo-hub-declaration',
      'Deployment tombolo-hub/tombolo-hub',
      'Namespace /member-bjpdc',
      'Role member-bjpdc/tombolo-member',
      'RoleBinding member-bjpdc/tombolo-member',
      'ServiceAccount member-bjpdc/tombolo-member',
    ]);
  });

  it('a rollback takes its rights away again, and leaves its namespace', async () => {
    const hub = at.on('hub');
    const objects = await hub.manifest('tombolo-hub');
    await hub.rollback('tombolo-hub', 2);
    await eventually('its account is gone', async () => {
      const left = Object.keys(await hub.versions(objects)).filter((id) => id.includes('bjpdc'));
      expect(left).toEqual(['Namespace /member-bjpdc']);
    });
  });

  it('uninstalling leaves the kinds, and all that is of users or of the set', async () => {
    const member = at.on('zzzc');
    const theirs = usersObjects();
    await member.kubectl.run(
      ['apply', '-f', '-'],
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: theirs }),
    );
    const before = await member.versions(theirs);
    const objects = await member.manifest('tombolo-member');
    await member.uninstall('tombolo-member');
    expect(await member.versions(theirs)).toEqual(before);
    await eventually('only the kinds are left', async () => {
      expect(Object.keys(await member.versions(objects)).sort()).toEqual([
        'CustomResourceDefinition /serviceexports.multicluster.x-k8s.io',
        'CustomResourceDefinition /serviceimports.multicluster.x-k8s.io',
      ]);
    });
    const hub = at.on('hub');
    const hubObjects = await hub.manifest('tombolo-hub');
    const kept = hubObjects.filter(({ kind }) => kind === 'CustomResourceDefinition' || kind === 'Namespace');
    await hub.uninstall('tombolo-hub');
    await eventually('kinds and members’ namespaces are left', async () => {
      expect(Object.keys(await hub.versions(hubObjects)).sort()).toEqual(kept.map(idOf).sort());
    });
  });

  it('installing once more takes up what was left', async () => {
    await at.on('hub').run('install', 'tombolo-hub', SET);
    await at.on('zzzc').run('install', 'tombolo-member', ENOUGH);
    const objects = await at.on('zzzc').manifest('tombolo-member');
    expect(Object.keys(await at.on('zzzc').versions(objects))).toHaveLength(objects.length);
  });

  /** What a running set has made of a member's cluster, and what its users wrote. */
  function usersObjects() {
    const prod = { namespace: 'default', name: 'db' };
    const derived = {
      namespace: 'default',
      name: 'derived-1',
      labels: { 'tombolo.dev/managed-by': 'member.tombolo.dev' },
    };
    const ports = [{ port: 5432 }];
    return [
      { apiVersion: 'v1', kind: 'Service', metadata: prod, spec: { ports } },
      { apiVersion: 'multicluster.x-k8s.io/v1beta1', kind: 'ServiceExport', metadata: prod },
      {
        apiVersion: 'multicluster.x-k8s.io/v1beta1',
        kind: 'ServiceImport',
        metadata: { ...prod, labels: derived.labels },
        spec: { type: 'ClusterSetIP', ports },
      },
      { apiVersion: 'v1', kind: 'Service', metadata: derived, spec: { ports } },
      {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: derived,
        addressType: 'IPv4',
        endpoints: [{ addresses: ['198.18.2.1'] }],
      },
    ];
  }
});

/** Waits for the pod that the ReplicaSet makes: admission has taken it. */
async function podIsMade({ kubectl }: Releases, namespace: string, name: string): Promise<void> {
  const selector = `app.kubernetes.io/name=${name}`;
  await eventually(`a pod of ${name}`, async () => {
    const pods = await kubectl.run(['-n', namespace, 'get', 'pods', '-l', selector, '-o', 'name']);
    expect(pods).toContain(`pod/${name}-`);
  });
}
