import { clusterSets } from '#apis/hub/cluster-set.ts';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices } from '#apis/hub/exported-service.ts';
import { members } from '#apis/hub/member.ts';
import { memberReports } from '#apis/hub/member-report.ts';
import { clusterProperties } from '#apis/kubernetes/cluster-property.ts';
import { configMaps } from '#apis/kubernetes/config-map.ts';
import { deployments } from '#apis/kubernetes/deployment.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { leases } from '#apis/kubernetes/lease.ts';
import { namespaces } from '#apis/kubernetes/namespace.ts';
import { services } from '#apis/kubernetes/service.ts';
import { KUBE_SERVICE_NAME_LABEL, SOURCE_CLUSTER_LABEL } from '#apis/labels.ts';
import type { KubeObject, Resource } from '#apis/meta.ts';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import { isOurs } from './ours.ts';

/** Objects of one kind that a folder holds. */
export interface Wanted {
  /** The file's name without its ending. */
  file: string;
  resource: Resource<KubeObject>;
  labelSelector?: string;
  fieldSelector?: string;
  /** Only these; all where it is absent. `exported`: `<namespace>/<name>` of the cluster's ServiceExports. */
  keep?: (object: KubeObject, exported: ReadonlySet<string>) => boolean;
}

const events: Resource<KubeObject> = {
  group: 'events.k8s.io',
  version: 'v1',
  plural: 'events',
  kind: 'Event',
  namespaced: true,
};
export const pods: Resource<KubeObject> = {
  group: '',
  version: 'v1',
  plural: 'pods',
  kind: 'Pod',
  namespaced: true,
};

const keyOf = ({ metadata }: KubeObject) => `${metadata.namespace}/${metadata.name}`;
const serviceOf = ({ metadata }: KubeObject) =>
  `${metadata.namespace}/${metadata.labels?.[KUBE_SERVICE_NAME_LABEL]}`;
const isOurEvent = (event: KubeObject) => {
  const { reportingController = '' }: { reportingController?: unknown } = Object(event);
  return String(reportingController).includes('tombolo');
};
const isCorefile = ({ metadata }: KubeObject) => /^coredns(-custom)?$/.test(metadata.name);

/** Pods and Deployments of both programs, however they were installed. */
export const PROGRAMS = 'app.kubernetes.io/name in (tombolo-member,tombolo-hub)';

const OF_BOTH: readonly Wanted[] = [
  { file: 'deployments', resource: deployments, labelSelector: PROGRAMS },
  { file: 'pods', resource: pods, labelSelector: PROGRAMS },
  { file: 'events', resource: events, keep: isOurEvent },
  { file: 'leases', resource: leases, keep: ({ metadata }) => metadata.name.startsWith('tombolo-') },
];

export const OF_MEMBER: readonly Wanted[] = [
  { file: 'serviceexports', resource: serviceExports },
  { file: 'serviceimports', resource: serviceImports },
  {
    file: 'services',
    resource: services,
    keep: (object, exported) => isOurs(object) || exported.has(keyOf(object)),
  },
  {
    file: 'endpointslices',
    resource: endpointSlices,
    keep: (object, exported) =>
      object.metadata.labels?.[SOURCE_CLUSTER_LABEL] !== undefined || exported.has(serviceOf(object)),
  },
  { file: 'clusterproperties', resource: clusterProperties },
  { file: 'namespaces', resource: namespaces },
  {
    file: 'corefiles',
    resource: configMaps,
    fieldSelector: 'metadata.namespace=kube-system',
    keep: isCorefile,
  },
  { file: 'hub-access', resource: configMaps, labelSelector: 'app.kubernetes.io/part-of=tombolo' },
  ...OF_BOTH,
];

export const OF_HUB: readonly Wanted[] = [
  { file: 'clustersets', resource: clusterSets },
  { file: 'members', resource: members },
  { file: 'memberreports', resource: memberReports },
  { file: 'exportedservices', resource: exportedServices },
  { file: 'exportedendpointslices', resource: exportedEndpointSlices },
  ...OF_BOTH,
];
