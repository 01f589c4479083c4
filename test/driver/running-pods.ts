import type { KubeObject, Resource } from '#apis/meta.ts';
import type { MemberCluster } from './cluster.ts';
import { eventually } from './eventually.ts';

/** A pod that a kubelet, or kwok in its place, takes care of: as far as tests read and write it. */
export interface Pod extends KubeObject {
  spec?: { nodeName?: string; [field: string]: unknown };
  status?: {
    phase?: string;
    podIP?: string;
    podIPs?: { ip: string }[];
    conditions?: { type: string; status: string }[];
    containerStatuses?: { restartCount: number; state?: { running?: object } }[];
  };
}

export const pods: Resource<Pod> = {
  group: '',
  version: 'v1',
  plural: 'pods',
  kind: 'Pod',
  namespaced: true,
};

/** Waits until a pod is Ready; resolves with its address. */
export async function awaitPod(
  member: MemberCluster,
  namespace: string,
  name: string,
  deadlineMs?: number,
): Promise<string> {
  return eventually(
    `pod ${namespace}/${name} of ${member.id} is Ready`,
    async () => {
      const { status } = await member.client.get(pods, { namespace, name });
      const ready = status?.conditions?.some(
        (condition) => condition.type === 'Ready' && condition.status === 'True',
      );
      if (!ready || status?.podIP === undefined) throw new Error(`it is not: ${JSON.stringify(status)}`);
      return status.podIP;
    },
    deadlineMs,
  );
}
