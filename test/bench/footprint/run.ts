import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startClusters } from '#test/clusters/start.ts';
import { admitMember, HUB_CRDS, installHub, installMember, MEMBER_CRDS } from '#test/driver/install.ts';
import { commandIn } from '../../../scripts/image/command.ts';
import { imageTree, writeTree } from '../../../scripts/image/unpack.ts';
import { startAgent } from '../rig/agent.ts';
import { type Footprint, parseStatus } from './figures.ts';

const MEMBER = 'a';

export interface FootprintOptions {
  /** The OCI image layout to run. */
  image: string;
  /** How long both programs are left alone. */
  seconds: number;
  /** Flags of Node, as a chart gives them. */
  nodeFlag: readonly string[];
}

/**
 * Starts a hub and a member, and from the image both programs of Tombolo; leaves them alone and reads from the
 * kernel what they hold resident. `say` takes progress.
 */
export async function runFootprint(
  { image, seconds, nodeFlag }: FootprintOptions,
  say: (line: string) => void,
): Promise<Footprint[]> {
  await using stack = new AsyncDisposableStack();
  const set = await startClusters({
    hub: { name: 'hub', crds: [HUB_CRDS] },
    members: [{ name: MEMBER, crds: [MEMBER_CRDS] }],
  });
  stack.defer(() => set.stop());
  const { hub, workspace } = set;
  const [member] = set.members;
  if (member === undefined) throw new Error('the rig needs a member');
  const root = workspace.folderFor('image');
  writeTree(root, await imageTree(image, 'amd64'));
  const program = commandIn(root, nodeFlag);

  const hubAgent = await startAgent(
    workspace,
    { role: 'hub', kubeconfig: await installHub(hub) },
    { program },
  );
  const credentials = {
    kubeconfig: await installMember(member),
    hubKubeconfig: await admitMember(hub, MEMBER),
  };
  const spec = { role: 'member', clusterId: MEMBER, ...credentials } as const;
  const memberAgent = await startAgent(workspace, spec, { program });
  say(`both are ready, and left alone for ${seconds} s`);
  const agents = [
    { name: 'tombolo member', pid: memberAgent.program.pid },
    { name: 'tombolo hub', pid: hubAgent.program.pid },
  ];
  const status = (pid: number) => parseStatus(readFileSync(`/proc/${pid}/status`, 'utf8'));
  const atStart = agents.map(({ pid }) => status(pid));
  await sleep(seconds * 1_000);
  return agents.map(({ name, pid }, i) => ({
    name,
    readyMiB: atStart[i]?.residentMiB ?? 0,
    idleMiB: status(pid).residentMiB,
    mostMiB: status(pid).mostMiB,
  }));
}
