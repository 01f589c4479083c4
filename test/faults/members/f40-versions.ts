import { expect } from 'vitest';
import { CLUSTER_SET_NAME, clusterSets } from '#apis/hub/cluster-set.ts';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServiceName, exportedServices } from '#apis/hub/exported-service.ts';
import { memberNamespace, members } from '#apis/hub/member.ts';
import { memberReports, REPORT_NAME } from '#apis/hub/member-report.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { services } from '#apis/kubernetes/service.ts';
import type { KubeObject, Resource } from '#apis/meta.ts';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import { derivedServiceName } from '#controllers/endpoints/names.ts';
import type { KubeClient, ObjectKey } from '#src/kube/client.ts';
import { writtenOnHub } from '#test/driver/audit.ts';
import { endpoint, port, service, slice } from '#test/driver/builders.ts';
import { edit, editStatus } from '#test/driver/edit.ts';
import { eventually } from '#test/driver/eventually.ts';
import { exportsPlain } from '#test/driver/exporting.ts';
import { idle, LISTENING } from '#test/driver/idle.ts';
import { loseSchemas } from '#test/driver/lose-schemas.ts';
import { importedSlice, sliceRecord } from '#test/driver/slice-names.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { faultKeepingAll } from '../frame/keeping.ts';

const NS = 'mixed';
/** What a later version writes beside what this one knows. */
const LATER = 'later';
const NOTE = { [`tombolo.dev/${LATER}`]: 'yes' };

/** One object in which a later version has left something, and how that is read. */
interface Trace {
  what: string;
  client: KubeClient;
  kind: Resource<KubeObject>;
  key: ObjectKey;
  /** Whether the trace is in it still. */
  in: 'spec' | 'status' | 'annotations';
}

/**
 * A set of which one part has been upgraded: the hub's kinds are a later version's, and zzzc's agent was one for a
 * while, so that fields of later versions lie in its records, in what it imported and in what the hub says. All agents
 * that run are of this version.
 */
