import { clusterSets } from '#apis/hub/cluster-set.ts';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices } from '#apis/hub/exported-service.ts';
import { members } from '#apis/hub/member.ts';
import { memberReports } from '#apis/hub/member-report.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { namespaces } from '#apis/kubernetes/namespace.ts';
import { services } from '#apis/kubernetes/service.ts';
import type { KubeObject, Resource } from '#apis/meta.ts';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';

/** What an agent watches on the hub. */
export const ON_HUB: readonly Resource<KubeObject>[] = [
  clusterSets,
  members,
  memberReports,
  exportedServices,
  exportedEndpointSlices,
];

/** What it watches in its own cluster. */
export const AT_HOME: readonly Resource<KubeObject>[] = [
  namespaces,
  services,
  endpointSlices,
  serviceExports,
  serviceImports,
];
