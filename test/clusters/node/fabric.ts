import { existsSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import ipaddr from 'ipaddr.js';
import { type Addresses, addressesOf } from '../addresses.ts';
import { parseOwner } from '../machine/owner.ts';
import { hasRemains } from '../machine/remains.ts';
import { run } from '../machine/run.ts';
import type { Workspace } from '../machine/workspace.ts';
import type { ClusterSpec } from '../provider.ts';
import { rangesOf } from './ranges.ts';

/** What the network knows of one cluster of the set. */
interface Port {
  spec: ClusterSpec;
  index: number;
  /** Both families: the fabric speaks both, whatever the clusters speak. */
  addresses: Addresses;
}

/**
 * The network between the clusters of a set: one bridge on this machine, and a network namespace for each node,
 * joined to it. Pods of all clusters reach each other by routes, and this machine reaches pods and Services. No
 * namespace has a default route: nothing can leave the machine.
 */
export class Fabric {
  readonly #workspace: Workspace;
  readonly #bridge: string;

  private constructor(workspace: Workspace) {
    this.#workspace = workspace;
    // The workspace's number makes the names its own.
    this.#bridge = basename(workspace.folder);
  }

  /** @throws when another set has these addresses, or the kernel refuses. */
  static async open(workspace: Workspace, set: readonly ClusterSpec[]): Promise<Fabric> {
    claim(workspace);
    const fabric = new Fabric(workspace);
    const ports = set.map((spec, index) => ({ spec, index, addresses: addressesOf(index, 'dual') }));
    await fabric.#makeBridge(ports);
    const nodes = ports.filter(({ spec }) => spec.node);
    await Promise.all(nodes.map((port) => fabric.#makeNamespace(port)));
    await Promise.all(nodes.map((port) => fabric.#route(port, nodes)));
    return fabric;
  }

  /** The name of a node's network namespace. */
  namespaceOf(cluster: string): string {
    return `${this.#bridge}-${cluster}`;
  }

  /** Every API server of the set has an address of its own on the bridge. */
  async #makeBridge(ports: readonly Port[]): Promise<void> {
    this.#workspace.willMake({ kind: 'link', name: this.#bridge });
    const addresses = ports.flatMap(({ index }) => [
      `${addressesOf(index, 'ipv4').apiServer}/24`,
      `${addressesOf(index, 'ipv6').apiServer}/64`,
    ]);
    await ip(
      [],
      [
        // Without a querier, snooping would lose the multicasts that IPv6 finds neighbours by.
        `link add ${this.#bridge} type bridge mcast_snooping 0`,
        `link set ${this.#bridge} up`,
        ...addresses.map((address) => `address add ${address} dev ${this.#bridge}${nodad(address)}`),
      ],
    );
  }

  async #makeNamespace({ spec, index, addresses }: Port): Promise<void> {
    const name = this.namespaceOf(spec.name);
    const outer = `${this.#bridge}-${index}`;
    this.#workspace.willMake({ kind: 'netns', name });
    await ip(
      [],
      [
        `netns add ${name}`,
        `link add ${outer} type veth peer name eth0 netns ${name}`,
        `link set ${outer} master ${this.#bridge} up`,
      ],
    );
    await run('nsenter', [`--net=/run/netns/${name}`, 'sh', '-euc', FORWARDING]);
    const [ipv4 = '', ipv6 = ''] = addresses.node;
    await ip(
      ['-n', name],
      [
        'link set lo up',
        'link set eth0 up',
        `address add ${ipv4}/24 dev eth0`,
        `address add ${ipv6}/64 dev eth0 nodad`,
      ],
    );
  }

  /** Everybody else finds this node's pods through it; the machine finds its Services there, too. */
  async #route(port: Port, nodes: readonly Port[]): Promise<void> {
    const { pods, services } = rangesOf(port);
    const through = (range: string) => {
      const [ipv4 = '', ipv6 = ''] = port.addresses.node;
      return `route add ${range} via ${isIPv6(range) ? ipv6 : ipv4}`;
    };
    await ip([], [...pods, ...services].map(through));
    // Without a way out, kube-proxy would get nothing to turn around from the node's own processes.
    const own = services.map((range) => `route add ${range} dev eth0`);
    await ip(['-n', this.namespaceOf(port.spec.name)], own);
    for (const other of nodes) {
      if (other !== port) await ip(['-n', this.namespaceOf(other.spec.name)], pods.map(through));
    }
  }
}

/** br_netfilter: without it answers of a Service's pod to a pod on the same bridge would not be translated back. */
const FORWARDING = `
echo 1 > /proc/sys/net/ipv4/ip_forward
echo 1 > /proc/sys/net/ipv6/conf/all/forwarding
[ -e /proc/sys/net/bridge ] || modprobe br_netfilter
echo 1 > /proc/sys/net/bridge/bridge-nf-call-iptables
echo 1 > /proc/sys/net/bridge/bridge-nf-call-ip6tables
`;

/** The addresses are fixed, so there is one set with nodes on a machine at a time. */
function claim(workspace: Workspace): void {
  const link = join(dirname(workspace.folder), 'tombolo-nodes');
  workspace.willMake({ kind: 'claim', name: link });
  while (!linkIfFree(workspace.folder, link)) {
    const holder = readlinkSync(link);
    if (existsSync(holder) && hasRemains(holder)) throw new Error(taken(holder));
    rmSync(link, { force: true });
  }
}

function taken(folder: string): string {
  const owner = parseOwner(readFileSync(join(folder, 'owner'), 'utf8'));
  return (
    `a set with real nodes runs on this machine already: process ${owner?.pid ?? 'unknown'} has it (${folder}). ` +
    `There can be one at a time: end that process, or, where the set was kept, run: npm run clusters -- --clean`
  );
}

function linkIfFree(target: string, link: string): boolean {
  try {
    symlinkSync(target, link);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function ip(options: readonly string[], commands: readonly string[]): Promise<void> {
  await run('ip', [...options, '-batch', '-'], { stdin: `${commands.join('\n')}\n` });
}

/** The address is used at once: nobody else can have it. */
function nodad(address: string): string {
  return isIPv6(address) ? ' nodad' : '';
}

function isIPv6(range: string): boolean {
  return ipaddr.parse(range.split('/')[0] ?? '').kind() === 'ipv6';
}
