import type { KubeClient } from '#src/kube/client.ts';
import type { MemberCluster } from '#test/driver/cluster.ts';
import type { Exec } from '../driver/client.ts';
import type { Operator } from '../stage.ts';

/** One member that the suite plays on. */
export interface MeasuredMember {
  cluster: MemberCluster;
  exec: Exec;
}

/** The set of clusters that is measured. */
export interface MeasuredSet {
  members: readonly MeasuredMember[];
  /** What the suite's pods run: sh, socat and dig are in it. */
  image: string;
  /** Absent where the agents are not the suite's to stop. */
  operator: Operator | undefined;
  /** Whether the clusters go on when the suite has ended, so that it has to tidy up. */
  stays: boolean;
  stop(): Promise<void>;
}

/** `v1.34.4` */
export async function kubernetesVersion(client: KubeClient): Promise<string> {
  const { gitVersion } = (await client.request('GET', '/version')) as { gitVersion: string };
  return gitVersion;
}
