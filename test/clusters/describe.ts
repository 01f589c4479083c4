import { isIPv6 } from 'node:net';
import { mergeKubeconfigs } from './kubeconfig.ts';
import type { Cluster } from './provider.ts';
import type { ClusterSet } from './start.ts';

/** What `npm run clusters -- --json` prints. */
export interface SetDescription {
  /** One file with a context per cluster. */
  kubeconfig: string;
  hub: { context: string };
  /** `dns` is where the member's CoreDNS listens, as `address:port`, where it has one. */
  members: { name: string; context: string; dns?: string }[];
}

/** Writes one kubeconfig with the contexts `hub` and every member's name into the set's folder. */
export function writeSharedKubeconfig({ hub, members, workspace }: ClusterSet): string {
  const clusters = [hub, ...members];
  return workspace.write(
    'kubeconfig',
    mergeKubeconfigs(clusters.map(({ name, kubeconfig }) => [name, kubeconfig])),
  );
}

export function describeSet({ hub, members }: ClusterSet, kubeconfig: string): SetDescription {
  return {
    kubeconfig,
    hub: { context: hub.name },
    members: members.map((member) => ({ name: member.name, context: member.name, ...dnsOf(member) })),
  };
}

function dnsOf(member: Cluster): { dns?: string } {
  if (!member.capabilities.has('dns')) return {};
  const { server, port } = member.dns;
  return { dns: `${isIPv6(server) ? `[${server}]` : server}:${port}` };
}
