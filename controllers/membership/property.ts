import type { IClusterProperty } from '#apis/kubernetes/cluster-property.ts';
import { MANAGED_BY, MANAGED_BY_LABEL } from '#apis/labels.ts';

/**
 * What the cluster's own properties have against publishing. `unread`: nobody has looked since the start; `unreadable`:
 * looking has failed for a while; `disagreement`: they say otherwise than the agent was told.
 */
export interface PropertyObstacle {
  is: 'unread' | 'unreadable' | 'disagreement';
  why: string;
}

/** What becomes of one ClusterProperty. */
export type PropertyVerdict =
  | { is: 'agreed' }
  | { is: 'write'; object: Pick<IClusterProperty, 'metadata' | 'spec'> }
  | { is: 'disagreement'; why: string };

/**
 * Whether a cluster says of itself what the agent was told (KEP-2149). Another writer's word is not overwritten: two
 * ids for one cluster would put two names on every pod (SEMANTICS.md 3.14). Ours follows the settings.
 */
export function judgeProperty(
  name: string,
  wanted: string,
  found: IClusterProperty | undefined,
): PropertyVerdict {
  const labels = { [MANAGED_BY_LABEL]: MANAGED_BY };
  if (found === undefined) {
    return { is: 'write', object: { metadata: { name, labels }, spec: { value: wanted } } };
  }
  if (found.spec?.value === wanted) return { is: 'agreed' };
  if (found.metadata.labels?.[MANAGED_BY_LABEL] === MANAGED_BY) {
    return { is: 'write', object: { ...found, spec: { ...found.spec, value: wanted } } };
  }
  return {
    is: 'disagreement',
    why:
      `ClusterProperty ${name} of this cluster is ${JSON.stringify(found.spec?.value)}, this agent was told ` +
      `${JSON.stringify(wanted)}: nothing is published until they agree`,
  };
}
