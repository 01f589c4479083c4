import { MemberCondition } from '#apis/hub/conditions.ts';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices } from '#apis/hub/exported-service.ts';
import { type IMember, memberNamespace, members } from '#apis/hub/member.ts';
import { memberReports, reportingUID } from '#apis/hub/member-report.ts';
import { leases } from '#apis/kubernetes/lease.ts';
import { apiVersionOf } from '#apis/meta.ts';
import { assertedOf } from '#controllers/absence/proof.ts';
import { type Loss, lossesOf } from '#controllers/view/losses.ts';
import { said } from '#controllers/view/said.ts';
import { hubMemberManifests } from '#src/install/hub.ts';
import type { Manifest } from '#src/install/manifest.ts';
import type { Right } from '#src/runtime/rights/missing-rights.ts';
import { ofHub } from '../../clusters/hub.ts';
import { listAll } from '../../clusters/reading.ts';
import { milliseconds, type Target } from '../../clusters/targets.ts';
import { Exit } from '../../exit.ts';
import type { MemberRemoveOptions } from '../../hub-options.ts';
import { type Deleted, deleteManifests, rightsToDelete } from '../../installing/delete.ts';
import { requireRightsFor } from '../../installing/rights.ts';
import { say } from '../../output/print.ts';
import { showLosses } from '../losses.ts';
import { checkMemberName, readMember, sameHub, withHub } from './hub.ts';
import { requireNotOfHelm } from './other-installer.ts';
import { awaitEmptied, showingStill, stateRemoval } from './removal.ts';
import { printResult } from './result.ts';

/**
 * Takes a member out for good: says what disappears where, states the removal, waits until its records are gone, and
 * deletes its place. Done again it goes on from where it was. Throws an Exit where the member still serves, there is no
 * Member to state it on, a right is missing, Helm keeps it, or its records stay.
 */
export async function memberRemove(
  name: string,
  options: MemberRemoveOptions,
  program: string,
): Promise<void> {
  checkMemberName(name);
  const withinMs = milliseconds('--timeout', options.timeout);
  const { dryRun } = options;
  await withHub(options, async (hub) => {
    const again = `${program} hub member remove ${name}${sameHub(options)}`;
    const [member, { losses, writer }] = await Promise.all([readMember(hub, name), readTraces(hub, name)]);
    if (member === undefined && writer !== undefined) {
      // The statement is the only proof to whoever shows something of it, and it needs this UID.
      throw new Exit(1, [
        `${hub.context} has no Member ${name}, and what cluster ${writer.uid ?? 'unknown'} wrote under that id is ` +
          `still there: run \`${program} hub member add ${name}${sameHub(options)}\` first, so that ` +
          `\`${again}\` can state that it is gone; nothing was written`,
      ]);
    }
    await showLosses(name, losses, options);
    await requireNotOfHelm(hub, name);
    if (!options.stillServing && isServing(member, losses)) {
      throw new Exit(1, [
        `${hub.context}: ${name} is reachable and exports ${losses.length} Services: unexport them or let it leave ` +
          'first, or say --still-serving; nothing was written',
      ]);
    }
    const place = placeOf(name);
    if (dryRun !== 'client') await requireRightsFor(hub, [], [...RIGHTS(name), ...rightsToDelete(place)]);
    const uid = member?.status?.claimedUID ?? writer?.uid;
    const onDeleted = ({ manifest, outcome }: Deleted) => printResult(manifest, outcome, options);
    if (dryRun !== undefined) {
      await deleteManifests(hub, place, { dryRun, onDeleted });
      return say(`next: ${again}`);
    }
    if (member !== undefined && uid !== undefined) await stateRemoval(hub, name, uid);
    if (member !== undefined) await awaitEmptied(hub, name, withinMs, again);
    const showing = member === undefined ? [] : await showingStill(hub, name, withinMs);
    const isKept = showing.length > 0;
    await deleteManifests(hub, isKept ? place.filter(({ kind }) => kind !== members.kind) : place, {
      onDeleted,
    });
    if (!isKept) return say(`next: ${program} hub member list${sameHub(options)}`);
    say(`Member ${name} stays, since ${showing.join(', ')} may still show something of it`);
    say(`next: when they have followed, ${again}`);
  });
}

/** Its place on the hub, what lets it in first, and last the Member, by which an interrupted run is taken up again. */
function placeOf(name: string): Manifest[] {
  const manifests = hubMemberManifests({ clusterId: name });
  const ofKind = (kind: string) => manifests.filter((manifest) => manifest.kind === kind);
  const member = { apiVersion: apiVersionOf(members), kind: members.kind, metadata: { name } };
  return [...ofKind('ClusterRoleBinding'), ...ofKind('Namespace'), member];
}

const RIGHTS = (name: string): Right[] => [
  { verb: 'update', group: members.group, resource: members.plural, namespace: undefined, name },
];

function isServing(member: IMember | undefined, losses: readonly Loss[]): boolean {
  const { status } = said(member?.status?.conditions, MemberCondition.Reachable);
  return status === 'True' && losses.length > 0;
}

/** What there is of a member besides the Member itself. */
interface Traces {
  losses: Loss[];
  /** Who wrote the report or the records that are there, claimed or not; without a UID where none can be read. */
  writer: { uid: string | undefined } | undefined;
}

async function readTraces(hub: Target, name: string): Promise<Traces> {
  const namespace = memberNamespace(name);
  const reading = Promise.all([
    listAll(hub, members),
    listAll(hub, leases),
    listAll(hub, memberReports, { namespace }),
    listAll(hub, exportedServices),
    listAll(hub, exportedEndpointSlices, { namespace }),
  ]);
  const [all, held, reports, services, slices] = await ofHub(hub, reading);
  const losses = lossesOf(name, { members: all, leases: held, services, slices });
  const records = [...services.filter(({ metadata }) => metadata.namespace === namespace), ...slices];
  if (reports.length + records.length === 0) return { losses, writer: undefined };
  const asserted = records.map(({ spec }) => assertedOf(spec?.asserted)?.uid);
  return {
    losses,
    writer: { uid: [...reports.map(reportingUID), ...asserted].find((uid) => uid !== undefined) },
  };
}
