import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { AdminClient } from '#test/clusters/admin.ts';
import { writeSharedKubeconfig } from '#test/clusters/describe.ts';
import { requireCapabilities } from '#test/clusters/provider.ts';
import { skipWithout } from '#test/clusters/use-clusters.ts';
import { eventually } from '#test/driver/eventually.ts';
import { runCommands } from '../driver/commands.ts';
import { type PageStep, stepsOf } from '../driver/page.ts';
import { HELMS } from '../driver/use-helms.ts';
import { useReleases } from '../driver/use-releases.ts';
import { corednsImage, tomboloImage } from './images.ts';

const STEPS = stepsOf(readFileSync('docs/install.md', 'utf8'));
const LEAVE_IMPORTS_ALONE = ['Change, upgrade, roll back', 'Uninstall'];
const IMPORTS = 'serviceimports,services,endpointslices';

// One story for each Helm: the page is read from top to bottom, on clusters with kubelets and packets that flow.
describe.each(HELMS)('docs/install.md, typed as it stands, with %s', (helmName) => {
  const at = useReleases(helmName, {
    hub: { name: 'hub', node: true },
    members: [
      { name: 'zzzc', node: true },
      { name: 'shbt', node: true },
    ],
  });
  let kubeconfig: string;

  beforeAll(async () => {
    const clusters = [at.hub, ...at.set.members];
    if (requireCapabilities(at.hub, 'nodes').skip !== undefined) return;
    const tombolo = await tomboloImage(at.folder);
    const coredns = await corednsImage(dnsImage());
    await Promise.all(
      clusters.map(async ({ node }) => {
        await node.loadImage(tombolo);
        await node.loadImage(coredns);
        await node.loadToolbox(['docker.io/alpine/socat:1.7.4.4']);
      }),
    );
    kubeconfig = writeSharedKubeconfig(at.set);
    symlinkSync(join(process.cwd(), 'charts'), join(at.folder, 'charts'));
  });

  it.for(STEPS.filter(isWithHelm))('$title', async (step, context) => {
    skipWithout(context, at.hub, 'nodes');
    const before = LEAVE_IMPORTS_ALONE.includes(step.title) ? await imports() : undefined;
    const said = await types(step);
    if (step.title === '5. Export a Service (2)') expect(said).toMatch(/^db-1$/m);
    // What is imported is not even written anew while agents and hub controller are replaced, or go.
    if (before !== undefined) expect(await imports()).toEqual(before);
    if (step.title === 'Change, upgrade, roll back') await everythingIsRestricted();
    if (step.title === 'DNS by the chart') await theChartsDnsAnswers();
  });

  it('the agent goes on with new credentials in the same pod, after the old ones were revoked', async (context) => {
    skipWithout(context, at.hub, 'nodes');
    const [hub, member] = [at.on('hub'), at.on('zzzc')];
    const pods = ['-n', 'tombolo-system', 'get', 'pods', '-l', 'app.kubernetes.io/name=tombolo-member', '-o'];
    const which =
      'jsonpath={range .items[*]}{.metadata.uid} {.status.containerStatuses[0].restartCount}{end}';
    const before = await member.kubectl.run([...pods, which]);
    const secret = [
      '-n',
      'tombolo-system',
      'get',
      'secret',
      'tombolo-hub-token',
      '-o',
      'jsonpath={.data.token}',
    ];
    const old = Buffer.from(await member.kubectl.run(secret), 'base64').toString('utf8');
    await hub.kubectl.run(['-n', 'member-zzzc', 'delete', 'serviceaccount', 'tombolo-member']);
    await isRefused(old);
    await hub.run('upgrade', 'tombolo-hub', {}, '--reset-then-reuse-values');
    const token = await hub.kubectl.run(['-n', 'member-zzzc', 'create', 'token', 'tombolo-member']);
    const data = { stringData: { token: token.trim() } };
    const patch = ['patch', 'secret', 'tombolo-hub-token', '--type=merge', '-p', JSON.stringify(data)];
    await member.kubectl.run(['-n', 'tombolo-system', ...patch]);
    await member.kubectl.run(['-n', 'prod', 'create', 'service', 'clusterip', 'later', '--tcp=80']);
    const kind = { apiVersion: 'multicluster.x-k8s.io/v1beta1', kind: 'ServiceExport' };
    const wish = { ...kind, metadata: { namespace: 'prod', name: 'later' } };
    await member.kubectl.run(['create', '-f', '-'], JSON.stringify(wish));
    // The kubelet brings a changed Secret within about a minute and a half.
    const wait = ['wait', '--for=create', 'exportedservice/prod.later', '--timeout=200s'];
    await hub.kubectl.run(['-n', 'member-zzzc', ...wait]);
    expect(await member.kubectl.run([...pods, which])).toBe(before);
  });

  it.for(STEPS.filter((step) => !isWithHelm(step)))('$title', async (step, context) => {
    skipWithout(context, at.hub, 'nodes');
    await types(step);
  });

  function types({ commands }: PageStep): Promise<string> {
    const env = { KUBECONFIG: kubeconfig };
    return runCommands(commands, { folder: at.folder, env, tools: at.on('hub') });
  }

  /** Everything that the agent of shbt has imported, with its version. */
  async function imports(): Promise<string[]> {
    const columns =
      'custom-columns=K:.kind,N:.metadata.name,G:.metadata.generation,V:.metadata.resourceVersion';
    const get = ['-n', 'prod', 'get', IMPORTS, '-o', columns, '--no-headers'];
    const lines = (await at.on('shbt').kubectl.run(get)).trim().split('\n');
    expect(lines.length).toBeGreaterThan(1);
    return lines;
  }

  /** An API server takes a token that is void for some seconds more, because it has just been good. */
  async function isRefused(token: string): Promise<void> {
    const { server, ca } = at.hub;
    const client = new AdminClient({ server, ca, credentials: { token } });
    try {
      await eventually('the old token is refused', async () => {
        expect((await client.send('GET', '/apis/hub.tombolo.dev/v1alpha1/members')).status).toBe(401);
      });
    } finally {
      client.close();
    }
  }

  async function everythingIsRestricted(): Promise<void> {
    for (const [cluster, namespace] of [
      ['hub', 'tombolo-hub'],
      ['zzzc', 'tombolo-system'],
    ] as const) {
      const label = ['label', '--dry-run=server', '--overwrite', 'namespace', namespace];
      const enforce = 'pod-security.kubernetes.io/enforce=restricted';
      const { exitCode, stderr } = await at.on(cluster).kubectl.try([...label, enforce]);
      // The API server looks at the pods that are there, and warns of those that it would refuse.
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    }
  }

  async function theChartsDnsAnswers(): Promise<void> {
    const address = await at
      .on('zzzc')
      .kubectl.run([
        '-n',
        'tombolo-system',
        'get',
        'service',
        'tombolo-member-dns',
        '-o',
        'jsonpath={.spec.clusterIP}',
      ]);
    const pod = [
      'run',
      'asks',
      '--image=docker.io/alpine/socat:1.7.4.4',
      '--restart=Never',
      '--command',
      '--',
    ];
    const dig = `dig +short +tries=1 +time=1 @${address} db-0.zzzc.db.prod.svc.clusterset.local`;
    // A Service that is new is not on the node yet: what goes there before kube-proxy knows it goes nowhere.
    const asks = `until ${dig} | grep -v '^;'; do sleep 1; done; ${dig} +tcp`;
    await at.on('zzzc').kubectl.run([...pod, 'sh', '-c', asks]);
    const wait = ['wait', '--for=jsonpath={.status.phase}=Succeeded', 'pod/asks', '--timeout=60s'];
    await at.on('zzzc').kubectl.run(wait);
    const [udp, tcp] = (await at.on('zzzc').kubectl.run(['logs', 'asks'])).trim().split('\n');
    expect(udp).toMatch(/^198\.18\./);
    expect(tcp).toBe(udp);
  }
});

/** Once objects are applied by kubectl, Helm 4 is not the one who owns them. */
function isWithHelm({ title }: PageStep): boolean {
  return title !== 'GitOps';
}

function dnsImage(): string {
  const { dns } = parse(readFileSync('charts/tombolo-member/values.yaml', 'utf8')) as {
    dns: { forward: { image: { registry: string; repository: string; tag: string } } };
  };
  const { registry, repository, tag } = dns.forward.image;
  return `${registry}/${repository}:${tag}`;
}
