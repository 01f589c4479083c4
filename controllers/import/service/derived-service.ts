import { isDeepStrictEqual } from 'node:util';
import { type IService, type ServicePort, services } from '#apis/kubernetes/service.ts';
import { MANAGED_BY, MANAGED_BY_LABEL, SERVICE_NAME_LABEL, UNSUPPORTED_ANNOTATION } from '#apis/labels.ts';
import { apiVersionOf, type OwnerReference } from '#apis/meta.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import { derivedServiceName } from '#controllers/endpoints/names.ts';
import { ownedBy } from '../ownership.ts';
import { mergedMetadata, sameMetadata } from './metadata.ts';
import { type Addresses, familyOf, isShared } from './service-import.ts';
import type { Shape } from './shape.ts';
import { formatUnsupported, type Unsupported, unsupportedOn } from './unsupported.ts';

type Spec = NonNullable<IService['spec']>;

export interface DerivedServiceInput {
  namespace: string;
  service: string;
  /** The ServiceImport that owns it. */
  owner: { name: string; uid: string };
  shape: Shape;
  /** The derived Service as it is, if it is there, ours and not to be replaced. */
  existing: IService | undefined;
  /** Addresses to ask for where it is made anew: what clients know must stay if it can. */
  previousIPs: readonly string[];
}

/**
 * The selector-less Service whose ClusterIP is the clusterset IP in this cluster (SEMANTICS 3.6, 3.7). An
 * existing one keeps its addresses whatever else changes.
 */
export function desiredDerivedService(input: DerivedServiceInput): IService {
  const { existing, shape, namespace, service, owner } = input;
  const wished = wishedFields(shape);
  const unsupported = unsupportedOn(existing?.metadata, wished);
  const metadata = mergedMetadata(existing?.metadata, shape, {
    labels: { [MANAGED_BY_LABEL]: MANAGED_BY, [SERVICE_NAME_LABEL]: service },
    annotations: { [UNSUPPORTED_ANNOTATION]: formatUnsupported(unsupported) },
  });
  return {
    ...existing,
    apiVersion: apiVersionOf(services),
    kind: services.kind,
    metadata: {
      ...existing?.metadata,
      namespace,
      name: derivedServiceName(namespace, service),
      ...metadata,
      ownerReferences: owners(existing, owner),
    },
    spec: {
      ...foreignFields(existing),
      type: 'ClusterIP',
      ports: shape.ports.map((port) => ({ ...port, targetPort: port.port })),
      ...without(wished, unsupported),
      ...(existing ? keptAddresses(existing, shape) : newAddresses(shape, input.previousIPs)),
    },
  };
}

/** Whether writing `desired` would change the Service, the API server's defaults applied to both. */
export function sameDerivedService(existing: IService, desired: IService): boolean {
  const { labels = {}, annotations = {}, ownerReferences } = desired.metadata;
  return (
    sameMetadata(existing.metadata, { labels, annotations }) &&
    isDeepStrictEqual(
      existing.metadata.ownerReferences?.map(comparableOwner),
      ownerReferences?.map(comparableOwner),
    ) &&
    isDeepStrictEqual(comparable(existing.spec), comparable(desired.spec))
  );
}

/**
 * Why no update can make the Service what it must be: a Service never turns headless or back, and its first
 * family never changes. Order alone is no reason: the address is worth more than it.
 */
export function whyReplace(existing: IService, shape: Shape): string | undefined {
  if (isHeadless(existing) !== (shape.type === 'Headless')) return `the import is ${shape.type} now`;
  const [first] = existing.spec?.ipFamilies ?? [];
  const families = usableFamilies(shape);
  if (first === undefined || families.length === 0 || families.includes(first)) return undefined;
  return `the exporters no longer share family ${first}`;
}

/** The clusterset IP; undefined while none has been given, and for a headless Service. */
export function addressesOf(derived: IService): Addresses | undefined {
  const { clusterIPs = [], ipFamilies = [] } = derived.spec ?? {};
  if (isHeadless(derived) || clusterIPs.length === 0 || clusterIPs.length !== ipFamilies.length)
    return undefined;
  return { ips: [...clusterIPs], ipFamilies: [...ipFamilies] };
}

/**
 * Addresses that clients may know: those of the Service that is replaced, or those that the import says where
 * somebody deleted it. A headless one had none: its "None" asked for again would make it headless again
 * (https://github.com/kubernetes-sigs/mcs-api/pull/98).
 */
export function previousIPs(
  { spec }: Pick<IServiceImport, 'spec'>,
  replaced: IService | undefined,
): string[] {
  return (replaced ? addressesOf(replaced)?.ips : spec.ips) ?? [];
}

/** The families that a Service can have at all; a record may name some of a later Kubernetes. */
export function usableFamilies(shape: Pick<Shape, 'ipFamilies'>): string[] {
  return shape.ipFamilies.filter((family) => family === 'IPv4' || family === 'IPv6');
}

