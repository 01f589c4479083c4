import { ConfigError } from '#src/config/error.ts';
import { AGENT_NAMESPACE } from '#src/install/member.ts';
import type { Clock } from '#src/runtime/clock.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { sameClusters } from '../../cluster-options.ts';
import { milliseconds, openTargets, type Target } from '../../clusters/targets.ts';
import { Exit } from '../../exit.ts';
import { ONE_AT_A_TIME } from '../../join-options.ts';
import type { LeaveOptions } from '../../leave-options.ts';
import { say } from '../../output/print.ts';
import { showLosses } from '../losses.ts';
import { type Found, findInstallation } from './found.ts';
import { type HubSight, type HubTarget, hubTarget, lookAtHub } from './hub.ts';
import { clearConditions, removeImports } from './imports.ts';
import { removeInstallation } from './installation.ts';
import { checkRights } from './rights.ts';
import { type Fence, fenceOff, stopAgent } from './stop-agent.ts';
import { lossesBy, planOf, type Withdrawing, withdraw } from './withdraw.ts';

/** One attempt to leave. */
interface Leaving {
  options: LeaveOptions;
  target: Target;
  clock: Clock;
  program: string;
}

/**
 * Takes a cluster out of its set: what it exports is withdrawn, what it imported is removed, the agent goes. Users'
 * ServiceExports stay, and so do the CRDs. Broken off at any point and run again, it goes on from there. An Exit says
 * what is in the way.
 */
export async function leave(options: LeaveOptions, program: string): Promise<void> {
  if (options.context.length > 1) throw new ConfigError([ONE_AT_A_TIME]);
  const clock = systemClock();
  const targets = openTargets({ ...options, namespace: options.namespace ?? AGENT_NAMESPACE }, clock);
  try {
    const [target] = targets.members;
    if (target === undefined) throw new ConfigError([ONE_AT_A_TIME]);
    await leaveFrom({ options, target, clock, program });
  } finally {
    await targets.close();
  }
}

async function leaveFrom(leaving: Leaving): Promise<void> {
  const { options, target, clock } = leaving;
  const timeout = milliseconds('--timeout', options.timeout);
  const found = await look(leaving);
  const hub = hubTarget(found, clock, target.timeoutMs);
  try {
    // The hub before the agent: where it cannot be reached, all goes on as it was.
    const before = await sightOf(leaving, found, hub);
    if (options.dryRun !== undefined) return await rehearse(leaving, found, before);
    const stopping = { target, clock, timeout, force: options.force === true, doing: options };
    if (found.deployment !== undefined) await stopAgent(stopping, found.deployment);
    const fence = await fenceOff(stopping);
    try {
      // Once more: the agent may have written until it stopped.
      await withdrawIfOpen(leaving, found, hub === undefined ? before : await sightOf(leaving, found, hub));
      await removeImports(target, options);
      await clearConditions(target, options);
      await removeAgent(leaving, found, fence);
    } catch (error) {
      await fence.lift();
      throw error;
    }
    sayNext(leaving, found, before);
  } finally {
    await hub?.client.close();
  }
}

async function look({ options, target }: Leaving): Promise<Found> {
  if (options.dryRun !== 'client') await checkRights(target, true);
  const found = await findInstallation(target);
  if (found.deployment === undefined && found.access === undefined && found.state === undefined) {
    say(`${target.context}: no agent in ${target.namespace}: removing what one may have left`);
  }
  return found;
}

/** The hub as it is now. Throws an Exit where it cannot be used, unless --force says to go on without. */
async function sightOf(
  { options, target, clock }: Leaving,
  found: Found,
  hub: HubTarget | undefined,
): Promise<HubSight | undefined> {
  // The credentials go last: without them, and without an agent, all was withdrawn before, or there never was anything.
  if (hub === undefined && found.deployment === undefined && found.state === undefined) return undefined;
  const { clusterId } = found;
  const timeout = milliseconds('--timeout', options.timeout);
  const sight: HubSight =
    hub === undefined || clusterId === undefined
      ? { is: 'closed', why: `no credentials for the hub in ${target.namespace}`, exitCode: 1 }
      : await lookAtHub(hub, clusterId, found, { clock, timeout });
  if (sight.is === 'open') return sight;
  if (options.force !== true) {
    throw new Exit(sight.exitCode, [
      `${target.context}: nothing can be withdrawn on the hub: ${sight.why}`,
      `run this again when it can be used; or with --force, and have the hub's admin remove the member`,
    ]);
  }
  say(`hub: ${sight.why}: going on without it, as --force says`);
  return sight;
}

async function withdrawIfOpen(leaving: Leaving, found: Found, sight: HubSight | undefined): Promise<void> {
  const { target, clock, options } = leaving;
  const { clusterId, uid } = found;
  if (sight?.is !== 'open' || clusterId === undefined) return;
  const { hub, content } = sight;
  const withdrawing: Withdrawing = { target, hub, clusterId, uid, content, clock, doing: options };
  const plan = planOf(withdrawing);
  if (plan === undefined) return;
  await showLosses(clusterId, lossesBy(withdrawing, plan), { aside: options.output !== undefined });
  await withdraw(withdrawing, plan);
}

async function rehearse(leaving: Leaving, found: Found, sight: HubSight | undefined): Promise<void> {
  const { target, options, program } = leaving;
  await withdrawIfOpen(leaving, found, sight);
  await removeImports(target, options);
  await clearConditions(target, options);
  if (found.release === undefined) await removeInstallation(target, options);
  say(`next: ${program} leave${sameClusters(options)}`);
}

async function removeAgent({ target, options }: Leaving, { release }: Found, fence: Fence): Promise<void> {
  if (release === undefined) return removeInstallation(target, options);
  await fence.lift();
  say(
    `the agent is Helm's: helm uninstall ${release} -n ${target.namespace} --kube-context ${target.context}`,
  );
}

function sayNext({ target, program }: Leaving, found: Found, sight: HubSight | undefined): void {
  const { clusterId } = found;
  say(`${target.context}: left; the ServiceExports and the CRDs stay`);
  if (clusterId === undefined) return;
  const why = sight?.is === 'closed' ? ': others keep what they imported from here until then' : '';
  say(`next: ${program} hub member remove ${clusterId} --hub-context HUB${why}`);
}
