import { setTimeout as pause } from 'node:timers/promises';
import { CLUSTER_SET_NAME, clusterSets } from '#apis/hub/cluster-set.ts';
import { exportedEndpointSlices, type IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices, type IExportedService } from '#apis/hub/exported-service.ts';
import { type IMember, memberNamespace, members } from '#apis/hub/member.ts';
import { type IMemberReport, memberReports, REPORT_NAME } from '#apis/hub/member-report.ts';
import { judgeIdentity } from '#controllers/membership/identity.ts';
import { VERSION } from '#src/config/version.ts';
import { connect } from '#src/kube/connect.ts';
import { isForbidden, isKindMissing, isUnauthorized, TransportError } from '#src/kube/errors.ts';
import { KubeconfigError } from '#src/kube/kubeconfig.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import type { Clock, Milliseconds } from '#src/runtime/clock.ts';
import { asError } from '#src/runtime/errors.ts';
import { listAll } from '../../clusters/reading.ts';
import type { Target } from '../../clusters/targets.ts';
import { say } from '../../output/print.ts';
import type { Found } from './found.ts';

/** What the hub has of all members' exports, read with the member's own credentials. */
export interface HubContent {
  clusterSetUID: string;
  report: IMemberReport | undefined;
  members: readonly IMember[];
  /** Of all members: what others export under the same names goes on. */
  services: readonly IExportedService[];
  /** Of this member. */
  slices: readonly IExportedEndpointSlice[];
}

/** The hub, spoken to with the member's own credentials. */
export type HubTarget = Pick<Target, 'client' | 'timeoutMs'>;

/** `closed`: nothing can be withdrawn there, and why; `exitCode` as of a verb that ends with it. */
export type HubSight =
  | { is: 'open'; hub: HubTarget; content: HubContent }
  | { is: 'closed'; why: string; exitCode: 1 | 3 };

const LOOK_EVERY_MS = 1_000;

/** Makes a client of the hub with the member's own credentials; undefined, and said, where there are none that can be used. */
export function hubTarget(
  { access, hubContext }: Found,
  clock: Clock,
  timeoutMs: Milliseconds,
): HubTarget | undefined {
  if (access?.kubeconfig === undefined) return undefined;
  try {
    const client = connect({
      cluster: 'hub',
      kubeconfig: { text: access.kubeconfig },
      context: hubContext,
      clock,
      userAgent: `tombolo-cli/${VERSION}`,
    });
    return { client, timeoutMs };
  } catch (error) {
    if (!(error instanceof KubeconfigError)) throw error;
    say(`the agent's credentials for the hub cannot be used: ${error.message}`);
    return undefined;
  }
}

/** Reads the hub; one that does not answer is asked again until the deadline, and that is said. */
export async function lookAtHub(
  hub: HubTarget,
  clusterId: string,
  { state, access }: Found,
  { clock, timeout }: { clock: Clock; timeout: Milliseconds },
): Promise<HubSight> {
  const accepted = state?.clusterSetUID ?? access?.clusterSetUID;
  const started = clock.monotonic();
  for (let said = false; ; said = true) {
    try {
      return await readHub(hub, clusterId, accepted);
    } catch (error) {
      const { message } = asError(error);
      if (isUnauthorized(error)) {
        return {
          is: 'closed',
          why: `the hub does not know these credentials any more: ${message}`,
          exitCode: 3,
        };
      }
      if (isForbidden(error) || isKindMissing(error)) return { is: 'closed', why: message, exitCode: 1 };
      if (!(error instanceof TransportError)) throw error;
      if (clock.monotonic() - started >= timeout) return { is: 'closed', why: message, exitCode: 3 };
      if (!said) say(`waiting (at most ${timeout / 1_000}s) for the hub: ${message}`);
      await pause(LOOK_EVERY_MS);
    }
  }
}

async function readHub(hub: HubTarget, clusterId: string, accepted: string | undefined): Promise<HubSight> {
  const { client, timeoutMs } = hub;
  const namespace = memberNamespace(clusterId);
  const clusterSet = await orAbsent(client.get(clusterSets, { name: CLUSTER_SET_NAME }, { timeoutMs }));
  const identity = judgeIdentity({ clusterSet, accepted, admitted: undefined });
  if (identity.is === 'foreign') {
    const why = `this is another hub: its ClusterSet has UID ${identity.uid}, this cluster belongs to ${accepted}`;
    return { is: 'closed', why, exitCode: 1 };
  }
  if (identity.is === 'unread') return { is: 'closed', why: identity.why, exitCode: 1 };
  const [report, all, services, slices] = await Promise.all([
    orAbsent(client.get(memberReports, { namespace, name: REPORT_NAME }, { timeoutMs })),
    listAll(hub, members),
    listAll(hub, exportedServices),
    listAll(hub, exportedEndpointSlices, { namespace }),
  ]);
  return {
    is: 'open',
    hub,
    content: { clusterSetUID: identity.uid, report, members: all, services, slices },
  };
}
