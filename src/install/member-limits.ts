import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { type Manifest, PART_OF } from './manifest.ts';

/** Name of the ResourceQuota in a member's namespace on the hub. */
export const LIMITS_QUOTA = 'tombolo-records';

/** How much one member may have on the hub. */
export interface MemberLimits {
  services: number;
  slices: number;
}

/** Far above what a cluster of the usual size exports; a slice holds up to a hundred endpoints. */
export const DEFAULT_LIMITS: MemberLimits = { services: 5_000, slices: 20_000 };

/** What the limits are called in a ResourceQuota. */
export const LIMITED = {
  services: `count/${exportedServices.plural}.${exportedServices.group}`,
  slices: `count/${exportedEndpointSlices.plural}.${exportedEndpointSlices.group}`,
} as const;

/**
 * Keeps a member from filling the hub. Not part of hubMemberManifests: where no controller counts objects, as beside
 * a lone API server, a ResourceQuota refuses every record.
 */
export function memberLimits(
  clusterId: string,
  { services, slices }: MemberLimits = DEFAULT_LIMITS,
): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { namespace: memberNamespace(clusterId), name: LIMITS_QUOTA, labels: PART_OF },
    spec: { hard: { [LIMITED.services]: String(services), [LIMITED.slices]: String(slices) } },
  };
}