function isHeadless({ spec }: IService): boolean {
  return spec?.clusterIP === 'None';
}

/** Fields that an older API server may not know in all their values; see unsupported.ts. */
function wishedFields(shape: Shape): Unsupported {
  const { sessionAffinity, sessionAffinityConfig, internalTrafficPolicy, trafficDistribution } = shape;
  return {
    sessionAffinity,
    ...(sessionAffinityConfig && { sessionAffinityConfig }),
    internalTrafficPolicy,
    ...(trafficDistribution !== undefined && { trafficDistribution }),
  };
}

function without(wished: Unsupported, unsupported: Unsupported): Unsupported {
  return Object.fromEntries(Object.entries(wished).filter(([field]) => !Object.hasOwn(unsupported, field)));
}

/** Two families: as many of them as this cluster has, which the API server knows best. */
function policyOf(shape: Shape, existing?: IService): Pick<Spec, 'ipFamilyPolicy'> {
  const families = usableFamilies(shape);
  if (families.length === 0) {
    // No exporter states any: whatever the API server chose is right.
    const policy = existing?.spec?.ipFamilyPolicy;
    return policy === undefined ? {} : { ipFamilyPolicy: policy };
  }
  return { ipFamilyPolicy: families.length > 1 ? 'PreferDualStack' : 'SingleStack' };
}

function newAddresses(shape: Shape, previousIPs: readonly string[]): Partial<Spec> {
  const [first] = usableFamilies(shape);
  const policy = policyOf(shape);
  if (shape.type === 'Headless') {
    return { clusterIP: 'None', clusterIPs: ['None'], ...policy, ...(first && { ipFamilies: [first] }) };
  }
  const ips = previousIPs.filter((ip) => isShared(familyOf(ip), shape));
  const [ip] = ips;
  if (ip === undefined) return { ...policy, ...(first && { ipFamilies: [first] }) };
  return { ...policy, clusterIP: ip, clusterIPs: ips, ipFamilies: ips.map(familyOf) };
}

function keptAddresses(existing: IService, shape: Shape): Partial<Spec> {
  const { clusterIP, clusterIPs = [], ipFamilies = [] } = existing.spec ?? {};
  const policy = policyOf(shape, existing);
  const kept = ipFamilies.filter((family) => isShared(family, shape));
  const ips = clusterIPs.slice(0, isHeadless(existing) ? 1 : kept.length);
  return {
    ...policy,
    ...(clusterIP !== undefined && { clusterIP }),
    ...(ips.length > 0 && { clusterIPs: ips }),
    ...(kept.length > 0 && { ipFamilies: kept }),
  };
}

function owners(existing: IService | undefined, owner: { name: string; uid: string }) {
  const foreign = (existing?.metadata.ownerReferences ?? []).filter(
    ({ controller, uid }) => controller !== true && uid !== owner.uid,
  );
  return [...foreign, ownedBy(owner)];
}

/**
 * Fields that we do not write, as they are, except those through which a Service gets endpoints or traffic
 * from elsewhere: nobody but us says where the clusterset IP leads.
 */
function foreignFields(existing: IService | undefined): Partial<Spec> {
  const ours = new Set([
    ...['type', 'ports', 'clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'],
    ...['sessionAffinity', 'sessionAffinityConfig', 'internalTrafficPolicy', 'trafficDistribution'],
    ...TAKEN_OFF,
  ]);
  return Object.fromEntries(Object.entries(existing?.spec ?? {}).filter(([field]) => !ours.has(field)));
}

const TAKEN_OFF = [
  'selector',
  'externalIPs',
  'externalName',
  'externalTrafficPolicy',
  'healthCheckNodePort',
  'allocateLoadBalancerNodePorts',
  'loadBalancerClass',
  'loadBalancerIP',
  'loadBalancerSourceRanges',
  'publishNotReadyAddresses',
];

/** The whole spec with the API server's defaults, so that only real differences are left. */
function comparable(spec: Spec = {}) {
  const {
    type = 'ClusterIP',
    ports = [],
    sessionAffinity = 'None',
    internalTrafficPolicy = 'Cluster',
    ...rest
  } = spec;
  const { clusterIPs: _, ipFamilies: __, sessionAffinityConfig, ...others } = rest;
  const timeout = sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800;
  return {
    ...others,
    type,
    ports: ports.map(comparablePort),
    sessionAffinity,
    internalTrafficPolicy,
    timeout: sessionAffinity === 'ClientIP' ? timeout : undefined,
    families: spec.ipFamilies?.length ?? 0,
  };
}

/** The API server may leave a false out. */
function comparableOwner({ blockOwnerDeletion = false, ...owner }: OwnerReference) {
  return { ...owner, blockOwnerDeletion };
}

function comparablePort({ name = '', protocol = 'TCP', ...port }: ServicePort) {
  return { name, protocol, ...port };
}