export function versions(set: OpenedSet): void {
  faultKeepingAll(
    set,
    'F40',
    'agents of this version and of a later one: unknown fields are ignored, and survive',
    async (finding) => {
      const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
      const hub = set().hub;
      await Promise.all(set().members.map((member) => member.namespace(NS)));
      await loseSchemas(
        set().cluster('hub'),
        clusterSets,
        members,
        memberReports,
        exportedServices,
        exportedEndpointSlices,
      );
      await exportsPlain(zzzc, NS, 'web', '198.18.48.1');
      await exportsPlain(shbt, NS, 'api', '198.18.48.2');
      for (const member of set().members) {
        await member.awaitAddresses(NS, 'web', 'zzzc', ['198.18.48.1']);
        await member.awaitAddresses(NS, 'api', 'shbt', ['198.18.48.2']);
      }
      await set().settle(NS);
      const derived = derivedServiceName(NS, 'api');
      const imported = importedSlice(NS, 'api', 'a', 'shbt');
      const own = memberNamespace('zzzc');
      const traces: Trace[] = [
        { what: 'ClusterSet', client: hub, kind: clusterSets, key: { name: CLUSTER_SET_NAME }, in: 'spec' },
        { what: 'Member', client: hub, kind: members, key: { name: 'zzzc' }, in: 'status' },
        {
          what: 'MemberReport',
          client: hub,
          kind: memberReports,
          key: { namespace: own, name: REPORT_NAME },
          in: 'spec',
        },
        {
          what: 'ExportedService',
          client: hub,
          kind: exportedServices,
          key: { namespace: own, name: exportedServiceName(NS, 'web') },
          in: 'spec',
        },
        {
          what: 'ExportedEndpointSlice',
          client: hub,
          kind: exportedEndpointSlices,
          key: { namespace: own, name: sliceRecord(NS, 'web', 'a') },
          in: 'annotations',
        },
        {
          what: 'ServiceImport',
          client: zzzc.client,
          kind: serviceImports,
          key: { namespace: NS, name: 'api' },
          in: 'annotations',
        },
        {
          what: 'derived Service',
          client: zzzc.client,
          kind: services,
          key: { namespace: NS, name: derived },
          in: 'annotations',
        },
        {
          what: 'EndpointSlice',
          client: zzzc.client,
          kind: endpointSlices,
          key: { namespace: NS, name: imported },
          in: 'annotations',
        },
      ];
      await set().stopAgent('zzzc');
      for (const trace of traces) await leave(trace);
      await withLaterLine(hub);

      const since = await set().cluster('hub').audit.mark();
      await idle(set().startAgent('zzzc', LISTENING));
      const atStart = await writtenOnHub(set().cluster('hub'), 'zzzc', since);
      // The line of the later version is not what this one would write; nothing else differs.
      expect(atStart.filter((write) => write.includes(` ${own}/`) && !write.includes(' leases '))).toEqual([
        `update exportedendpointslices ${own}/${sliceRecord(NS, 'web', 'a')}`,
      ]);

      // Everything that carries a trace is written anew by somebody of this version.
      await zzzc.service(service(NS, 'web', { ports: [port('tcp', 5433)] }));
      await zzzc.slice(slice(NS, 'web', 'a', [endpoint('198.18.48.11')]));
      await zzzc.marks(NS, 'one-more');
      await shbt.service(service(NS, 'api', { ports: [port('tcp', 5434)] }));
      await shbt.slice(slice(NS, 'api', 'a', [endpoint('198.18.48.12')]));
      // What the hub's controller says of a member is gone: it says it again, beside what it does not know.
      await editStatus(hub, members, { name: 'zzzc' }, (member) => ({
        ...member,
        status: { ...member.status, conditions: [] },
      }));
      await set().hubAdmin.awaitReachable('zzzc', 'True LeaseRenewed');
      for (const member of set().members) {
        await member.awaitAddresses(NS, 'web', 'zzzc', ['198.18.48.11']);
        await member.awaitAddresses(NS, 'api', 'shbt', ['198.18.48.12']);
        await member.awaitImport(NS, 'one-more');
        for (const [name, number] of [
          ['web', 5433],
          ['api', 5434],
        ] as const)
          await member.awaitImport(NS, name, ({ spec }) => expect(spec.ports[0]?.port).toBe(number));
      }
      await eventually('the derived Service has the new port', async () => {
        const { spec } = await zzzc.client.get(services, { namespace: NS, name: derived });
        expect(spec?.ports?.[0]?.port).toBe(5434);
      });
      await set().settle(NS);
      const kept = await Promise.all(
        traces.map(async (trace) => ({ what: trace.what, kept: await isThere(trace) })),
      );
      expect(kept.filter((trace) => !trace.kept)).toEqual([]);
      // The user's export says nothing but what it always says.
      const { status } = await zzzc.client.get(serviceExports, { namespace: NS, name: 'web' });
      expect(status?.conditions?.map(({ type, status: is }) => `${type} ${is}`).sort()).toEqual([
        'Conflict False',
        'Ready True',
        'Valid True',
      ]);
      finding.records({
        'objects with fields of a later version': traces.length,
        'of which survived': kept.length,
      });
    },
  );
}

/** Until it is there: an API server goes by a former schema for a moment, and prunes what that did not know. */
async function leave(trace: Trace): Promise<void> {
  await eventually(`a trace in ${trace.what}`, async () => {
    await write(trace);
    expect(await isThere(trace)).toBe(true);
  });
}

async function write({ client, kind, key, in: where }: Trace): Promise<void> {
  if (where === 'status') {
    await editStatus(client, kind, key, (object) => withField(object, where));
    return;
  }
  await edit(client, kind, key, (object) =>
    where === 'annotations'
      ? {
          ...object,
          metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...NOTE } },
        }
      : withField(object, where),
  );
}

async function isThere({ client, kind, key, in: where }: Trace): Promise<boolean> {
  const object = await client.get(kind, key);
  return JSON.stringify(
    where === 'annotations' ? object.metadata.annotations : partOf(object, where),
  ).includes(LATER);
}

/** A record's line with a pair that this version does not know, as a later agent of zzzc wrote it. */
async function withLaterLine(hub: KubeClient): Promise<void> {
  const key = { namespace: memberNamespace('zzzc'), name: sliceRecord(NS, 'web', 'a') };
  await edit(hub, exportedEndpointSlices, key, (record) => ({
    ...record,
    spec: { ...record.spec, endpoints: record.spec.endpoints.map((line) => `${line} ${LATER}=1`) },
  }));
}

/** With something beside the fields that this version knows of that part. */
function withField(object: KubeObject, part: 'spec' | 'status'): KubeObject {
  return { ...object, [part]: { ...partOf(object, part), [LATER]: { yes: true } } };
}

function partOf(object: KubeObject, part: 'spec' | 'status'): object {
  const parts: Partial<Record<string, unknown>> = { ...object };
  const found = parts[part];
  return typeof found === 'object' && found !== null ? found : {};
}
