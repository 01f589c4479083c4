import { memberNamespace } from '#apis/hub/member.ts';
import type { IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { SOURCE_CLUSTER_LABEL } from '#apis/labels.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import { fingerprint } from '#controllers/endpoints/fingerprint.ts';
import { toImportedSlice } from '#controllers/endpoints/mirror.ts';
import { projectRecord } from '#controllers/endpoints/record-view.ts';
import type { RecordView, SourceSliceView } from '#controllers/endpoints/views.ts';
import { readSources } from '#controllers/import/service/sources.ts';
import { placeOfSlice } from '#controllers/membership/places.ts';
import { countEndpoints, showCount } from '../counts.ts';
import { sourceSlices } from './exporter.ts';
import type { Fixes, HubFacts, MemberFacts } from './facts.ts';
import { type At, broken, type Hop, passed } from './hop.ts';
import type { Exporter } from './importer.ts';
import type { Traced } from './name.ts';
import { admittedRecord } from './records.ts';

interface Imported {
  importer: MemberFacts;
  serviceImport: IServiceImport;
  exporter: Exporter;
  hub: HubFacts | undefined;
  traced: Traced;
  fixes: Fixes;
}

/** Whether the importer shows every slice of the exporter as it is now. */
export function importedHops(given: Imported): Hop[] {
  const { importer, exporter, serviceImport, traced, fixes } = given;
  const { cluster, context } = importer;
  const held = importedFrom(importer, exporter.cluster);
  const all: At = {
    hop: 'imported slice',
    cluster,
    object: `${traced.namespace}/${traced.service} of ${exporter.cluster}`,
  };
  const look = fixes.tombolo(context, `get endpoints ${traced.service} -n ${traced.namespace} -o wide`);
  if (readSources(serviceImport).get(exporter.cluster)?.withheld) {
    const says = `its endpoints are withdrawn: ${exporter.cluster} is not heard of (TB022)`;
    return [broken(all, 'TB047', says, look)];
  }
  const compared = sourcesOf(given)?.map((source) => compare(given, source, held, look));
  const hops = compared?.filter((hop) => hop !== undefined);
  const shown = hops ?? held.map((slice) => passed(atSlice(cluster, slice), readyIn(slice), slice));
  if (shown.length === 0) return [broken(all, 'TB047', 'none of its EndpointSlices is shown', look)];
  return shown;
}

/** The slices that an importer shows of one exporter. */
export function importedFrom({ slices }: MemberFacts, cluster: string): IEndpointSlice[] {
  return slices.filter(({ metadata }) => metadata.labels?.[SOURCE_CLUSTER_LABEL] === cluster);
}

interface Source {
  sliceHash: string;
  view: RecordView | SourceSliceView;
}

/** Undefined where the exporter's side cannot be seen. */
function sourcesOf({ importer, exporter, hub, traced }: Imported): Source[] | undefined {
  // A cluster shows its own slices without the hub's round trip.
  if (importer.cluster === exporter.cluster) {
    return sourceSlices(importer).map((view) => ({ sliceHash: view.hash, view }));
  }
  const { namespace, service } = traced;
  return hub?.slices.flatMap((record) => {
    const place = placeOfSlice(record);
    const same = place?.namespace === namespace && place.service === service;
    if (!same || record.metadata.namespace !== memberNamespace(exporter.cluster)) return [];
    return [{ sliceHash: place.sliceHash, view: projectRecord(record) }];
  });
}

/** By what the agent itself would make of it. Undefined for a slice that no importer shows. */
function compare(
  given: Imported,
  source: Source,
  held: readonly IEndpointSlice[],
  look: string,
): Hop | undefined {
  const { importer, exporter, hub, traced, serviceImport } = given;
  const { cluster } = importer;
  const { metadata, spec } = serviceImport;
  const record = hub && admittedRecord(hub, exporter.cluster, traced);
  const member = hub?.members.find((one) => one.metadata.name === exporter.cluster);
  const { addressRanges } = member?.spec ?? {};
  const made = toImportedSlice({
    cluster: exporter.cluster,
    namespace: traced.namespace,
    service: traced.service,
    sliceHash: source.sliceHash,
    source: source.view,
    importSpec: spec,
    exporterPorts: record?.ports ?? spec.ports,
    owner: { name: metadata.name, uid: metadata.uid ?? '' },
    derivedService: undefined,
    ...(addressRanges !== undefined && importer.cluster !== exporter.cluster && { addressRanges }),
  });
  if ('skip' in made) return undefined;
  if ('invalid' in made) {
    const at = { hop: 'imported slice', cluster, object: source.view.metadata.name };
    return broken(at, 'TB038', `the record cannot be used: ${made.invalid}`, look);
  }
  const found = held.find((slice) => slice.metadata.name === made.slice.metadata.name);
  const at = atSlice(cluster, made.slice);
  if (found === undefined) return broken(at, 'TB047', 'it is missing', look);
  if (fingerprint(found) !== fingerprint(made.slice)) {
    return broken(at, 'TB047', `it is not what ${exporter.cluster} has now`, look, found);
  }
  return passed(at, readyIn(found), found);
}

function atSlice(cluster: string, { metadata }: IEndpointSlice): At {
  return { hop: 'imported slice', cluster, object: `${metadata.namespace}/${metadata.name}` };
}

function readyIn(slice: IEndpointSlice): string {
  return `${showCount(countEndpoints([slice]))} ready`;
}
