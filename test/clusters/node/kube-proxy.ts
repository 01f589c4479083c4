import type { Program } from '../machine/program.ts';
import type { Workspace } from '../machine/workspace.ts';
import type { NodeSpace } from './node-space.ts';

export interface KubeProxyPlace {
  /** The cluster's name. */
  name: string;
  node: string;
  kubeconfig: string;
  podRanges: readonly string[];
}

/** Starts kube-proxy in the node's space. It needs no root's certificates: it only reads Services and endpoints. */
export async function startKubeProxy(
  workspace: Workspace,
  binary: string,
  place: KubeProxyPlace,
  space: NodeSpace,
): Promise<Program> {
  const config = {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    clientConnection: { kubeconfig: place.kubeconfig },
    mode: 'nftables',
    clusterCIDR: place.podRanges.join(','),
    hostnameOverride: place.node,
    // The machine's limits stay as they are.
    conntrack: { maxPerCore: 0, min: 0 },
    oomScoreAdj: 0,
    healthzBindAddress: '127.0.0.1:10256',
    metricsBindAddress: '127.0.0.1:10249',
  };
  const file = workspace.write(`${place.name}-kube-proxy.json`, JSON.stringify(config));
  const program = await space.launch('kube-proxy', binary, [`--config=${file}`]);
  // Ready when it has written its first rules.
  await program.ready(async () =>
    space.run('nft', ['list', 'tables']).then((text) => text.includes('kube-proxy')),
  );
  return program;
}
