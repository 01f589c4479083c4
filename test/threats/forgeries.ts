import { expect, it } from 'vitest';
import { exportedEndpointSlices, exportedSliceName } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServiceName, exportedServices } from '#apis/hub/exported-service.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { leases } from '#apis/kubernetes/lease.ts';
import { services } from '#apis/kubernetes/service.ts';
import { derivedServiceName, sliceHash } from '#controllers/endpoints/names.ts';
import { endpoint, service, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { exportsPlain, oneSecondAfter } from '#test/driver/exporting.ts';
import { awaitNothingOf, awaitSlices } from '#test/driver/imported.ts';
import { awaitRecord } from '#test/driver/records.ts';
import { ADDRESSES } from './addresses.ts';
import { said } from './credential.ts';
import { publishes, REPORT, serviceRecord, sliceRecord } from './records.ts';
import { AIMED, EVIL, NOWHERE, NOWHERES, type Scene, writesIn } from './scene.ts';

const SMUGGLED = {
  'kubernetes.io/service-name': 'payments',
  'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
  'multicluster.kubernetes.io/source-cluster': 'zzzc',
  'multicluster.kubernetes.io/service-name': 'db',
  'tombolo.dev/managed-by': 'somebody',
  'argocd.argoproj.io/instance': 'payments',
  'app.kubernetes.io/managed-by': 'Helm',
  'meta.helm.sh/release-name': 'payments',
};

/** What a member that was taken over writes to the hub, within its own namespace, to reach beyond it. */
export function forgeries(scene: () => Scene): void {
  const shbt = () => scene().set.member('shbt');

  it('T02 what is exported into system namespaces, or where it may not, or says to come from another cluster, changes nothing there', async () => {
    const { set, evil } = scene();
    const since = await set.cluster('shbt').audit.mark();
    for (const at of AIMED) {
      expect((await publishes(evil, EVIL, at, ['198.18.6.6'])).map(said)).toEqual(['201', '201']);
    }
    const metadata = { labels: SMUGGLED, annotations: { namespace: 'kube-system', cluster: 'zzzc' } };
    const named = serviceRecord('prod', 'forged', { cluster: 'zzzc', destination: 'kube-system' });
    expect(said(await evil.creates(exportedServices, EVIL, 'prod.forged', { ...named, metadata }))).toBe(
      '201',
    );
    const another = serviceRecord('kube-system', 'kube-dns');
    expect(said(await evil.creates(exportedServices, EVIL, 'prod.another', another))).toMatch(/^422/);
    await shbt().awaitImport('prod', 'forged', ({ status }) =>
      expect(status?.clusters).toEqual([{ cluster: EVIL }]),
    );
    await set.settle('prod');
    const written = await writesIn(set, 'shbt', since);
    const places = new Set(written.map(({ namespace, name }) => `${namespace}/${name.replace(/-.*/, '')}`));
    expect([...places]).toEqual(['prod/forged']);
  });

  it('T03 a claim of an early time wins in mode ExportTime and nothing in mode HubTime, and whoever makes his record anew is last', async () => {
    const { set, evil } = scene();
    const portsIn = async (id: string, name: string, numbers: number[], from: string[]) =>
      set.member(id).awaitImport('prod', name, ({ spec, status }) => {
        expect(status?.clusters).toEqual(from.map((cluster) => ({ cluster })));
        expect(spec.ports.map(({ port }) => port)).toEqual(numbers);
      });
    const claim = {
      export: { uid: 'claims-1970', creationTimestamp: '1970-01-02T00:00:00Z' },
      ports: [{ name: 'tcp', port: 666, protocol: 'TCP' }],
    };
    await exportsPlain(set.member('zzzc'), 'prod', 'early', '198.18.1.30');
    const { metadata } = await awaitRecord(set.hub, 'zzzc', 'prod', 'early');
    await oneSecondAfter(metadata.creationTimestamp);
    await publishes(evil, EVIL, ['prod', 'early'], ['198.18.6.6'], claim);
    await portsIn('shbt', 'early', [5432], [EVIL, 'zzzc']);
    await set.hubAdmin.ordersBy('ExportTime');
    await portsIn('shbt', 'early', [666], [EVIL, 'zzzc']);
    await set.hubAdmin.ordersBy('HubTime');
    await portsIn('shbt', 'early', [5432], [EVIL, 'zzzc']);

    await publishes(evil, EVIL, ['prod', 'late'], ['198.18.6.6'], claim);
    const first = await awaitRecord(set.hub, EVIL, 'prod', 'late');
    await oneSecondAfter(first.metadata.creationTimestamp);
    await exportsPlain(set.member('zzzc'), 'prod', 'late', '198.18.1.31');
    await portsIn('shbt', 'late', [666], [EVIL, 'zzzc']);
    await oneSecondAfter((await awaitRecord(set.hub, 'zzzc', 'prod', 'late')).metadata.creationTimestamp);
    await evil.deletes(exportedServices, EVIL, exportedServiceName('prod', 'late'));
    await evil.creates(exportedServices, EVIL, 'prod.late', serviceRecord('prod', 'late', claim));
    await portsIn('shbt', 'late', [5432], [EVIL, 'zzzc']);
  });

  it(`T05 of ${ADDRESSES.length} addresses those are shown that lead to a pod, and no other`, async () => {
    const { evil } = scene();
    for (const family of ['IPv4', 'IPv6'] as const) {
      const name = `poison-${family === 'IPv4' ? 'v4' : 'v6'}`;
      const spec = { type: 'Headless', ipFamilies: [family] };
      await evil.creates(exportedServices, EVIL, `prod.${name}`, serviceRecord('prod', name, spec));
      const hash = sliceHash('a');
      const ofFamily = ADDRESSES.filter((one) => one.family === family);
      const taken: string[] = [];
      for (const { address, verdict } of ofFamily) {
        const record = sliceRecord([address], { addressType: family });
        const path = `/apis/hub.tombolo.dev/v1alpha1/namespaces/member-${EVIL}/${exportedEndpointSlices.plural}`;
        const body = {
          apiVersion: 'hub.tombolo.dev/v1alpha1',
          kind: exportedEndpointSlices.kind,
          metadata: { name: exportedSliceName('prod', name, hash) },
          ...record,
        };
        const { status } = await evil.client.send('POST', `${path}?dryRun=All`, body);
        expect(`${address} ${status}`).toBe(`${address} ${verdict === 'refused by the hub' ? 422 : 201}`);
        if (status === 201) taken.push(address);
      }
      const record = sliceRecord(taken, { addressType: family });
      expect(said(await evil.creates(exportedEndpointSlices, EVIL, `prod.${name}.${hash}`, record))).toBe(
        '201',
      );
      const shown = ofFamily.filter(({ verdict }) => verdict === 'shown').map(({ address }) => address);
      await shbt().awaitAddresses('prod', name, EVIL, shown);
    }
  });

  it('T06 labels that a record carries graft its endpoints onto no Service of users', async () => {
    const { evil } = scene();
    await shbt().service(service('prod', 'payments'));
    await shbt().slice(slice('prod', 'payments', 'own', [endpoint('198.18.2.50')]));
    const labels = { ...SMUGGLED, team: 'x' };
    const named = serviceRecord('prod', 'smuggled', { labels, annotations: SMUGGLED });
    const metadata = { labels: SMUGGLED };
    await evil.creates(exportedServices, EVIL, 'prod.smuggled', { ...named, metadata });
    const name = exportedSliceName('prod', 'smuggled', sliceHash('a'));
    await evil.creates(exportedEndpointSlices, EVIL, name, { ...sliceRecord(['198.18.6.6']), metadata });
    const [found] = await awaitSlices(shbt(), 'prod', 'smuggled', EVIL, (all) => expect(all).toHaveLength(1));
    expect(found?.metadata.labels).toEqual({
      'multicluster.kubernetes.io/service-name': 'smuggled',
      'multicluster.kubernetes.io/source-cluster': EVIL,
      'endpointslice.kubernetes.io/managed-by': 'member.tombolo.dev',
      'tombolo.dev/source-slice': sliceHash('a'),
      'kubernetes.io/service-name': derivedServiceName('prod', 'smuggled'),
    });
    const derived = await shbt().client.get(services, {
      namespace: 'prod',
      name: derivedServiceName('prod', 'smuggled'),
    });
    const imported = await shbt().awaitImport('prod', 'smuggled');
    for (const { metadata } of [derived, imported]) {
      expect(metadata.labels).toMatchObject({ team: 'x', 'tombolo.dev/managed-by': 'member.tombolo.dev' });
      const smuggled = Object.entries(SMUGGLED).filter(
        ([key, value]) => metadata.labels?.[key] === value || metadata.annotations?.[key] === value,
      );
      expect(smuggled).toEqual([]);
    }
    expect(imported.metadata.labels).not.toHaveProperty(['kubernetes.io/service-name']);
    const behind = await shbt().client.list(endpointSlices, {
      namespace: 'prod',
      labelSelector: 'kubernetes.io/service-name=payments',
    });
    expect(behind.items.map(({ metadata }) => metadata.name)).toEqual(['payments-own']);
  });

  it('T08 neither finalizers nor owners nor another identity under an old name', async () => {
    const { evil } = scene();
    const metadata = { finalizers: ['example.com/stay'] };
    const record = serviceRecord('prod', 'held');
    await eventually('the policy is in force', async () =>
      expect(said(await evil.creates(exportedServices, EVIL, 'prod.held', { ...record, metadata }))).toMatch(
        /^403 .*finalizers are not allowed here/,
      ),
    );
    const lease = { apiVersion: 'coordination.k8s.io/v1', spec: {}, metadata };
    expect(said(await evil.creates(leases, EVIL, 'tombolo-member', lease))).toMatch(/^403 .*finalizers/);
    const owner = { apiVersion: 'v1', kind: 'Namespace', name: 'prod', uid: 'some-uid' };
    const owned = { ...serviceRecord('prod', 'owned'), metadata: { ownerReferences: [owner] } };
    expect(said(await evil.creates(exportedServices, EVIL, 'prod.owned', owned))).toBe('201');
    await evil.creates(exportedEndpointSlices, EVIL, `prod.owned.${sliceHash('a')}`, {
      ...sliceRecord(['198.18.6.7']),
      metadata: { ownerReferences: [owner] },
    });
    const [shown] = await awaitSlices(shbt(), 'prod', 'owned', EVIL, (all) => expect(all).toHaveLength(1));
    expect(shown?.metadata.ownerReferences?.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'ServiceImport owned',
    ]);
    const flipped = await evil.changes(exportedServices, EVIL, 'prod.owned', (present) => ({
      ...present,
      spec: { ...Object(present['spec']), service: { namespace: 'kube-system', name: 'owned' } },
    }));
    expect(said(flipped)).toMatch(/^422/);
    const rebuilt = await evil.changes(...[REPORT[0], EVIL, REPORT[1]], (present) => ({
      ...present,
      spec: { ...Object(present['spec']), clusterUID: 'another-cluster' },
    }));
    expect(said(rebuilt)).toMatch(/^422/);
  });

  it('T07 records for namespaces that are not there cost importers no request, and nobody else his changes', async () => {
    const { set, evil } = scene();
    const since = await set.cluster('shbt').audit.mark();
    const floods = NOWHERES.map((name) => publishes(evil, EVIL, [NOWHERE, name], ['198.18.6.6']));
    // In the middle of it.
    await set.member('zzzc').slice(slice('prod', 'db', 'a', [endpoint('198.18.1.8')]));
    await shbt().awaitAddresses('prod', 'db', 'zzzc', ['198.18.1.8']);
    const answers = (await Promise.all(floods)).flat().map(({ status }) => status);
    expect(answers).toEqual(Array.from({ length: 2 * NOWHERES.length }, () => 201));
    await set.settle('prod');
    const written = await writesIn(set, 'shbt', since);
    expect(written.filter(({ namespace }) => namespace !== 'prod')).toEqual([]);
    // What earlier tests have left to do is about other names.
    const ofDb = written.filter(({ name }) => name === 'db' || name.startsWith('db-'));
    expect(ofDb.map(({ verb, resource }) => `${verb} ${resource}`)).toEqual(['update endpointslices']);
    const namespace = `member-${EVIL}`;
    for (const kind of [exportedServices, exportedEndpointSlices]) {
      const path = `/apis/${kind.group}/${kind.version}/namespaces/${namespace}/${kind.plural}`;
      await set.cluster('hub').admin.call('DELETE', path);
    }
    await awaitNothingOf(shbt(), NOWHERE, 'flood-0');
  });
}
