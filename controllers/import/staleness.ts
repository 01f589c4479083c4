import type { StalenessAction } from '#apis/hub/cluster-set.ts';
import type { ImportType } from '#apis/multicluster/service-import.ts';
import type { HubView } from '#controllers/membership/hub-view.ts';
import {
  isAction,
  isUnreachable,
  type StalenessPolicy,
  stalenessPolicy,
} from '#controllers/membership/reachability.ts';
import type { ImportPlace } from './observer.ts';

/** Whether a cluster's endpoints of one Service are withheld here, where the import has this type. */
export type Withheld = (cluster: string, type: ImportType) => boolean;

/** What decides over the endpoints of a member that may be unreachable. */
export interface StalenessInput {
  unreachable: boolean;
  /** What the exporter's own ServiceExport asks for; anything else than an action is no wish. */
  override: unknown;
  policy: StalenessPolicy;
  type: ImportType;
}

/**
 * What becomes of a member's endpoints of one Service (SEMANTICS 3.13). Withdrawn is not gone: the imported slice stays,
 * with all that it remembers of who vouched for it, and shows no endpoints; kube-proxy and CoreDNS read that as a
 * Service without any there, and the next look at the record brings back exactly what the record says.
 */
export function stalenessAction({ unreachable, override, policy, type }: StalenessInput): StalenessAction {
  if (!unreachable) return 'Keep';
  if (isAction(override)) return override;
  return type === 'Headless' ? policy.headless : policy.clusterSetIP;
}

/**
 * Gathers what decides over one Service. A member's own endpoints are never withheld in its own cluster, and nothing is
 * while the hub is not read: its silence says nothing of the members.
 */
export function withheldOf(
  hub: Pick<HubView, 'readable' | 'clusterSet' | 'member' | 'evidence' | 'exportedService'>,
  self: string,
  { namespace, service }: ImportPlace,
): Withheld {
  return (cluster, type) => {
    if (cluster === self || !hub.readable) return false;
    if (!isUnreachable(hub.member(cluster), hub.evidence.report(cluster)?.sequence)) return false;
    const override: unknown = hub.exportedService(cluster, namespace, service)?.spec?.staleness;
    const policy = stalenessPolicy(hub.clusterSet);
    return stalenessAction({ unreachable: true, override, policy, type }) === 'Withdraw';
  };
}
