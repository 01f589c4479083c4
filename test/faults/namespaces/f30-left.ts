import { expect } from 'vitest';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { memberReports, REPORT_NAME } from '#apis/hub/member-report.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { leases } from '#apis/kubernetes/lease.ts';
import { namespaces } from '#apis/kubernetes/namespace.ts';
import { SOURCE_CLUSTER_LABEL } from '#apis/labels.ts';
import type { KubeObject, Resource } from '#apis/meta.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import { derivedServiceName } from '#controllers/endpoints/names.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import type { AgentProcess } from '#test/driver/agent-process.ts';
import { headless, pod, service, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { awaitNothingOf } from '#test/driver/imported.ts';
import { completePictureOf, pictureOf } from '#test/driver/picture.ts';
import { AGENT_USER, agentUserOnHub, HUB_USER } from '#test/driver/requests.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { Deletions } from '../frame/deletions.ts';
import { fault } from '../frame/fault.ts';
import { deletesOfWithdrawal } from '../frame/withdrawal.ts';
import { COLLECTOR, deletedBy } from './stock-controllers.ts';

const NS = 'left';
const NAMESPACE = memberNamespace('shbt');

/** The last chapter of a set: shbt does not come back. `agent` is its agent, a process of its own. */
export function left(set: OpenedSet, agent: () => AgentProcess): void {
  fault(
    'F30',
    'its namespace on the hub goes without help; what it exported stays until it is stated to be removed, and then goes once',
    async (finding) => {
      const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
      for (const member of [zzzc, shbt]) await member.namespace(NS);
      await shbt.service(headless(NS, 'db'));
      await shbt.service(service(NS, 'web'));
      for (const name of ['db', 'web']) {
        await shbt.slice(slice(NS, name, 'a', [pod(`${name}-0`, '198.18.43.1')]));
        await shbt.slice(slice(NS, name, 'b', [pod(`${name}-1`, '198.18.43.2')]));
        await shbt.exports(NS, name);
      }
      for (const name of ['db', 'web'])
        await zzzc.awaitAddresses(NS, name, 'shbt', ['198.18.43.1', '198.18.43.2']);
      const shown = await completePictureOf(zzzc, NS);
      const { uid, finalizers } = await onHub();

      await agent().kill();
      const deletions = await Deletions.since(set());
      const hub = set().cluster('hub').audit;
      const since = await hub.mark();
      const began = performance.now();
      await set().hubAdmin.deletes(namespaces, { name: NAMESPACE });
      await eventually(
        `${NAMESPACE} is gone`,
        async () => {
          const there = await orAbsent(set().hub.get(namespaces, { name: NAMESPACE }));
          if (there !== undefined) throw new Error(`it is still there: ${JSON.stringify(there.status)}`);
        },
        120_000,
      );
      const goneAfterMs = performance.now() - began;
      // The stock controllers alone have emptied it: nobody of ours wrote in it.
      for (const user of [HUB_USER, agentUserOnHub('shbt'), agentUserOnHub('zzzc')]) {
        const writes = (await hub.entries({ user, since })).filter(
          ({ namespace, verb }) => namespace === NAMESPACE && !['get', 'list', 'watch'].includes(verb),
        );
        expect(writes.filter(({ code }) => code < 300)).toEqual([]);
      }
      expect(finalizers).toEqual([]);

      // A vanished record is no proof: a change of zzzc's own goes the whole way, and all is as it was.
      await zzzc.marks(NS, 'later');
      await zzzc.awaitImport(NS, 'later', ({ status }) => expect(status?.clusters).toHaveLength(1));
      await zzzc.unexports(NS, 'later');
      await awaitNothingOf(zzzc, NS, 'later');
      expect(await pictureOf(zzzc, NS)).toEqual(shown);

      // Of this chapter and of those before it: all that came from shbt.
      const rightly = await importedFromShbt();
      const removedAt = await set().cluster('zzzc').audit.mark();
      await set().hubAdmin.removes('shbt', uid);
      await eventually('nothing that came from shbt is left', async () => {
        const rest = await importedFromShbt();
        if (rest.length > 0) throw new Error(`left are ${rest}`);
      });
      // The collector may be quicker with what an import owned; nothing is deleted by both, and nothing twice.
      const gone = [
        ...(await deletedBy(set().cluster('zzzc'), AGENT_USER, removedAt)),
        ...(await deletedBy(set().cluster('zzzc'), COLLECTOR, removedAt)),
      ];
      expect(rightly.length).toBeGreaterThan(6);
      expect(gone.map((what) => `zzzc: ${what}`).sort()).toEqual(rightly.sort());
      finding.records({
        'stuck finalizers': finalizers.length,
        'namespace gone after, ms': Math.round(goneAfterMs),
      });
      const later = deletesOfWithdrawal(set(), { of: 'zzzc', namespace: NS, name: 'later', slices: [] }, [
        'zzzc',
      ]);
      finding.deleted(await deletions.all(), [...rightly, ...later]);
    },
  );

  /** What zzzc shows that is shbt's alone, each as Deletions names it. */
  async function importedFromShbt(): Promise<string[]> {
    const { client } = set().member('zzzc');
    const labelSelector = `${SOURCE_CLUSTER_LABEL}=shbt`;
    const slices = (await client.list(endpointSlices, { labelSelector })).items;
    const imports = (await client.list(serviceImports)).items.filter(
      ({ status }) => status?.clusters?.map(({ cluster }) => cluster).join() === 'shbt',
    );
    const derived = imports
      .filter(({ spec }) => spec.type === 'ClusterSetIP')
      .map(({ metadata: { namespace = '', name } }) => `${namespace}/${derivedServiceName(namespace, name)}`);
    return [
      ...slices.map(({ metadata }) => `zzzc: endpointslices ${metadata.namespace}/${metadata.name}`),
      ...imports.map(({ metadata }) => `zzzc: serviceimports ${metadata.namespace}/${metadata.name}`),
      ...derived.map((service) => `zzzc: services ${service}`),
    ];
  }

  /** Whose records they are, and which of them have a finalizer. */
  async function onHub(): Promise<{ uid: string; finalizers: string[] }> {
    const report = await set().hub.get(memberReports, { namespace: NAMESPACE, name: REPORT_NAME });
    const kinds: Resource<KubeObject>[] = [memberReports, exportedServices, exportedEndpointSlices, leases];
    const lists = await Promise.all(kinds.map((kind) => set().hub.list(kind, { namespace: NAMESPACE })));
    const finalizers = lists
      .flatMap(({ items }) => items)
      .filter(({ metadata }) => 'finalizers' in metadata)
      .map(({ metadata }) => metadata.name);
    return { uid: report.spec.clusterUID, finalizers };
  }
}
