import type { Endpoint, EndpointHints } from '#apis/kubernetes/endpoint-slice.ts';

const LABEL_VALUE = /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;

/**
 * Topology hints of one imported endpoint, from the merged trafficDistribution (SEMANTICS 3.10). The source's
 * own hints are nonsense elsewhere and never copied. Zones are assumed to be unique over the set; an endpoint
 * without one gets no hint, and kube-proxy then ignores the partial set by itself.
 * Node hints only where `nodeName` is given, which is for a cluster's own endpoints.
 */
export function hintsFor(
  endpoint: Pick<Endpoint, 'zone' | 'nodeName'>,
  trafficDistribution: string | undefined,
): EndpointHints | undefined {
  const preferNode = trafficDistribution === 'PreferSameNode';
  if (!preferNode && trafficDistribution !== 'PreferClose' && trafficDistribution !== 'PreferSameZone') {
    return undefined;
  }
  const hints: EndpointHints = {};
  // The API server refuses a whole slice for one hint that is no label value.
  if (endpoint.zone !== undefined && LABEL_VALUE.test(endpoint.zone))
    hints.forZones = [{ name: endpoint.zone }];
  if (preferNode && endpoint.nodeName !== undefined) hints.forNodes = [{ name: endpoint.nodeName }];
  return hints.forZones || hints.forNodes ? hints : undefined;
}
