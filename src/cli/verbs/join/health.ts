import { setTimeout as pause } from 'node:timers/promises';
import { memberNamespace, members, takeoverUID } from '#apis/hub/member.ts';
import { memberReports, REPORT_NAME } from '#apis/hub/member-report.ts';
import { deployments, type IDeployment } from '#apis/kubernetes/deployment.ts';
import { leases } from '#apis/kubernetes/lease.ts';
import { judgeClaim } from '#controllers/membership/claim.ts';
import { HUB_LEASE_NAME } from '#controllers/membership/lease-controller.ts';
import { MEMBER_ACCOUNT } from '#src/install/member.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import { milliseconds } from '../../clusters/targets.ts';
import { Exit } from '../../exit.ts';
import { say } from '../../output/print.ts';
import type { Joining } from './join.ts';

const LOOK_EVERY_MS = 1_000;

/** What is still missing; `hopeless`: waiting will not bring it. */
export type Health = { is: 'well' } | { is: 'waiting' | 'hopeless'; why: string };

/**
 * Waits until the agent runs, the hub has confirmed that the member is this cluster, and its Lease there is renewed.
 * Says what it waits for. Throws an Exit at the deadline.
 */
export async function awaitHealth(joining: Joining, uid: string, hub: KubeClient): Promise<void> {
  const { options, clock } = joining;
  const timeout = milliseconds('--timeout', options.timeout);
  const started = clock.monotonic();
  const renewals = new Set<string>();
  for (let said = ''; ; ) {
    const health = await look(joining, uid, hub, renewals);
    if (health.is === 'well') return say('ok: the agent runs, and the hub hears of it');
    const elapsed = clock.monotonic() - started;
    if (health.is === 'hopeless' || elapsed >= timeout) {
      const after = health.is === 'hopeless' ? '' : ` after ${options.timeout}`;
      throw new Exit(1, [`installed, but not well${after}: ${health.why}`]);
    }
    if (health.why !== said) {
      say(`waiting (${Math.floor(elapsed / 1_000)}s of ${timeout / 1_000}s) for ${health.why}`);
    }
    said = health.why;
    await pause(Math.min(LOOK_EVERY_MS, Math.max(1, timeout - elapsed)));
  }
}

async function look(
  { bundle: { clusterId }, target }: Joining,
  uid: string,
  hub: KubeClient,
  renewals: Set<string>,
): Promise<Health> {
  const { client, namespace, timeoutMs } = target;
  const place = memberNamespace(clusterId);
  const [deployment, member, report, lease] = await Promise.all([
    orAbsent(client.get(deployments, { namespace, name: MEMBER_ACCOUNT }, { timeoutMs })),
    orAbsent(hub.get(members, { name: clusterId }, { timeoutMs })),
    orAbsent(hub.get(memberReports, { namespace: place, name: REPORT_NAME }, { timeoutMs })),
    orAbsent(hub.get(leases, { namespace: place, name: HUB_LEASE_NAME }, { timeoutMs })),
  ]);
  const claim = judgeClaim({ cluster: clusterId, uid, member, report });
  // The one that holds it goes on undisturbed.
  if (claim.is === 'refused' && takeoverUID(member) !== uid) return { is: 'hopeless', why: claim.why };
  const behind = notAvailable(deployment);
  if (behind !== undefined) return { is: 'waiting', why: behind };
  if (claim.is !== 'claimed')
    return { is: 'waiting', why: `the hub to confirm that ${clusterId} is this cluster` };
  if (lease?.spec?.renewTime !== undefined) renewals.add(lease.spec.renewTime);
  // Only a second one proves that somebody renews it now.
  return renewals.size > 1
    ? { is: 'well' }
    : { is: 'waiting', why: 'the agent to renew its Lease on the hub' };
}

/** What a Deployment waits for, in words; undefined: as many of its pods are ready as there should be. */
export function notAvailable(deployment: IDeployment | undefined): string | undefined {
  if (deployment === undefined) return 'the agent’s Deployment to be there';
  const { metadata, spec, status = {} } = deployment;
  const wanted = spec?.replicas ?? 1;
  const current = status.observedGeneration === metadata.generation;
  const ready = Math.min(status.availableReplicas ?? 0, status.updatedReplicas ?? 0);
  if (current && ready >= wanted) return undefined;
  const trouble = status.conditions?.find(
    ({ type, status: is }) => type === 'ReplicaFailure' && is === 'True',
  );
  const why = trouble === undefined ? '' : ` (${trouble.message})`;
  return `Deployment ${metadata.namespace}/${metadata.name}: ${current ? ready : 0} of ${wanted} pods ready${why}`;
}
