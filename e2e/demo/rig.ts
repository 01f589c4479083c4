import { connect } from '#src/kube/connect.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import type { Workspace } from '#test/clusters/machine/workspace.ts';
import type { Progress } from '#test/clusters/progress.ts';
import type { Cluster, ClusterSpec } from '#test/clusters/provider.ts';
import { type ClusterSet, startClusters } from '#test/clusters/start.ts';
import { MemberCluster } from '#test/driver/cluster.ts';
import { admitMember, HUB_CRDS, installHub, installMember, MEMBER_CRDS } from '#test/driver/install.ts';
import { type CommandLine, tombolo } from './program.ts';
import type { DnsServer } from './questions.ts';

/** The three data centres of the demo. */
export const MEMBERS = ['zzzc', 'shbt', 'bjpdc'] as const;

const USUAL_START_MS = 15_000;

/** Everything that runs: four control planes, three CoreDNS, and Tombolo's own four processes. */
export interface Rig {
  clusters: ClusterSet;
  members: readonly MemberCluster[];
  dns: readonly DnsServer[];
  /** A member by its id. Throws for an unknown one. */
  member(id: string): MemberCluster;
  /** The same as a running cluster. */
  cluster(id: string): Cluster;
  stop(): Promise<void>;
}

/**
 * Starts the clusters, installs Tombolo as its charts would, and starts its processes. With `nodes` every member
 * has a real node, on which pods run; without, pods are objects. With `image`, an OCI image layout, the processes are
 * that image's.
 */
export async function startRig(
  progress: Progress,
  { nodes, image }: { nodes: boolean; image: string | undefined },
): Promise<Rig> {
  const kind: Partial<ClusterSpec> = nodes ? { node: true } : { pods: true, dns: true };
  const clusters = await startClusters(
    {
      hub: { name: 'hub', controllers: true, crds: [HUB_CRDS] },
      members: MEMBERS.map((name) => ({ name, ...kind, crds: [MEMBER_CRDS] })),
    },
    { progress },
  );
  const clock = systemClock();
  const members = clusters.members.map(
    ({ name, kubeconfig }) =>
      new MemberCluster(name, connect({ cluster: name, kubeconfig: { text: kubeconfig }, clock })),
  );
  const stop = async () => {
    await Promise.all(members.map(({ client }) => client.close()));
    await clusters.stop();
  };
  try {
    await progress.during(
      'start tombolo hub and three tombolo members',
      { usualMs: USUAL_START_MS },
      async () => {
        const { hub, workspace } = clusters;
        const program = await tombolo(image, workspace);
        await startHub(program, workspace, hub);
        await Promise.all(clusters.members.map((member) => startMember(program, workspace, hub, member)));
      },
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    clusters,
    members,
    dns: clusters.members.map(({ name, dns }) => ({ cluster: name, server: dns.server, port: dns.port })),
    member: (id) => found(members, (member) => member.id === id, id),
    cluster: (id) => found(clusters.members, ({ name }) => name === id, id),
    stop,
  };
}

function found<T>(things: readonly T[], is: (thing: T) => boolean, id: string): T {
  const thing = things.find(is);
  if (thing === undefined) throw new Error(`there is no member ${id}`);
  return thing;
}

async function startHub(program: CommandLine, workspace: Workspace, hub: Cluster): Promise<void> {
  const kubeconfig = workspace.write('tombolo-hub.kubeconfig', await installHub(hub));
  await launch(program, workspace, 'hub', ['hub', '--kubeconfig', kubeconfig]);
}

async function startMember(
  program: CommandLine,
  workspace: Workspace,
  hub: Cluster,
  member: Cluster,
): Promise<void> {
  const id = member.name;
  const own = workspace.write(`tombolo-${id}.kubeconfig`, await installMember(member));
  const toHub = workspace.write(`tombolo-${id}-hub.kubeconfig`, await admitMember(hub, id));
  await launch(program, workspace, id, [
    'member',
    '--cluster-id',
    id,
    '--kubeconfig',
    own,
    '--hub-kubeconfig',
    toHub,
  ]);
}

/** Starts one process of Tombolo's; resolves when it says that it is ready. */
async function launch(
  { command, args: own }: CommandLine,
  workspace: Workspace,
  name: string,
  args: readonly string[],
): Promise<void> {
  const listen = `127.0.0.1:${await workspace.port()}`;
  const program = await workspace.launch({
    name: `${name}/tombolo`,
    command,
    args: [...own, ...args, '--listen', listen],
  });
  await program.ready(async () => {
    try {
      return (await fetch(`http://${listen}/readyz`)).ok;
    } catch {
      return false;
    }
  });
}
