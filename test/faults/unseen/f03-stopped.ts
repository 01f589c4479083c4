import { expect } from 'vitest';
import { exportedServiceName } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { services } from '#apis/kubernetes/service.ts';
import type { KubeObject, Resource } from '#apis/meta.ts';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { derivedServiceName } from '#controllers/endpoints/names.ts';
import { AgentProcess } from '#test/driver/agent-process.ts';
import { headless, pod, service, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { History } from '#test/driver/history.ts';
import { awaitNothingOf } from '#test/driver/imported.ts';
import { proxiedAtHome } from '#test/driver/proxied.ts';
import { awaitRecord, sliceRecordsOf } from '#test/driver/records.ts';
import { importedSlice, sliceRecord } from '#test/driver/slice-names.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { Deletions } from '../frame/deletions.ts';
import { fault } from '../frame/fault.ts';

const NS = 'stopped';
/** Where the hub keeps what zzzc publishes. */
const HUB_PLACE = memberNamespace('zzzc');
/** Shown by a slice that came and went while nobody looked. */
const IN_BETWEEN = '198.18.1.66';

/**
 * The world goes on while an exporter's process stands still. `seen`: its watches bring every step once it runs again,
 * and it may follow any of them. `unseen`: its connections were broken, and its API server has forgotten what was
 * before, so that only the last state is left to be seen.
 */
export function stopped(set: OpenedSet, how: 'seen' | 'unseen'): void {
  const [db, web, gone, never] = ['db', 'web', 'gone', 'never'].map((name) => `${name}-${how}`) as [
    string,
    string,
    string,
    string,
  ];
  const zzzc = () => set().member('zzzc');
  const remakes = async <T extends KubeObject>(resource: Resource<T>, object: T) => {
    await zzzc().deletes(resource, NS, object.metadata.name);
    await zzzc().has(resource, object);
  };

  fault('F03', `an exporter is stopped, and what it missed is ${how}`, async (finding) => {
    await zzzc().service(headless(NS, db));
    await zzzc().slice(slice(NS, db, 'a', [pod('db-0', '198.18.1.7')]));
    // So that the next slice of the name begins below it.
    await zzzc().slice(slice(NS, db, 'a', [pod('db-0', '198.18.1.8')]));
    await zzzc().slice(slice(NS, db, 'b', [pod('db-1', '198.18.1.9')]));
    await zzzc().exports(NS, db);
    await zzzc().service(service(NS, web));
    await zzzc().exports(NS, web);
    await zzzc().marks(NS, gone);
    await set().stopAgent('zzzc');
    const { proxy, kubeconfig } = await proxiedAtHome(set(), 'zzzc');
    const exporter = await AgentProcess.member(set(), 'zzzc', '--kubeconfig', kubeconfig);
    for (const member of set().members) {
      await member.awaitAddresses(NS, db, 'zzzc', ['198.18.1.8', '198.18.1.9']);
      await member.awaitImport(NS, web, ({ spec }) => expect(spec.ips).toHaveLength(1));
      await member.awaitImport(NS, gone);
    }
    const deletions = await Deletions.since(set());
    const history = await History.open(set().member('shbt').client, endpointSlices, NS);

    exporter.pause();
    // What lies in its sockets already would be read, too.
    if (how === 'unseen') await proxy.mode('refuse');
    await remakes(services, headless(NS, db));
    await remakes(serviceExports, {
      apiVersion: 'multicluster.x-k8s.io/v1beta1',
      kind: 'ServiceExport',
      metadata: { namespace: NS, name: db },
    });
    await remakes(endpointSlices, slice(NS, db, 'a', [pod('db-0', IN_BETWEEN)]));
    await remakes(endpointSlices, slice(NS, db, 'a', [pod('db-0', '198.18.1.17')]));
    await zzzc().deletes(endpointSlices, NS, `${db}-b`);
    await zzzc().slice(slice(NS, db, 'c', [pod('db-2', '198.18.1.19')]));
    await remakes(services, headless(NS, web));
    await zzzc().unexports(NS, gone);
    await zzzc().exports(NS, gone);
    await zzzc().unexports(NS, gone);
    await zzzc().marks(NS, never);
    await zzzc().unexports(NS, never);
    if (how === 'unseen') {
      await set().cluster('zzzc').etcd.compact();
      await set().cluster('zzzc').apiServer.kill();
      await set().cluster('zzzc').apiServer.start();
      await proxy.mode('pass');
    }
    exporter.resume();

    for (const member of set().members) {
      await member.awaitAddresses(NS, db, 'zzzc', ['198.18.1.17', '198.18.1.19']);
      await member.awaitImport(NS, web, ({ spec }) => expect(spec.type).toBe('Headless'));
      await awaitNothingOf(member, NS, gone);
      await awaitNothingOf(member, NS, never);
    }
    const serviceExport = await zzzc().client.get(serviceExports, { namespace: NS, name: db });
    await awaitRecord(set().hub, 'zzzc', NS, db, ({ spec }) =>
      expect(spec.export).toEqual({
        uid: serviceExport.metadata.uid,
        creationTimestamp: serviceExport.metadata.creationTimestamp,
      }),
    );
    const sources = await Promise.all(['a', 'c'].map((suffix) => source(db, suffix)));
    await eventually('every record is of the slice that is there', async () =>
      expect((await recordsOf(db)).map(({ spec }) => spec.source)).toEqual(expect.arrayContaining(sources)),
    );
    await history.caughtUp();
    await history.close();
    const shown = history.states.flatMap(({ endpoints }) => endpoints ?? []).flatMap((one) => one.addresses);
    if (how === 'unseen') expect(shown).not.toContain(IN_BETWEEN);

    // Another ServiceExport is another place in the line; what becomes headless has no address.
    const right = [
      `hub: exportedservices ${HUB_PLACE}/${exportedServiceName(NS, db)}`,
      ...sliceGone(db, 'b'),
      ...derivedGone(web),
      ...withdrawn(gone),
    ];
    // Each of these was withdrawn for a moment.
    const alsoRight = [
      ...withdrawn(db),
      ...sliceGone(db, 'a'),
      ...sliceGone(db, 'b'),
      ...withdrawn(web),
      ...derivedGone(web),
      ...withdrawn(gone),
      ...withdrawn(never),
    ];
    finding.deleted(await deletions.all(), how === 'seen' ? [...right, ...alsoRight] : right);
    finding.records({ [`stale fields (${how})`]: 0 });
    await exporter.terminate();
    set().startAgent('zzzc');
    await proxy.close();
  });

  /** What goes of an export that has no slices. */
  function withdrawn(name: string): string[] {
    return [
      `hub: exportedservices ${HUB_PLACE}/${exportedServiceName(NS, name)}`,
      ...set().members.map(({ id }) => `${id}: serviceimports ${NS}/${name}`),
    ];
  }

  function sliceGone(name: string, suffix: string): string[] {
    return [
      `hub: exportedendpointslices ${HUB_PLACE}/${sliceRecord(NS, name, suffix)}`,
      ...set().members.map(
        ({ id }) => `${id}: endpointslices ${NS}/${importedSlice(NS, name, suffix, 'zzzc')}`,
      ),
    ];
  }

  function derivedGone(name: string): string[] {
    return set().members.map(({ id }) => `${id}: services ${NS}/${derivedServiceName(NS, name)}`);
  }

  async function recordsOf(name: string) {
    return sliceRecordsOf(set().hub, 'zzzc', NS, name);
  }

  /** What a record of this slice must name as its source. */
  async function source(name: string, suffix: string) {
    const { metadata } = await zzzc().client.get(endpointSlices, {
      namespace: NS,
      name: `${name}-${suffix}`,
    });
    return { uid: metadata.uid, generation: metadata.generation };
  }
}
