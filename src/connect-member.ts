import type { MemberConfig } from './config/member.ts';
import { VERSION } from './config/version.ts';
import type { KubeClient } from './kube/client.ts';
import { connect } from './kube/connect.ts';
import type { Metrics } from './observability/metrics.ts';
import type { ProgramDeps } from './runtime/program.ts';

/** What the connection to the hub tells, and asks, of who believes in it. */
export interface HubTrust {
  /** Told before the first request where another hub may answer. */
  onHubMoved: () => void;
  /** Asked about each write there, after `onHubMoved`: a create would succeed on any hub. */
  mayWriteToHub: () => boolean;
}

/** Clients of the two API servers of a member. Throws a KubeconfigError where one cannot be addressed at all. */
export function connectMember(
  config: MemberConfig,
  { clock }: Pick<ProgramDeps, 'clock'>,
  metrics: Metrics,
  { onHubMoved, mayWriteToHub }: HubTrust,
): { local: KubeClient; hub: KubeClient } {
  const userAgent = `tombolo-member/${VERSION} (${config.clusterId})`;
  const shared = { clock, metrics: metrics.requests, userAgent };
  return {
    local: connect({
      cluster: 'local',
      kubeconfig: config.kubeconfig === undefined ? { inCluster: true } : { path: config.kubeconfig },
      context: config.context,
      ...shared,
    }),
    hub: connect({
      cluster: 'hub',
      kubeconfig: { path: config.hubKubeconfig },
      context: config.hubContext,
      onMoved: onHubMoved,
      mayWrite: mayWriteToHub,
      ...shared,
    }),
  };
}
