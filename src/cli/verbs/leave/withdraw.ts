import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServiceName, exportedServices } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { type IMemberReport, MemberReport, memberReports, REPORT_NAME } from '#apis/hub/member-report.ts';
import { Sequences } from '#controllers/membership/sequence.ts';
import { planWithdrawal, type Withdrawal } from '#controllers/membership/withdrawal.ts';
import { type Loss, lossesOf } from '#controllers/view/losses.ts';
import { VERSION } from '#src/config/version.ts';
import type { Clock } from '#src/runtime/clock.ts';
import type { Target } from '../../clusters/targets.ts';
import { Exit } from '../../exit.ts';
import { say } from '../../output/print.ts';
import { stateOf } from '../join/cluster.ts';
import type { HubContent, HubTarget } from './hub.ts';
import { type Doing, remove, tell } from './removing.ts';

/** What is needed to withdraw. */
export interface Withdrawing {
  /** The cluster that leaves: its sequences are kept there. */
  target: Target;
  hub: HubTarget;
  clusterId: string;
  /** kube-system UID of the cluster that leaves. */
  uid: string;
  content: HubContent;
  clock: Clock;
  doing: Doing;
}

/** The plan for what is there now. Undefined, and said: the id is another cluster's by now. */
export function planOf({ uid, clusterId, content }: Withdrawing): Withdrawal | undefined {
  const namespace = memberNamespace(clusterId);
  const services = content.services.filter(({ metadata }) => metadata.namespace === namespace);
  const verdict = planWithdrawal({ ...content, uid, services });
  if (verdict.is === 'own') return verdict;
  say(`hub: nothing is withdrawn there: ${verdict.why}`);
  return undefined;
}

/** What others will see: each Service that loses this cluster's endpoints, and who still exports it. */
export function lossesBy({ clusterId, content }: Withdrawing, plan: Withdrawal): Loss[] {
  const own = new Set(plan.services.map(({ metadata }) => metadata.name));
  // Members may not read each other's Leases: whether one lacks a namespace is not known here.
  return lossesOf(clusterId, { ...content, leases: [] }).filter(({ namespace, service }) =>
    own.has(exportedServiceName(namespace, service)),
  );
}

/** Withdraws all that this cluster exports, in the order of the plan. */
export async function withdraw(withdrawing: Withdrawing, plan: Withdrawal): Promise<void> {
  const { hub, uid, clusterId, doing } = withdrawing;
  if (plan.report !== undefined) await writeEmptyReport(withdrawing, plan.report);
  // Ours by the UID that vouches for it, and gone by the report that has just been written: no importer takes the
  // deletion itself for evidence.
  const isOurs = ({ spec }: { spec?: { asserted?: { uid: string } } }) => spec?.asserted?.uid === uid;
  for (const record of plan.slices) await remove(hub, exportedEndpointSlices, record, { isOurs, ...doing });
  for (const record of plan.services) await remove(hub, exportedServices, record, { isOurs, ...doing });
  say(`hub: ${clusterId} has withdrawn all it exported`);
}

async function writeEmptyReport(
  { target, hub, uid, clusterId, content, clock, doing }: Withdrawing,
  { held, above }: NonNullable<Withdrawal['report']>,
): Promise<void> {
  const { client, timeoutMs } = hub;
  const said = `memberreport.${memberReports.group}/${REPORT_NAME} emptied in ${memberNamespace(clusterId)}`;
  if (doing.dryRun !== undefined) return tell(said, doing);
  // Reserved in the cluster's own memory before it is used, like each one that its agent has given.
  const sequences = new Sequences(stateOf(target), clock);
  const sequence = await sequences.next(AbortSignal.timeout(timeoutMs), above);
  const spec: IMemberReport['spec'] = {
    clusterUID: uid,
    clusterSetUID: content.clusterSetUID,
    agentVersion: held?.spec.agentVersion ?? VERSION,
    inventory: { sequence, services: [] },
  };
  if (held === undefined) {
    const metadata = { name: REPORT_NAME, namespace: memberNamespace(clusterId) };
    await client.create(memberReports, new MemberReport({ metadata, spec }), { timeoutMs });
  } else {
    // Fenced: a conflict means that an agent writes beside us, which must be stopped first.
    await client.update(memberReports, { ...held, spec }, { timeoutMs }).catch((error) => {
      throw new Exit(
        1,
        [`hub: the report changed under our hands: does an agent still run? (${error.message})`],
        {
          cause: error,
        },
      );
    });
  }
  await tell(said, doing);
}
