import { endpointSlices, type IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { type IService, services } from '#apis/kubernetes/service.ts';
import type { KubeObject, Resource } from '#apis/meta.ts';
import { type IServiceImport, serviceImports } from '#apis/multicluster/service-import.ts';
import { derivedServiceName } from '#controllers/endpoints/names.ts';
import { endpoint } from '#test/driver/builders.ts';
import type { MemberCluster } from '#test/driver/cluster.ts';
import { editStatus } from '#test/driver/edit.ts';

/** The objects of the import that everything is done to; `far` and `near` are slices of another cluster and of zzzc itself. */
export const NAME = 'drift';
export const DERIVED = derivedServiceName('prod', NAME);
export type Names = { far: string; near: string };
type Drift = [
  string,
  (zzzc: MemberCluster, names: Names) => Promise<void>,
  (names: Names) => string | string[],
];

/** A spec that was written has a new generation, which the status has to say that it is about. */
const SPEC_REPAIRED = [`update serviceimports ${NAME}`, `update serviceimports/status ${NAME}`];

/**
 * What people and tools do to an import's objects, and all that is written to undo it.
 * https://github.com/cilium/cilium/pull/47123: hand-edited slices stayed as they were.
 */
export const DRIFTS: Drift[] = [
  [
    'addresses in a slice of another cluster (cilium#47123)',
    onSlice('far', (slice) => ({ ...slice, endpoints: [endpoint('198.18.66.6')] })),
    ({ far }) => `update endpointslices ${far}`,
  ],
  [
    'addresses in a slice of its own',
    onSlice('near', (slice) => ({ ...slice, endpoints: [] })),
    ({ near }) => `update endpointslices ${near}`,
  ],
  [
    'ports of a slice',
    onSlice('far', (slice) => ({ ...slice, ports: [{ name: 'tcp', port: 1, protocol: 'TCP' }] })),
    ({ far }) => `update endpointslices ${far}`,
  ],
  ...[
    'multicluster.kubernetes.io/service-name',
    'multicluster.kubernetes.io/source-cluster',
    'kubernetes.io/service-name',
    'tombolo.dev/source-slice',
  ].flatMap((label): Drift[] => [
    [
      `label ${label} of a slice, changed`,
      onSlice('far', (slice) => labelled(slice, { [label]: 'other' })),
      ({ far }) => `update endpointslices ${far}`,
    ],
    [
      `label ${label} of a slice of its own, taken off`,
      onSlice('near', (slice) => labelled(slice, { [label]: undefined })),
      ({ near }) => `update endpointslices ${near}`,
    ],
  ]),
  [
    'the owner of a slice',
    onSlice('far', ({ metadata: { ownerReferences: _, ...metadata }, ...slice }) => ({ ...slice, metadata })),
    ({ far }) => `update endpointslices ${far}`,
  ],
  [
    'notes that a slice needs',
    onSlice('far', ({ metadata: { annotations: _, ...metadata }, ...slice }) => ({ ...slice, metadata })),
    ({ far }) => `update endpointslices ${far}`,
  ],
  [
    'a slice, deleted',
    (zzzc, { far }) => zzzc.deletes(endpointSlices, 'prod', far),
    ({ far }) => `create endpointslices ${far}`,
  ],
  [
    'a slice of its own, deleted',
    (zzzc, { near }) => zzzc.deletes(endpointSlices, 'prod', near),
    ({ near }) => `create endpointslices ${near}`,
  ],
  [
    'ports of the import',
    onImport(({ spec, ...rest }) => ({
      ...rest,
      spec: { ...spec, ports: [{ name: 'http', port: 80, protocol: 'TCP' }] },
    })),
    () => SPEC_REPAIRED,
  ],
  [
    'type of the import',
    onImport(({ spec, ...rest }) => ({ ...rest, spec: { ...spec, type: 'Headless', ips: [] } })),
    () => SPEC_REPAIRED,
  ],
  [
    'families and addresses of the import',
    onImport(({ spec, ...rest }) => ({
      ...rest,
      spec: { ...spec, ips: ['2001:2::666'], ipFamilies: ['IPv6'] },
    })),
    () => SPEC_REPAIRED,
  ],
  [
    'notes that the import needs',
    onImport(({ metadata: { annotations: _, ...metadata }, ...rest }) => ({ ...rest, metadata })),
    () => `update serviceimports ${NAME}`,
  ],
  [
    'status of the import',
    (zzzc) =>
      editStatus(zzzc.client, serviceImports, { namespace: 'prod', name: NAME }, (present) => ({
        ...present,
        status: { ...present.status, clusters: [{ cluster: 'nobody' }] },
      })),
    () => `update serviceimports/status ${NAME}`,
  ],
  [
    'ports of the derived Service',
    onDerived(({ spec, ...rest }) => ({ ...rest, spec: { ...spec, ports: [{ name: 'http', port: 80 }] } })),
    () => `update services ${DERIVED}`,
  ],
  [
    'a selector on the derived Service, by which other pods would get its traffic',
    onDerived(({ spec, ...rest }) => ({ ...rest, spec: { ...spec, selector: { app: 'other' } } })),
    () => `update services ${DERIVED}`,
  ],
  [
    'a label of the derived Service',
    onDerived((derived) => labelled(derived, { 'multicluster.kubernetes.io/service-name': 'other' })),
    () => `update services ${DERIVED}`,
  ],
  [
    'the derived Service, deleted',
    (zzzc) => zzzc.deletes(services, 'prod', DERIVED),
    () => `create services ${DERIVED}`,
  ],
];

export function onSlice(which: keyof Names, change: (slice: IEndpointSlice) => IEndpointSlice) {
  return (zzzc: MemberCluster, names: Names) => on(zzzc, endpointSlices, names[which], change);
}

export function onImport(change: (found: IServiceImport) => IServiceImport) {
  return (zzzc: MemberCluster) => on(zzzc, serviceImports, NAME, change);
}

export function onDerived(change: (found: IService) => IService) {
  return (zzzc: MemberCluster) => on(zzzc, services, DERIVED, change);
}

function on<T extends KubeObject>(
  zzzc: MemberCluster,
  resource: Resource<T>,
  name: string,
  change: (object: T) => T,
): Promise<void> {
  return zzzc.edits(resource, { namespace: 'prod', name }, change);
}

/** The object with these labels besides; undefined takes one off. */
export function labelled<T extends KubeObject>(object: T, more: Record<string, string | undefined>): T {
  const labels = new Map(Object.entries(object.metadata.labels ?? {}));
  for (const [key, value] of Object.entries(more)) {
    if (value === undefined) labels.delete(key);
    else labels.set(key, value);
  }
  return { ...object, metadata: { ...object.metadata, labels: Object.fromEntries(labels) } };
}
