import { MemberCondition } from '#apis/hub/conditions.ts';
import { exportedSliceName } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServiceName, type IExportedService } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { serviceGone } from '#controllers/absence/proof.ts';
import { admit, type ExportRecord } from '#controllers/conflict/record.ts';
import { sameRecord, toRecordSpec } from '#controllers/endpoints/record.ts';
import { projectRecord } from '#controllers/endpoints/record-view.ts';
import type { SourceSliceView } from '#controllers/endpoints/views.ts';
import { believed } from '../preview.ts';
import { said } from '../said.ts';
import type { Fixes, HubFacts } from './facts.ts';
import { type At, broken, type Hop, isBroken, passed } from './hop.ts';
import type { Traced } from './name.ts';

/**
 * The hops on the hub of what one member exports, up to the first broken one. `sources`: what it has to publish;
 * undefined where its cluster was not asked.
 */
export function walkRecords(
  hub: HubFacts,
  cluster: string,
  traced: Traced,
  sources: readonly SourceSliceView[] | undefined,
  fixes: Fixes,
): Hop[] {
  const member = memberHop(hub, cluster, fixes);
  if (isBroken(member)) return [member];
  const service = serviceHop(hub, cluster, traced, fixes);
  if (isBroken(service)) return [member, service];
  return [member, service, ...sliceHops(hub, cluster, traced, sources, fixes)];
}

/** The record of a member as every importer reads it; undefined where there is none that counts. */
export function admittedRecord(hub: HubFacts, cluster: string, traced: Traced): ExportRecord | undefined {
  const record = recordOf(hub, cluster, traced);
  const admission = record && admissionOf(hub, cluster, record);
  return admission?.ok ? admission.record : undefined;
}

function memberHop(hub: HubFacts, cluster: string, fixes: Fixes): Hop {
  const at: At = { hop: 'Member', cluster: 'hub', object: cluster };
  const member = hub.members.find(({ metadata }) => metadata.name === cluster);
  const look = fixes.kubectl(hub.context, `get members ${cluster} -o yaml`);
  if (member === undefined) {
    return broken(at, 'TB021', `the hub has no Member ${cluster}`, fixes.kubectl(hub.context, 'get members'));
  }
  const claimed = said(member.status?.conditions, MemberCondition.Claimed);
  if (claimed.status !== 'True') {
    const says = claimed.reason === '' ? 'nobody has claimed it' : `${claimed.reason}: ${claimed.message}`;
    return broken(at, 'TB021', says, look, member);
  }
  const reachable = said(member.status?.conditions, MemberCondition.Reachable);
  // What becomes of its endpoints is the policy's business: the hops in the importer tell.
  const silent = reachable.status === 'False' ? `, but not heard of (TB022): ${reachable.message}` : '';
  return passed(at, `claimed${silent}`, member);
}

function serviceHop(hub: HubFacts, cluster: string, traced: Traced, fixes: Fixes): Hop {
  const { namespace, service } = traced;
  const name = exportedServiceName(namespace, service);
  const at: At = { hop: 'record', cluster: 'hub', object: `${memberNamespace(cluster)}/${name}` };
  const record = recordOf(hub, cluster, traced);
  const look = fixes.kubectl(
    hub.context,
    `-n ${memberNamespace(cluster)} get exportedservices,memberreports -o yaml`,
  );
  if (record === undefined) return broken(at, 'TB037', `the hub holds no record of ${cluster}`, look);
  const admission = admissionOf(hub, cluster, record);
  if (!admission.ok) return broken(at, 'TB038', `no importer takes it: ${admission.reason}`, look, record);
  const { asserted, ports } = admission.record;
  const gone = serviceGone(believed(hub).evidence, { cluster, namespace, service }, asserted);
  if (gone !== undefined) return broken(at, 'TB037', `it counts as withdrawn: ${gone}`, look, record);
  const count = ports.length === 1 ? '1 port' : `${ports.length} ports`;
  return passed(at, `${admission.record.type}, ${count}`, record);
}

function sliceHops(
  hub: HubFacts,
  cluster: string,
  { namespace, service }: Traced,
  sources: readonly SourceSliceView[] | undefined,
  fixes: Fixes,
): Hop[] {
  const held = new Map(
    hub.slices
      .filter(({ metadata }) => metadata.namespace === memberNamespace(cluster))
      .map((record) => [record.metadata.name, record]),
  );
  const look = fixes.kubectl(hub.context, `-n ${memberNamespace(cluster)} get exportedendpointslices`);
  const at = (name: string): At => ({
    hop: 'record',
    cluster: 'hub',
    object: `${memberNamespace(cluster)}/${name}`,
  });
  if (sources === undefined) {
    return [...held.values()].map((record) =>
      passed(at(record.metadata.name), linesOf(record.spec?.endpoints), record),
    );
  }
  return sources.flatMap((source) => {
    const made = toRecordSpec(source);
    if ('skip' in made) return [];
    const name = exportedSliceName(namespace, service, source.hash);
    const record = held.get(name);
    if (record === undefined) {
      return [broken(at(name), 'TB037', `EndpointSlice ${source.metadata.name} has no record`, look)];
    }
    if (!sameRecord(projectRecord(record), made.spec)) {
      const says = `it is not what EndpointSlice ${source.metadata.name} says now`;
      return [broken(at(name), 'TB037', says, look, record)];
    }
    return [passed(at(name), linesOf(record.spec.endpoints), record)];
  });
}

function linesOf(endpoints: unknown): string {
  const count = Array.isArray(endpoints) ? endpoints.length : 0;
  return count === 1 ? '1 endpoint' : `${count} endpoints`;
}

function recordOf(
  hub: HubFacts,
  cluster: string,
  { namespace, service }: Traced,
): IExportedService | undefined {
  const name = exportedServiceName(namespace, service);
  return hub.services.find(
    ({ metadata }) => metadata.namespace === memberNamespace(cluster) && metadata.name === name,
  );
}

function admissionOf(hub: HubFacts, cluster: string, record: IExportedService) {
  const member = hub.members.find(({ metadata }) => metadata.name === cluster);
  return admit(record, cluster, { clusterSet: hub.clusterSet, member });
}
