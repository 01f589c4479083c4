import { type Asserted, formatAsserted } from '#apis/hub/asserted.ts';
import { MAX_ENDPOINTS } from '#apis/hub/endpoint-line.ts';
import { type Endpoint, endpointSlices, type IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import {
  ASSERTED_ANNOTATION,
  HEADLESS_LABEL,
  KUBE_SERVICE_NAME_LABEL,
  MANAGED_BY,
  SERVICE_NAME_LABEL,
  SLICE_MANAGED_BY_LABEL,
  SOURCE_CLUSTER_LABEL,
  SOURCE_GENERATION_ANNOTATION,
  SOURCE_SLICE_LABEL,
} from '#apis/labels.ts';
import { apiVersionOf } from '#apis/meta.ts';
import { type ImportPort, type IServiceImport, serviceImports } from '#apis/multicluster/service-import.ts';
import { type IPFamily, parseAddressRanges } from './addresses.ts';
import { admitLocal, type Dropped, noteExcess, refuseEndpoint } from './admitted.ts';
import { hintsFor } from './hints.ts';
import { decodeEndpoint } from './line.ts';
import { absentServiceName, importedSliceName, isSliceHash } from './names.ts';
import { importedPorts, showsNamesAlone } from './ports.ts';
import { isExportable } from './record.ts';
import type { RecordView, SourceSliceView } from './views.ts';

/** All that decides what one imported slice holds. */
export interface MirrorInput {
  /** Where the endpoints live: the hub namespace's member, or this cluster's own id. */
  readonly cluster: string;
  readonly namespace: string;
  readonly service: string;
  readonly sliceHash: string;
  /** A record of another member, or a slice of this cluster, which keeps nodeName and targetRef. */
  readonly source: RecordView | SourceSliceView;
  readonly importSpec: Pick<IServiceImport['spec'], 'type' | 'ports' | 'ipFamilies' | 'trafficDistribution'>;
  /** The ports of the exporter's own Service, as its admitted record has them. */
  readonly exporterPorts: readonly ImportPort[];
  /** The local ServiceImport. */
  readonly owner: { readonly name: string; readonly uid: string };
  /** Name of the derived Service that leads to the endpoints; undefined: there is none. */
  readonly derivedService: string | undefined;
  /** CIDRs of the exporting Member; absent: no restriction. */
  readonly addressRanges?: readonly string[];
  /** Show none of the endpoints for the time being: its cluster is unreachable, and the set's policy says so. */
  readonly withheld?: boolean;
  /** Copied onto the slice, where its absence is judged later. */
  readonly asserted?: Asserted;
}

/**
 * `slice`: what must be there. `skip`: why nothing must be there (an existing one is deleted).
 * `invalid`: why the source cannot be judged (an existing one is left alone: a malformed record is no
 * proof of absence).
 */
export type Mirrored =
  | { readonly slice: IEndpointSlice; readonly dropped: readonly Dropped[] }
  | { readonly skip: string }
  | { readonly invalid: string };

/**
 * The EndpointSlice that shows one source slice in this cluster, 1:1. Labels, annotations and owner are a
 * closed set that is computed here: nothing of a record's metadata comes through. Deterministic in its input.
 */
export function toImportedSlice(input: MirrorInput): Mirrored {
  const { source, importSpec } = input;
  const content = 'spec' in source ? source.spec : source;
  if ('spec' in source && source.invalid !== undefined) return { invalid: source.invalid };
  if (!('spec' in source) && !isExportable(source)) return { skip: 'it was imported from a cluster set' };
  if (!isSliceHash(input.sliceHash)) return { invalid: 'its name does not end in the hash of a slice' };
  const { addressType } = content;
  if (addressType !== 'IPv4' && addressType !== 'IPv6') return { skip: `its address type is ${addressType}` };
  const { ipFamilies } = importSpec;
  if (ipFamilies !== undefined && ipFamilies.length > 0 && !ipFamilies.includes(addressType)) {
    return { skip: `the import has no family ${addressType}` };
  }
  const ports = importedPorts(content.ports, input.exporterPorts, importSpec.ports);
  const portless =
    importSpec.type === 'Headless' && showsNamesAlone(content.ports, input.exporterPorts, importSpec.ports);
  if (ports.length === 0 && !portless) return { skip: 'none of its ports is part of the import' };
  const { endpoints, dropped } = input.withheld
    ? { endpoints: [], dropped: [] }
    : 'spec' in source
      ? readLines(source.spec.packed, addressType, input.addressRanges)
      : admitLocal(source.endpoints, addressType);
  return {
    slice: {
      apiVersion: apiVersionOf(endpointSlices),
      kind: endpointSlices.kind,
      metadata: {
        name: importedSliceName(input.cluster, input.namespace, input.service, input.sliceHash),
        namespace: input.namespace,
        labels: labelsOf(input),
        annotations: annotationsOf(input),
        ownerReferences: [
          {
            apiVersion: apiVersionOf(serviceImports),
            kind: serviceImports.kind,
            name: input.owner.name,
            uid: input.owner.uid,
            controller: true,
            blockOwnerDeletion: false,
          },
        ],
      },
      addressType,
      endpoints: endpoints.map((endpoint) => shown(endpoint, importSpec.trafficDistribution)),
      ports,
    },
    dropped,
  };
}

function readLines(
  packed: string,
  family: IPFamily,
  cidrs: readonly string[] | undefined,
): { endpoints: Endpoint[]; dropped: Dropped[] } {
  const lines = packed === '' ? [] : packed.split('\n');
  const { ranges } = parseAddressRanges(cidrs);
  const endpoints: Endpoint[] = [];
  const dropped: Dropped[] = [];
  for (const line of lines.slice(0, MAX_ENDPOINTS)) {
    const endpoint = decodeEndpoint(line);
    const refused = endpoint
      ? refuseEndpoint(endpoint, family, ranges)
      : { address: JSON.stringify(line.slice(0, 60)), why: 'is not an endpoint line' };
    if (refused !== undefined) dropped.push(refused);
    else if (endpoint) endpoints.push(endpoint);
  }
  noteExcess(lines.length, dropped);
  return { endpoints, dropped };
}

/** Lines carry neither nodeName nor targetRef, so those exist only where this cluster's own slice is shown. */
function shown(endpoint: Endpoint, trafficDistribution: string | undefined): Endpoint {
  const { addresses, conditions, hostname, targetRef, nodeName, zone } = endpoint;
  const hints = hintsFor(endpoint, trafficDistribution);
  return {
    addresses,
    conditions: conditions ?? {},
    ...(hostname !== undefined && { hostname }),
    ...(targetRef !== undefined && { targetRef }),
    ...(nodeName !== undefined && { nodeName }),
    ...(zone !== undefined && { zone }),
    ...(hints !== undefined && { hints }),
  };
}

function labelsOf(input: MirrorInput): Record<string, string> {
  const { importSpec, derivedService } = input;
  return {
    [SERVICE_NAME_LABEL]: input.service,
    [SOURCE_CLUSTER_LABEL]: input.cluster,
    [SLICE_MANAGED_BY_LABEL]: MANAGED_BY,
    [SOURCE_SLICE_LABEL]: input.sliceHash,
    [KUBE_SERVICE_NAME_LABEL]: derivedService ?? absentServiceName(input.namespace, input.service),
    ...(importSpec.type === 'Headless' && { [HEADLESS_LABEL]: '' }),
  };
}

function annotationsOf({ source, asserted }: MirrorInput): Record<string, string> {
  const from = 'spec' in source ? source.spec.source : source.metadata;
  return {
    [SOURCE_GENERATION_ANNOTATION]: `${from.uid ?? ''}/${from.generation ?? 0}`,
    ...(asserted !== undefined && { [ASSERTED_ANNOTATION]: formatAsserted(asserted) }),
  };
}
