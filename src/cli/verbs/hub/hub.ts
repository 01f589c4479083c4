import { isClusterId } from '#apis/hub/cluster-id.ts';
import { CLUSTER_SET_NAME, clusterSets, type IClusterSet } from '#apis/hub/cluster-set.ts';
import { type IMember, members } from '#apis/hub/member.ts';
import { ConfigError } from '#src/config/error.ts';
import { clusterId } from '#src/config/values.ts';
import { TransportError } from '#src/kube/errors.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { sameClusters } from '../../cluster-options.ts';
import { ofHub } from '../../clusters/hub.ts';
import { openTargets, type Target } from '../../clusters/targets.ts';
import { Exit } from '../../exit.ts';
import type { HubOptions } from '../../hub-options.ts';

/** Runs a verb against the hub that the flags name. Throws as openTargets does, and as the verb does. */
export async function withHub<T>(options: HubOptions, verb: (hub: Target) => Promise<T>): Promise<T> {
  const { context, hubContext, ...rest } = options;
  if (context !== undefined && hubContext !== undefined && context !== hubContext) {
    throw new ConfigError(['--context and --hub-context name the same cluster here: leave one out']);
  }
  const name = hubContext ?? context;
  const targets = openTargets({ ...rest, context: name === undefined ? [] : [name] }, systemClock());
  try {
    const [hub] = targets.members;
    if (hub === undefined) throw new Error('no context was opened');
    return await verb(hub);
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    const advice =
      'does its API server run, and can this machine reach it? What was written stays; do it again';
    throw new Exit(3, [`${error.message.replaceAll('\n', ' ')}: ${advice}`], { cause: error });
  } finally {
    await targets.close();
  }
}

/** The flags by which a printed command names the same hub. */
export function sameHub({ kubeconfig, context, hubContext }: HubOptions): string {
  const name = hubContext ?? context;
  return sameClusters({
    ...(kubeconfig !== undefined && { kubeconfig }),
    context: name === undefined ? [] : [name],
  });
}

/** Throws a ConfigError where the name cannot be a member's. */
export function checkMemberName(name: string): void {
  if (isClusterId(name)) return;
  const { error } = clusterId.safeParse(name);
  throw new ConfigError([`NAME=${JSON.stringify(name)}: ${error?.issues[0]?.message ?? 'is no cluster id'}`]);
}

/** Reads the set. Throws an Exit that says what to do where there is none. */
export async function requireClusterSet(hub: Target, init: string): Promise<IClusterSet> {
  const { client, context, timeoutMs } = hub;
  const reading = orAbsent(client.get(clusterSets, { name: CLUSTER_SET_NAME }, { timeoutMs }));
  const found = await ofHub(hub, reading);
  if (found !== undefined) return found;
  throw new Exit(1, [`${context} has no ClusterSet ${CLUSTER_SET_NAME}: run \`${init}\` first`]);
}

/** Reads a Member; undefined where there is none. Throws an Exit where the cluster is no hub. */
export function readMember(hub: Target, name: string): Promise<IMember | undefined> {
  return ofHub(hub, orAbsent(hub.client.get(members, { name }, { timeoutMs: hub.timeoutMs })));
}
