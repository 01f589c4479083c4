import { connect } from '#src/kube/connect.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { execInPod } from '#test/clusters/node/exec.ts';
import { readKubeconfigFile } from '#test/clusters/read-kubeconfig.ts';
import { MemberCluster } from '#test/driver/cluster.ts';
import type { MeasuredMember, MeasuredSet } from './set.ts';

/** One cluster that somebody else runs. */
export interface GivenContext {
  /** Its id in the set, as names and labels show it. */
  id: string;
  context: string;
}

/** Uses clusters that are there, with an implementation that runs. */
export async function givenSet(
  kubeconfig: string,
  contexts: readonly GivenContext[],
  image: string,
): Promise<MeasuredSet> {
  const members = await Promise.all(contexts.map((one) => memberOf(kubeconfig, one)));
  return {
    members,
    image,
    operator: undefined,
    stays: true,
    async stop() {
      await Promise.all(members.map(({ cluster }) => cluster.client.close()));
    },
  };
}

async function memberOf(kubeconfig: string, { id, context }: GivenContext): Promise<MeasuredMember> {
  const { text } = await readKubeconfigFile(`${kubeconfig}#${context}`);
  const client = connect({ cluster: id, kubeconfig: { text }, clock: systemClock() });
  return {
    cluster: new MemberCluster(id, client),
    exec: (pod, command, options) => execInPod(text, pod, command, options),
  };
}
