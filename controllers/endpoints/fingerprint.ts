import { hash } from 'node:crypto';
import type { Endpoint, IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';

/**
 * A hash of all that an imported slice holds besides its metadata: equal for two slices exactly where the
 * API server would store the same content. Key order does not count, nor the defaults the server fills in
 * (port name, protocol, null lists); the order of endpoints and ports does, since an update would change it.
 */
export function fingerprint(slice: Pick<IEndpointSlice, 'addressType' | 'endpoints' | 'ports'>): string {
  const ports = slice.ports?.map((port) => [
    port.name ?? '',
    port.protocol ?? 'TCP',
    port.port,
    port.appProtocol,
  ]);
  const endpoints = slice.endpoints?.map(endpointFields);
  return hash('sha256', JSON.stringify([slice.addressType, ports ?? [], endpoints ?? []]), 'base64url');
}

/** Fixed order; JSON turns the unset ones into null, which keeps them apart from every value. */
function endpointFields(endpoint: Endpoint): unknown[] {
  const { conditions, targetRef, hints } = endpoint;
  const fields: unknown[] = [
    endpoint.addresses,
    conditions?.ready,
    conditions?.serving,
    conditions?.terminating,
    endpoint.hostname,
    endpoint.zone,
    endpoint.nodeName,
  ];
  if (targetRef || hints || endpoint.deprecatedTopology) {
    fields.push(
      targetRef && [targetRef.kind, targetRef.namespace, targetRef.name, targetRef.uid],
      hints?.forZones?.map((zone) => zone.name),
      hints?.forNodes?.map((node) => node.name),
      endpoint.deprecatedTopology,
    );
  }
  return fields;
}
