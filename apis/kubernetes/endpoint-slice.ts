import type { KubeObject, Resource } from '../meta.ts';

/** Readiness of one endpoint. Unset is a statement of its own and stays unset on every hop. */
export interface EndpointConditions {
  ready?: boolean;
  serving?: boolean;
  terminating?: boolean;
}

/** Topology hints; kube-proxy reads them. */
export interface EndpointHints {
  forZones?: { name: string }[];
  forNodes?: { name: string }[];
}

/** One endpoint of a discovery/v1 EndpointSlice. */
export interface Endpoint {
  addresses: string[];
  conditions?: EndpointConditions;
  hostname?: string;
  targetRef?: { kind?: string; namespace?: string; name?: string; uid?: string };
  nodeName?: string;
  zone?: string;
  hints?: EndpointHints;
  deprecatedTopology?: Record<string, string>;
}

/** One port of an EndpointSlice: the number is the pod's. */
export interface EndpointPort {
  name?: string;
  protocol?: string;
  port?: number;
  appProtocol?: string;
}

export type AddressType = 'IPv4' | 'IPv6' | 'FQDN';

/** A discovery/v1 EndpointSlice. */
export interface IEndpointSlice extends KubeObject {
  addressType: AddressType;
  /** The API server sends null for an empty list. */
  endpoints: Endpoint[] | null;
  ports?: EndpointPort[] | null;
}

export const endpointSlices: Resource<IEndpointSlice> = {
  group: 'discovery.k8s.io',
  version: 'v1',
  plural: 'endpointslices',
  kind: 'EndpointSlice',
  namespaced: true,
};
