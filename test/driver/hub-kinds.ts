import { clusterSets } from '#apis/hub/cluster-set.ts';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices } from '#apis/hub/exported-service.ts';
import { members } from '#apis/hub/member.ts';
import { memberReports } from '#apis/hub/member-report.ts';
import type { KubeObject, Resource } from '#apis/meta.ts';

/** What every member reads on the hub. */
export const HUB_KINDS: readonly Resource<KubeObject>[] = [
  clusterSets,
  members,
  memberReports,
  exportedServices,
  exportedEndpointSlices,
];
