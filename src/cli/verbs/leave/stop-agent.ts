import { setTimeout as pause } from 'node:timers/promises';
import { deployments, type IDeployment } from '#apis/kubernetes/deployment.ts';
import type { KubeObject, Resource } from '#apis/meta.ts';
import { MEMBER_ACCOUNT } from '#src/install/member.ts';
import { isConflict, isNotFound } from '#src/kube/errors.ts';
import { type LeaseStore, leaseStore } from '#src/kube/lease-store.ts';
import type { Clock, Milliseconds } from '#src/runtime/clock.ts';
import { givenBack, heldBy, mayTake, type Observation, observe } from '#src/runtime/election/candidacy.ts';
import { listAll } from '../../clusters/reading.ts';
import type { Target } from '../../clusters/targets.ts';
import { Exit } from '../../exit.ts';
import { say } from '../../output/print.ts';
import { type Doing, tell } from './removing.ts';

const pods: Resource<KubeObject> = {
  group: '',
  version: 'v1',
  plural: 'pods',
  kind: 'Pod',
  namespaced: true,
};

/** Who holds the agents' Lease while the cluster leaves: the same name at every attempt, so that none waits for itself. */
const HOLDER = 'tombolo-leave';
const LEADER_LEASE_NAME = `${MEMBER_ACCOUNT}-leader`;
const LOOK_EVERY_MS = 500;
const ATTEMPTS = 5;

export interface Stopping {
  target: Target;
  clock: Clock;
  /** For each wait. */
  timeout: Milliseconds;
  force: boolean;
  doing: Doing;
}

/** Scales the agent to nothing, and waits until no pod of it is left. Throws an Exit at the deadline. */
export async function stopAgent(stopping: Stopping, deployment: IDeployment): Promise<void> {
  const { target, clock, timeout, force } = stopping;
  const { namespace = '', name } = deployment.metadata;
  await scaleDown(stopping, deployment);
  const labels = Object.entries(deployment.spec?.selector?.matchLabels ?? {});
  if (labels.length === 0) return;
  const labelSelector = labels.map(([label, value]) => `${label}=${value}`).join(',');
  const started = clock.monotonic();
  for (let said = false; ; said = true) {
    const left = await listAll(target, pods, { namespace, labelSelector });
    if (left.length === 0) return;
    const names = left.map(({ metadata }) => metadata.name).join(', ');
    if (clock.monotonic() - started >= timeout) {
      const line = `${target.context}: the agent still runs (${names}) after ${timeout / 1_000} s`;
      if (!force) throw new Exit(1, [`${line}: run this again, or with --force where its node is gone`]);
      return say(`${line}: going on, as --force says`);
    }
    if (!said) say(`waiting (at most ${timeout / 1_000}s) for ${namespace}/${name} to stop: ${names}`);
    await pause(LOOK_EVERY_MS);
  }
}

async function scaleDown({ target, doing }: Stopping, deployment: IDeployment): Promise<void> {
  const { client, timeoutMs } = target;
  const { namespace = '', name } = deployment.metadata;
  for (let attempt = 1, current = deployment; current.spec?.replicas !== 0; attempt++) {
    try {
      await client.update(deployments, { ...current, spec: { ...current.spec, replicas: 0 } }, { timeoutMs });
      return tell(`deployment.apps/${name} scaled to 0`, doing);
    } catch (error) {
      if (!isConflict(error) || attempt === ATTEMPTS) throw error;
      current = await client.get(deployments, { namespace, name }, { timeoutMs });
    }
  }
}

/** Agents that come back, or that nobody could stop, wait for this. */
export interface Fence {
  /** Lets an agent run again. */
  lift(): Promise<void>;
}

/**
 * Takes the Lease that agents lead by, once it is given up or has ended: no agent writes from then on, not even one
 * whose pod is started again by somebody else. Throws an Exit where an agent keeps renewing it.
 */
export async function fenceOff({ target, clock, timeout, force }: Stopping): Promise<Fence> {
  const { client, namespace, timeoutMs, context } = target;
  const store = leaseStore(client, { namespace, name: LEADER_LEASE_NAME });
  const started = clock.monotonic();
  let observed: Observation | undefined;
  for (let said = false; ; said = true) {
    const lease = await store.read(AbortSignal.timeout(timeoutMs));
    // No agent has ever led here, or what it led by is cleared away.
    if (lease === undefined) return { lift: async () => {} };
    const now = clock.monotonic();
    observed = observe(observed, lease, now);
    const holder = lease.spec?.holderIdentity ?? '';
    if (mayTake(HOLDER, lease, observed, now)) {
      // As long as all that follows may take.
      const spec = heldBy(HOLDER, lease.spec, clock.now(), timeout * 2 + 60_000);
      try {
        await store.update({ ...lease, spec }, AbortSignal.timeout(timeoutMs));
        return { lift: () => giveBack(store, clock, timeoutMs) };
      } catch (error) {
        if (!isConflict(error) && !isNotFound(error)) throw error;
        continue;
      }
    }
    if (now - started >= timeout) {
      const line = `${context}: agent ${holder} still leads after ${timeout / 1_000} s: something keeps it running`;
      if (!force) throw new Exit(1, [line]);
      say(`${line}; going on, as --force says`);
      return { lift: async () => {} };
    }
    if (!said) say(`waiting (at most ${timeout / 1_000}s) for the Lease of agent ${holder} to end`);
    await pause(LOOK_EVERY_MS);
  }
}

/** Best effort: without it the next agent only has to wait. */
async function giveBack(store: LeaseStore, clock: Clock, timeoutMs: Milliseconds): Promise<void> {
  try {
    const lease = await store.read(AbortSignal.timeout(timeoutMs));
    if (lease?.spec?.holderIdentity !== HOLDER) return;
    await store.update(
      { ...lease, spec: givenBack(lease.spec, clock.now()) },
      AbortSignal.timeout(timeoutMs),
    );
  } catch {
    say('the Lease of the agents could not be given back: a new agent waits until it ends');
  }
}
