import { isDeepStrictEqual } from 'node:util';
import {
  DERIVED_SERVICE_ANNOTATION,
  MANAGED_BY,
  MANAGED_BY_LABEL,
  SHAPE_ANNOTATION,
  SOURCES_ANNOTATION,
} from '#apis/labels.ts';
import { apiVersionOf } from '#apis/meta.ts';
import { type ImportPort, type IServiceImport, serviceImports } from '#apis/multicluster/service-import.ts';
import { mergedMetadata, sameMetadata } from './metadata.ts';
import { formatShape, type Shape } from './shape.ts';
import { formatSources, type HeldSources, sameSources } from './sources.ts';

/** Where a ClusterSetIP import is reached in this cluster: what the derived Service was given. */
export interface Addresses {
  /** In the order of `ipFamilies`, one for each. */
  ips: string[];
  ipFamilies: string[];
}

export interface ServiceImportInput {
  namespace: string;
  service: string;
  existing: IServiceImport | undefined;
  shape: Shape;
  sources: HeldSources;
  /** Name of the derived Service, once it exists and is ours: consumers follow the annotation to it. */
  derivedService: string | undefined;
  /** Undefined: not known (yet), see `addressesOf`. */
  addresses: Addresses | undefined;
}

/** The ServiceImport that must be there, all but its status. What others have put on it stays. */
export function desiredServiceImport(input: ServiceImportInput): IServiceImport {
  const { existing, shape, namespace, service } = input;
  const metadata = mergedMetadata(existing?.metadata, shape, {
    labels: { [MANAGED_BY_LABEL]: MANAGED_BY },
    annotations: {
      [SOURCES_ANNOTATION]: formatSources(input.sources),
      [SHAPE_ANNOTATION]: formatShape(shape),
      [DERIVED_SERVICE_ANNOTATION]: input.derivedService,
    },
  });
  const {
    sessionAffinityConfig: _,
    trafficDistribution: __,
    ...others
  } = existing?.spec ?? { type: shape.type };
  return {
    ...existing,
    apiVersion: apiVersionOf(serviceImports),
    kind: serviceImports.kind,
    metadata: { ...existing?.metadata, namespace, name: service, ...metadata },
    spec: {
      ...others,
      type: shape.type,
      ports: shape.ports,
      ...addressing(input),
      sessionAffinity: shape.sessionAffinity,
      ...(shape.sessionAffinityConfig && { sessionAffinityConfig: shape.sessionAffinityConfig }),
      internalTrafficPolicy: shape.internalTrafficPolicy,
      ...(shape.trafficDistribution !== undefined && { trafficDistribution: shape.trafficDistribution }),
    },
  };
}

/**
 * Headless: no address, the families that the exporters share. ClusterSetIP: what the derived Service has. While
 * it has nothing the old addresses stay, as the only memory of what to ask for when somebody deleted it; but
 * not those of a family that is no longer shared, which nothing would answer at.
 */
function addressing({ existing, shape, addresses }: ServiceImportInput): Addresses {
  if (addresses !== undefined && shape.type === 'ClusterSetIP') return addresses;
  const kept = shape.type === 'ClusterSetIP' ? (existing?.spec.ips ?? []) : [];
  const ips = kept.filter((ip) => isShared(familyOf(ip), shape));
  return ips.length > 0 ? { ips, ipFamilies: ips.map(familyOf) } : { ips, ipFamilies: shape.ipFamilies };
}

/** Whether exporters can be reached over a family: one that they share, or any where none of them states one. */
export function isShared(family: string, { ipFamilies }: Pick<Shape, 'ipFamilies'>): boolean {
  return ipFamilies.length === 0 || ipFamilies.includes(family);
}

/** The family of a well-formed address. */
export function familyOf(ip: string): 'IPv4' | 'IPv6' {
  return ip.includes(':') ? 'IPv6' : 'IPv4';
}

/** Whether writing `desired` would change the object. The API server keeps the fields as they were sent. */
export function sameServiceImport(existing: IServiceImport, desired: IServiceImport): boolean {
  const { labels = {}, annotations = {} } = desired.metadata;
  const sources = existing.metadata.annotations?.[SOURCES_ANNOTATION];
  const compared = sameSources(sources, annotations[SOURCES_ANNOTATION])
    ? { ...annotations, ...(sources !== undefined && { [SOURCES_ANNOTATION]: sources }) }
    : annotations;
  return (
    sameMetadata(existing.metadata, { labels, annotations: compared }) &&
    isDeepStrictEqual(comparable(existing.spec), comparable(desired.spec))
  );
}

/** An empty list may come back as none; a port without protocol is TCP. */
function comparable({ ports, ips = [], ipFamilies = [], ...spec }: IServiceImport['spec']) {
  return { ...spec, ips, ipFamilies, ports: (ports ?? []).map(comparablePort) };
}

function comparablePort({ name = '', protocol = 'TCP', ...port }: ImportPort) {
  return { name, protocol, ...port };
}
