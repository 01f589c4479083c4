import { ExportCondition } from '#apis/multicluster/conditions.ts';
import { isExportable, toRecordSpec } from '#controllers/endpoints/record.ts';
import { projectSlice, type SourceSliceView } from '#controllers/endpoints/views.ts';
import { countEndpoints, isReady, showCount } from '../counts.ts';
import { exportRow, trouble, troubleId } from '../exports.ts';
import type { Fixes, MemberFacts } from './facts.ts';
import { type At, broken, type Hop, isBroken, notTried, passed } from './hop.ts';
import type { Traced } from './name.ts';

/** The hops within the exporting cluster, up to the first broken one. */
export function walkExporter(member: MemberFacts, traced: Traced, fixes: Fixes): Hop[] {
  const hops: Hop[] = [];
  for (const step of [serviceHop, exportHop, sliceHops]) {
    hops.push(...step(member, traced, fixes));
    if (hops.some(isBroken)) break;
  }
  return hops;
}

/** The same for an exporter that is known by its record alone. */
export function unseenExporter(cluster: string, { namespace, service }: Traced): Hop[] {
  const at = { hop: 'Service', cluster, object: `${namespace}/${service}` };
  return [notTried(at, 'no --context leads to this cluster')];
}

/** The slices that a member publishes of the Service. */
export function sourceSlices({ slices }: MemberFacts): SourceSliceView[] {
  return slices.map(projectSlice).filter(isExportable);
}

function serviceHop({ cluster, context, service }: MemberFacts, traced: Traced, fixes: Fixes): Hop[] {
  const at = placeOf('Service', cluster, traced);
  if (service === undefined) {
    const look = fixes.kubectl(context, `-n ${traced.namespace} get services`);
    return [broken(at, 'TB035', `there is no Service ${at.object}`, look)];
  }
  const type = service.spec?.clusterIP === 'None' ? 'headless' : (service.spec?.type ?? 'ClusterIP');
  return [passed(at, type, service)];
}

function exportHop(member: MemberFacts, traced: Traced, fixes: Fixes): Hop[] {
  const { cluster, context, serviceExport } = member;
  const { namespace, service } = traced;
  const at = placeOf('ServiceExport', cluster, traced);
  if (serviceExport === undefined) {
    const make = fixes.tombolo(context, `export service ${service} -n ${namespace}`);
    return [broken(at, 'TB030', 'it is not exported', make)];
  }
  const row = exportRow(serviceExport, { slices: member.slices, import: member.serviceImport });
  const wrong = trouble(row);
  const look = fixes.tombolo(context, `get exports ${service} -n ${namespace} -o wide`);
  const says =
    wrong.reason === '' ? 'no agent has said anything of it yet' : `${wrong.reason}: ${wrong.message}`;
  const id = troubleId(row);
  // A conflict keeps nothing from travelling.
  if (id !== undefined && id !== 'TB033') return [broken(at, id, says, look, serviceExport)];
  const conflict = id === undefined ? 'Valid, Ready' : `${ExportCondition.Conflict} (${id}): ${says}`;
  return [passed(at, conflict, serviceExport)];
}

function sliceHops(member: MemberFacts, traced: Traced, fixes: Fixes): Hop[] {
  const { cluster, context } = member;
  const { namespace, service, pod } = traced;
  const sources = sourceSlices(member);
  const all = placeOf('EndpointSlice', cluster, traced);
  const look = fixes.kubectl(
    context,
    `-n ${namespace} get endpointslices -l kubernetes.io/service-name=${service}`,
  );
  if (sources.length === 0) return [broken(all, 'TB036', 'the Service has no EndpointSlice', look)];
  const hops = sources.map((view) => sliceHop(view, cluster, look));
  const endpoints = sources.flatMap((view) => view.endpoints);
  if (pod?.cluster === cluster) {
    const own = endpoints.filter(({ hostname }) => hostname === pod.hostname);
    if (own.length === 0) return [...hops, nameless(member, traced, fixes)];
    if (!own.some(isReady)) return [...hops, broken(all, 'TB036', `pod ${pod.hostname} is not ready`, look)];
  }
  if (!endpoints.some(isReady)) return [...hops, broken(all, 'TB036', 'no endpoint is ready', look)];
  // One slice that cannot be published is no end where another one can.
  const failed = hops.filter(isBroken);
  return failed.length < hops.length ? hops.filter((hop) => !isBroken(hop)) : hops;
}

function sliceHop(view: SourceSliceView, cluster: string, look: string): Hop {
  const { namespace = '', name } = view.metadata;
  const at: At = { hop: 'EndpointSlice', cluster, object: `${namespace}/${name}` };
  const made = toRecordSpec(view);
  if ('skip' in made) return broken(at, 'TB036', made.skip, look, view);
  const [first] = made.dropped;
  if (first !== undefined && made.spec.endpoints.length === 0) {
    return broken(at, 'TB036', `${first.address} ${first.why}`, look, view);
  }
  const { metadata, addressType, endpoints } = view;
  const count = showCount(countEndpoints([{ metadata, addressType, endpoints: [...endpoints] }]));
  return passed(at, `${count} ready`, view);
}

function nameless({ cluster, context, slices }: MemberFacts, traced: Traced, fixes: Fixes): Hop {
  const { namespace, service, pod } = traced;
  const at = placeOf('EndpointSlice', cluster, traced);
  const endpoints = slices.flatMap((slice) => slice.endpoints ?? []);
  if (endpoints.some(({ hostname, targetRef }) => !hostname && targetRef?.name === pod?.hostname)) {
    const columns = 'NAME:.metadata.name,SERVICE:.spec.serviceName';
    const sets = fixes.kubectl(context, `-n ${namespace} get statefulsets -o custom-columns=${columns}`);
    return broken(at, 'TB034', `pod ${pod?.hostname} has no hostname under Service ${service}`, sets);
  }
  const book = fixes.tombolo(context, `get endpoints --names ${service} -n ${namespace}`);
  return broken(at, 'TB039', `no pod behind ${at.object} has the hostname ${pod?.hostname}`, book);
}

function placeOf(hop: string, cluster: string, { namespace, service }: Traced): At {
  return { hop, cluster, object: `${namespace}/${service}` };
}
