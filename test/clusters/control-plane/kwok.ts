import type { Addresses } from '../addresses.ts';
import type { AdminClient } from '../admin.ts';
import type { Program } from '../machine/program.ts';
import type { Workspace } from '../machine/workspace.ts';

export interface KwokPlace {
  name: string;
  kubeconfig: string;
  addresses: Addresses;
}

/** The program and the Stage files that say how nodes and pods come along. */
export interface KwokProgram {
  binary: string;
  stages: readonly string[];
}

/** Makes the cluster's one node and starts kwok, which keeps it alive and its pods Ready. */
export async function startKwok(
  workspace: Workspace,
  kwok: KwokProgram,
  place: KwokPlace,
  admin: AdminClient,
): Promise<Program> {
  const node = `${place.name}-node`;
  // kwok knows one range: pods that are objects only have one address, of the stack's first family.
  const [podCidr = ''] = place.addresses.pods;
  await admin.apply(`/api/v1/nodes/${node}`, nodeObject(node, place.name, podCidr));
  const program = await workspace.launch({
    name: `${place.name}/kwok`,
    command: kwok.binary,
    args: [
      `--kubeconfig=${place.kubeconfig}`,
      '--manage-all-nodes',
      `--cidr=${podCidr}`,
      `--node-ip=${place.addresses.node[0]}`,
      '--node-lease-duration-seconds=40',
      '--server-address=',
      ...kwok.stages.flatMap((stage) => ['-c', stage]),
    ],
  });
  await program.ready(async () => isSchedulable(await admin.get(`/api/v1/nodes/${node}`)));
  return program;
}

/** The node as a kubelet would register it; without podCIDR all clusters would hand out the same addresses. */
function nodeObject(name: string, cluster: string, podCIDR: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'topology.kubernetes.io/region': cluster,
        'topology.kubernetes.io/zone': `${cluster}-a`,
      },
      annotations: { 'kwok.x-k8s.io/node': 'fake' },
    },
    spec: { podCIDR, podCIDRs: [podCIDR] },
  };
}

/** Ready, and the taint that new nodes carry is gone (the controller manager takes it off). */
function isSchedulable(node: unknown): boolean {
  const { spec, status } = node as {
    spec?: { taints?: unknown[] };
    status?: { conditions?: { type: string; status: string }[] };
  };
  const ready =
    status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
  return ready && (spec?.taints ?? []).length === 0;
}
