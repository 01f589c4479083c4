import { MemberCondition } from '#apis/hub/conditions.ts';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices } from '#apis/hub/exported-service.ts';
import { clusterOfNamespace, type IMember, memberNamespace, members, removedUIDs } from '#apis/hub/member.ts';
import { memberReports } from '#apis/hub/member-report.ts';
import { leases, NOTHING_LEFT_ANNOTATION } from '#apis/kubernetes/lease.ts';
import { HUB_LEASE_NAME } from '#controllers/membership/lease-controller.ts';
import { said } from '#controllers/view/said.ts';
import { isConflict } from '#src/kube/errors.ts';
import type { Milliseconds } from '#src/runtime/clock.ts';
import { listAll } from '../../clusters/reading.ts';
import type { Target } from '../../clusters/targets.ts';
import { Exit } from '../../exit.ts';
import { say } from '../../output/print.ts';
import { readMember } from './hub.ts';

const LOOK_EVERY_MS = 250;

/**
 * States on the Member that the cluster of this UID is gone for good. The admin's word is the proof by which every
 * member removes what it imported from it: nothing may be deleted before it stands.
 */
export async function stateRemoval(hub: Target, name: string, uid: string): Promise<void> {
  for (;;) {
    const member = await readMember(hub, name);
    if (member === undefined) throw new Exit(1, [`${hub.context}: Member ${name} was deleted meanwhile`]);
    const removed = removedUIDs(member);
    if (removed.includes(uid)) return;
    try {
      const stated: IMember = { ...member, spec: { ...member.spec, removed: [...removed, uid] } };
      await hub.client.update(members, stated, { timeoutMs: hub.timeoutMs });
      return;
    } catch (error) {
      // The hub controller writes there, too: what it wrote is read and kept.
      if (!isConflict(error)) throw error;
    }
  }
}

/** Resolves when the hub controller has deleted all that the member wrote. Throws an Exit at the deadline. */
export async function awaitEmptied(
  hub: Target,
  name: string,
  withinMs: Milliseconds,
  again: string,
): Promise<void> {
  const query = { namespace: memberNamespace(name) };
  const deadline = performance.now() + withinMs;
  let told = false;
  for (;;) {
    const [reports, services, slices] = await Promise.all([
      listAll(hub, memberReports, query),
      listAll(hub, exportedServices, query),
      listAll(hub, exportedEndpointSlices, query),
    ]);
    const left = reports.length + services.length + slices.length;
    if (left === 0) return;
    if (!told) say(`${hub.context}: waiting until the hub controller has deleted what ${name} exported`);
    told = true;
    if (performance.now() >= deadline) {
      throw new Exit(1, [
        `${hub.context}: ${left} records of ${name} are left after ${withinMs / 1000} s: ` +
          `does the hub controller run? Nothing else was deleted; \`${again}\` goes on from here`,
      ]);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/**
 * The members that may still show something of the clusters that this Member states to be removed. To them its statement
 * is the only proof, so it must outlast them. Waits for those that are reachable.
 */
export async function showingStill(hub: Target, name: string, withinMs: Milliseconds): Promise<string[]> {
  const deadline = performance.now() + withinMs;
  const removed = removedUIDs(await readMember(hub, name));
  if (removed.length === 0) return [];
  let told = false;
  for (;;) {
    const [all, done] = await Promise.all([listAll(hub, members), doneWith(hub, removed)]);
    const others = all.filter(
      ({ metadata, status }) => metadata.name !== name && status?.claimedUID !== undefined,
    );
    const showing = others.filter(({ metadata }) => !done.has(metadata.name));
    const expected = showing.filter(
      ({ status }) => said(status?.conditions, MemberCondition.Reachable).status === 'True',
    );
    const names = expected.map(({ metadata }) => metadata.name).join(', ');
    if (expected.length === 0 || performance.now() >= deadline)
      return showing.map(({ metadata }) => metadata.name);
    if (!told) say(`${hub.context}: waiting until ${names} shows nothing of ${name} any more`);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** The members that say of themselves that they show nothing of any of these UIDs any more. */
async function doneWith(hub: Target, uids: readonly string[]): Promise<Set<string | undefined>> {
  const held = await listAll(hub, leases, { fieldSelector: `metadata.name=${HUB_LEASE_NAME}` });
  const done = held.filter(({ metadata }) => {
    const said = metadata.annotations?.[NOTHING_LEFT_ANNOTATION]?.split(',') ?? [];
    return uids.every((uid) => said.includes(uid));
  });
  return new Set(done.map(({ metadata }) => clusterOfNamespace(metadata.namespace)));
}
