import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hubDeployment, memberDeployment } from '#src/install/deployment.ts';
import { memberHubAccess } from '#src/install/member-hub-access.ts';
import { until } from '#test/clusters/machine/until.ts';
import { useClusters } from '#test/clusters/use-clusters.ts';
import { chartPath, ENOUGH, objectsOf, template } from './driver/charts.ts';
import type { Tool } from './driver/helm.ts';
import { HELMS, toolsOf } from './driver/use-helms.ts';
import { rendered, withoutDeclaration } from './installed-alike.ts';
import { USES } from './matrix.ts';

const NAMESPACES = ['tombolo-hub', 'tombolo-system', 'elsewhere', 'member-zzzc', 'member-shbt', 'member-123'];

describe('what the charts render', () => {
  const clusters = useClusters({
    hub: {
      name: 'any',
      // They give every namespace the account that pods run under.
      controllers: true,
      crds: ['crds/hub', 'crds/multicluster', 'test/charts/fixtures/monitoring-crds.yaml'],
      serviceRange: '10.0.0.0/24',
    },
    members: [],
  });
  let home = '';
  const tools = new Map<string, { helm: Tool; kubectl: Tool }>();
  const toolsFor = (name: string) => {
    const found = tools.get(name);
    if (found === undefined) throw new Error(`there is no ${name}`);
    const { kubeconfigPath } = clusters.hub;
    return { helm: found.helm.at(kubeconfigPath, home), kubectl: found.kubectl.at(kubeconfigPath, home) };
  };

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'tombolo-helm-'));
    for (const name of HELMS) tools.set(name, await toolsOf(name));
    for (const name of NAMESPACES) {
      const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
      await clusters.hub.admin.apply(`/api/v1/namespaces/${name}`, namespace);
    }
    for (const name of NAMESPACES) {
      const account = `/api/v1/namespaces/${name}/serviceaccounts/default`;
      await until(
        `${account} is there`,
        async () => (await clusters.hub.admin.send('GET', account)).status === 200,
      );
    }
  });
  afterAll(() => rmSync(home, { recursive: true }));

  describe.each(HELMS)('%s', (name) => {
    it.each(['tombolo-hub', 'tombolo-member'] as const)('finds nothing to say about %s', async (chart) => {
      const { helm } = toolsFor(name);
      for (const { values } of USES.filter((use) => use.chart === chart)) {
        const args = ['lint', '--strict', chartPath(chart), '--values', '-'];
        const said = await helm.run(args, JSON.stringify(values));
        expect(said).toContain('0 chart(s) failed');
        expect(said).not.toMatch(/\[(WARNING|ERROR)\]/);
      }
    });

    it.each(USES)('an API server takes $chart, $title', async ({ chart, values }) => {
      const { helm, kubectl } = toolsFor(name);
      const text = await template(helm, chart, values);
      const objects = objectsOf(text);
      const ids = objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`);
      expect(new Set(ids).size).toBe(ids.length);
      const apply = ['apply', '--server-side', '--dry-run=server', '--validate=strict', '-f', '-'];
      const said = await kubectl.run(apply, text);
      // One line for each, or something was passed over.
      expect(said.trim().split('\n')).toHaveLength(objects.length);
    });

    it.each([
      ['manual', {}, ['kubectl create clusterrole tombolo-coredns', 'clusterset.local:53 {']],
      [
        'native-block',
        {},
        ['gets the server block of clusterset.local from ConfigMap kube-system/coredns-custom'],
      ],
      [
        'forward',
        {},
        ['get service tombolo-member-dns -o', 'forward . ADDRESS', 'stubDomains', 'upstreams: [ADDRESS]'],
      ],
      ['forward', { forward: { clusterIP: '10.0.0.53' } }, ['forward . 10.0.0.53']],
    ])('NOTES say what is left to do with dns.mode=%s', async (mode, more, said) => {
      const { helm } = toolsFor(name);
      const dryRun = ['install', 'x', chartPath('tombolo-member'), '--dry-run=client', '--values', '-'];
      const text = await helm.run(
        dryRun,
        JSON.stringify({ ...ENOUGH, crds: { enabled: false }, dns: { mode, ...more } }),
      );
      const notes = text.split('NOTES:')[1];
      for (const words of said) expect(notes).toContain(words);
      expect(notes).toContain('kubectl -n prod describe serviceexport db');
    });
  });

  it('is what the command line installs, by default', async () => {
    const { helm } = toolsFor(HELMS.at(-1) ?? '');
    // Without a declaration: what the command line installs is told by the command line.
    const hub = await template(helm, 'tombolo-hub', { clusterSet: { create: false } });
    const deployment = rendered(hub, 'Deployment', 'tombolo-hub');
    expect(withoutDeclaration(deployment)).toEqual(hubDeployment());
    const server = 'https://hub.example.com:6443';
    const member = await template(helm, 'tombolo-member', { ...ENOUGH, hub: { ...ENOUGH.hub, url: server } });
    expect(rendered(member, 'Deployment', 'tombolo-member')).toEqual(memberDeployment({ clusterId: 'zzzc' }));
    const [, config] = memberHubAccess({
      clusterId: 'zzzc',
      server,
      caPem: '',
      token: '',
      clusterSetUID: '',
      invitation: '',
    });
    expect(rendered(member, 'ConfigMap', 'tombolo-member-hub')?.['data']).toEqual(config?.['data']);
  });

  it('is the same with every Helm', async () => {
    for (const { chart, values } of USES) {
      const texts = await Promise.all(
        HELMS.map(async (name) => objectsOf(await template(toolsFor(name).helm, chart, values))),
      );
      for (const objects of texts) expect(objects).toEqual(texts[0]);
    }
  });
});
