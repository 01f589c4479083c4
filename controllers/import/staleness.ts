import type { StalenessAction } from '#apis/hub/cluster-set.ts';
import type { ImportType } from '#apis/multicluster/service-import.ts';
import { assertedOf, type ServicePlace } from '#controllers/absence/proof.ts';
import { isTakenOver } from '#controllers/membership/claim.ts';
import type { HubView } from '#controllers/membership/hub-view.ts';
import {
  isAction,
  isUnreachable,
  type StalenessPolicy,
  stalenessPolicy,
} from '#controllers/membership/reachability.ts';
import type { ImportPlace } from './observer.ts';

/**
 * Whether a cluster's endpoints of one Service are withheld here, where the import has this type. Undefined: if they
 * were before, since the record is of a cluster that another one has taken over from: what shows that the id is alive
 * again is no news of it.
 */
export type Withheld = (cluster: string, type: ImportType) => boolean | undefined;

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

type Told = Pick<HubView, 'readable' | 'clusterSet' | 'member' | 'evidence' | 'exportedService'>;

/**
 * Whether one member's endpoints of one Service are to be withheld, by what is said of the member. Its own endpoints
 * never are in its own cluster, and nothing is while the hub is not read: its silence says nothing of the members.
 */
export function isWithdrawn(hub: Told, self: string, at: ServicePlace, type: ImportType): boolean {
  const { cluster, namespace, service } = at;
  if (cluster === self || !hub.readable) return false;
  if (!isUnreachable(hub.member(cluster), hub.evidence.report(cluster))) return false;
  const override: unknown = hub.exportedService(cluster, namespace, service)?.spec?.staleness;
  const policy = stalenessPolicy(hub.clusterSet);
  return stalenessAction({ unreachable: true, override, policy, type }) === 'Withdraw';
}

/** Gathers what decides over one Service. */
export function withheldOf(hub: Told, self: string, { namespace, service }: ImportPlace): Withheld {
  return (cluster, type) => {
    if (isWithdrawn(hub, self, { cluster, namespace, service }, type)) return true;
    if (cluster === self || !hub.readable) return false;
    const asserted = assertedOf(hub.exportedService(cluster, namespace, service)?.spec?.asserted);
    const isFormer = asserted !== undefined && isTakenOver(hub.member(cluster), asserted.uid);
    return isFormer ? undefined : false;
  };
}
