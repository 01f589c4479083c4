import type { EndpointPort } from '#apis/kubernetes/endpoint-slice.ts';
import type { ImportPort } from '#apis/multicluster/service-import.ts';

/**
 * The ports of an imported slice (SEMANTICS 3.3): only those that the exporter's own Service and the merged
 * import agree on, under the merged name. A port that only its name keeps apart from the merged one is
 * renamed, since kube-proxy matches slices to Services by port name; the number stays the pod's.
 * The KEP: a conflicting port is served only by those who expose it.
 */
export function importedPorts(
  slicePorts: readonly EndpointPort[],
  exporterPorts: readonly ImportPort[],
  mergedPorts: readonly ImportPort[],
): EndpointPort[] {
  const kept = new Map<string, EndpointPort>();
  for (const slicePort of slicePorts) {
    const own = exporterPorts.find((port) => nameOf(port) === nameOf(slicePort));
    if (own === undefined || protocolOf(own) !== protocolOf(slicePort) || !isPodPort(slicePort.port))
      continue;
    const merged = mergedPort(own, mergedPorts);
    if (merged === undefined || kept.has(nameOf(merged))) continue;
    const port: EndpointPort = { name: nameOf(merged), protocol: protocolOf(merged) };
    if (slicePort.port !== undefined) port.port = slicePort.port;
    if (merged.appProtocol !== undefined) port.appProtocol = merged.appProtocol;
    kept.set(nameOf(merged), port);
  }
  return [...kept.values()];
}

/**
 * Whether a slice of a headless Service is shown without any port: it has none, or none that its own Service exposes,
 * as between the renaming of a port and the slices that follow it. Its own cluster answers with its addresses all the
 * while; not so here where the Service's own ports are in conflict, since whoever asks would reach them all.
 */
export function showsNamesAlone(
  slicePorts: readonly EndpointPort[],
  exporterPorts: readonly ImportPort[],
  mergedPorts: readonly ImportPort[],
): boolean {
  if (slicePorts.length === 0) return true;
  const isMerged = (own: ImportPort) => mergedPort(own, mergedPorts) !== undefined;
  return (
    !exposesAny(slicePorts, exporterPorts) && (exporterPorts.length === 0 || exporterPorts.some(isMerged))
  );
}

/** Whether the exporter's own Service exposes a port of its slice. */
export function exposesAny(
  slicePorts: readonly EndpointPort[],
  exporterPorts: readonly ImportPort[],
): boolean {
  return importedPorts(slicePorts, exporterPorts, exporterPorts).length > 0;
}

/** The merged port that an exporter's port is part of; undefined: none, its traffic stays away. */
function mergedPort(own: ImportPort, mergedPorts: readonly ImportPort[]): ImportPort | undefined {
  const named = mergedPorts.find((port) => nameOf(port) === nameOf(own));
  if (named !== undefined) return sameNumber(named, own) ? named : undefined;
  return mergedPorts.find((port) => sameNumber(port, own));
}

function sameNumber(a: ImportPort, b: ImportPort): boolean {
  return a.port === b.port && protocolOf(a) === protocolOf(b);
}

/** Absent means "all ports", which hand-written slices may say. */
function isPodPort(port: number | undefined): boolean {
  return port === undefined || (Number.isInteger(port) && port >= 1 && port <= 65_535);
}

/** The API's defaults: a missing name is the empty name, a missing protocol is TCP. */
function nameOf(port: { name?: string }): string {
  return port.name ?? '';
}

function protocolOf(port: { protocol?: string }): string {
  return port.protocol ?? 'TCP';
}
