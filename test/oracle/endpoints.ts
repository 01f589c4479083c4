import type {
  Endpoint,
  EndpointHints,
  EndpointPort,
  IEndpointSlice,
} from '#apis/kubernetes/endpoint-slice.ts';
import { KUBE_SERVICE_NAME_LABEL, SOURCE_CLUSTER_LABEL } from '#apis/labels.ts';
import type { ImportPort } from '#apis/multicluster/service-import.ts';
import type { Exporter } from './exporters.ts';
import { importPort, type Merged } from './merge.ts';

/** What one source slice looks like in an importing cluster. */
export interface ExpectedSlice {
  /** UID of the slice that it shows. */
  source: string;
  cluster: string;
  addressType: string;
  ports: EndpointPort[];
  endpoints: Endpoint[];
}

/** SEMANTICS 3.8: one to one, in every cluster; `own`: the importing cluster is the exporting one. */
export function shownSlices({ cluster, service }: Exporter, merged: Merged, own: boolean): ExpectedSlice[] {
  const { namespace, name } = service.metadata;
  const exposed = (service.spec?.ports ?? []).map(importPort);
  return cluster.slices.flatMap((slice) => {
    const { metadata } = slice;
    if (metadata.namespace !== namespace || metadata.labels?.[KUBE_SERVICE_NAME_LABEL] !== name) return [];
    // SEMANTICS 12: what was imported is nobody's to export.
    if (metadata.labels[SOURCE_CLUSTER_LABEL] !== undefined) return [];
    if (slice.addressType === 'FQDN') return [];
    if (merged.families.length > 0 && !merged.families.includes(slice.addressType)) return [];
    const ports = shownPorts(slice, exposed, merged.ports);
    const portless = merged.type === 'Headless' && showsNamesAlone(slice, exposed, merged.ports);
    if (ports.length === 0 && !portless) return [];
    return [
      {
        source: metadata.uid ?? '',
        cluster: cluster.id,
        addressType: slice.addressType,
        ports,
        endpoints: (slice.endpoints ?? []).filter(isUsable).map((one) => shown(one, merged, own)),
      },
    ];
  });
}

/** SEMANTICS 3.3, "slice filter" and the gap after it: only what both expose, under the merged name. */
function shownPorts(slice: IEndpointSlice, exposed: ImportPort[], merged: ImportPort[]): EndpointPort[] {
  return (slice.ports ?? []).flatMap(({ name = '', protocol = 'TCP', port }) => {
    const own = exposed.find((one) => (one.name ?? '') === name && one.protocol === protocol);
    if (own === undefined) return [];
    const sameNumber = (one: ImportPort) => one.port === own.port && one.protocol === own.protocol;
    const named = merged.find((one) => (one.name ?? '') === name);
    const as = named === undefined ? merged.find(sameNumber) : sameNumber(named) ? named : undefined;
    if (as === undefined) return [];
    const { appProtocol } = as;
    return [
      {
        name: as.name ?? '',
        protocol,
        ...(port !== undefined && { port }),
        ...(appProtocol !== undefined && { appProtocol }),
      },
    ];
  });
}

/**
 * SEMANTICS 3.3, "slice filter": none of its ports is its Service's own, as while a port is renamed. Its own cluster
 * answers with its names all the same; others do unless all that the Service has is in conflict.
 */
function showsNamesAlone(slice: IEndpointSlice, exposed: ImportPort[], merged: ImportPort[]): boolean {
  if ((slice.ports ?? []).length === 0) return true;
  if (shownPorts(slice, exposed, exposed).length > 0) return false;
  const asSlice = { ...slice, ports: exposed.map(({ name = '', protocol = 'TCP' }) => ({ name, protocol })) };
  return exposed.length === 0 || shownPorts(asSlice, exposed, merged).length > 0;
}

/** Addresses at which a client would reach something else than a pod (SEMANTICS 2); those an API server takes. */
function isUsable({ addresses }: Endpoint): boolean {
  return addresses.every((address) => {
    const isMulticast = /^(22[4-9]|23\d)\.|^ff/.test(address);
    return !isMulticast && !['100.100.100.200', '168.63.129.16'].includes(address);
  });
}

/** SEMANTICS 3.9, 3.10: conditions verbatim; node and pod only at home; hints by the merged policy. */
function shown(endpoint: Endpoint, merged: Merged, own: boolean): Endpoint {
  const { addresses, conditions = {}, hostname, zone, nodeName, targetRef } = endpoint;
  const hints = hintsOf(zone, own ? nodeName : undefined, merged.trafficDistribution);
  return {
    addresses,
    conditions,
    ...(hostname !== undefined && { hostname }),
    ...(zone !== undefined && { zone }),
    ...(own && nodeName !== undefined && { nodeName }),
    ...(own && targetRef !== undefined && { targetRef }),
    ...(Object.keys(hints).length > 0 && { hints }),
  };
}

function hintsOf(
  zone: string | undefined,
  node: string | undefined,
  policy: string | undefined,
): EndpointHints {
  if (policy === undefined) return {};
  return {
    ...(zone !== undefined && { forZones: [{ name: zone }] }),
    ...(policy === 'PreferSameNode' && node !== undefined && { forNodes: [{ name: node }] }),
  };
}
