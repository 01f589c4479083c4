import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import ipaddr from 'ipaddr.js';
import { addressesOf } from '../addresses.ts';
import { parseOwner } from '../machine/owner.ts';
import { hasRemains } from '../machine/remains.ts';
import type { Workspace } from '../machine/workspace.ts';
import type { ClusterSpec } from '../provider.ts';
import { rangesOf } from './ranges.ts';

/** What the network knows of one cluster of the set. */
interface Port {
  spec: ClusterSpec;
  index: number;
  /** Its node's addresses, if it has one: in all families that any cluster of the set speaks. */
  nodes: readonly string[];
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

  /**
   * Makes it in one go: a signal finds all of it or nothing, and who then tidies up meets no half-done work.
   *
   * @throws when another set has these addresses, or the kernel refuses.
   */
  static open(workspace: Workspace, set: readonly ClusterSpec[]): Fabric {
    claim(workspace);
    const fabric = new Fabric(workspace);
    // A machine without IPv6 can have clusters without it.
    const families = set.every(({ stack = 'ipv4' }) => stack === 'ipv4') ? 'ipv4' : 'dual';
    const ports = set.map((spec, index) => ({ spec, index, nodes: addressesOf(index, families).node }));
    fabric.#makeBridge(ports);
    const nodes = ports.filter(({ spec }) => spec.node);
    for (const port of nodes) fabric.#makeNamespace(port);
    for (const port of nodes) fabric.#route(port, nodes);
    return fabric;
  }

  /** The name of a node's network namespace. */
  namespaceOf(cluster: string): string {
    return `${this.#bridge}-${cluster}`;
  }

  /** Every API server of the set has an address of its own on the bridge. */
  #makeBridge(ports: readonly Port[]): void {
    this.#workspace.willMake({ kind: 'link', name: this.#bridge });
    // In every family of the fabric, so that this machine is the nodes' neighbour in all of them.
    const servers = ports.flatMap(({ index, nodes }) =>
      nodes.map((node) => addressesOf(index, isIPv6(node) ? 'ipv6' : 'ipv4').apiServer),
    );
    ip(
      [],
      [
        // Without a querier, snooping would lose the multicasts that IPv6 finds neighbours by.
        `link add ${this.#bridge} type bridge mcast_snooping 0`,
        `link set ${this.#bridge} up`,
        ...servers.map((address) => addAddress(address, this.#bridge)),
      ],
    );
  }

  #makeNamespace({ spec, index, nodes }: Port): void {
    const name = this.namespaceOf(spec.name);
    const outer = `${this.#bridge}-${index}`;
    this.#workspace.willMake({ kind: 'netns', name });
    // The kernel takes its time to empty a namespace that is gone: its link would be seen a while longer.
    this.#workspace.willMake({ kind: 'link', name: outer });
    ip(
      [],
      [
        `netns add ${name}`,
        `link add ${outer} type veth peer name eth0 netns ${name}`,
        `link set ${outer} master ${this.#bridge} up`,
      ],
    );
    runNow('nsenter', [`--net=/run/netns/${name}`, 'sh', '-euc', FORWARDING]);
    ip(
      ['-n', name],
      ['link set lo up', 'link set eth0 up', ...nodes.map((node) => addAddress(node, 'eth0'))],
    );
  }

  /** Everybody else finds this node's pods through it; the machine finds its Services there, too. */
  #route(port: Port, nodes: readonly Port[]): void {
    const { pods, services } = rangesOf(port);
    const through = (range: string) => {
      const gateway = port.nodes.find((node) => isIPv6(node) === isIPv6(range));
      return `route add ${range} via ${gateway}`;
    };
    ip([], [...pods, ...services].map(through));
    // Without a way out, kube-proxy would get nothing to turn around from the node's own processes.
    const own = services.map((range) => `route add ${range} dev eth0`);
    ip(['-n', this.namespaceOf(port.spec.name)], own);
    for (const other of nodes) {
      if (other !== port) ip(['-n', this.namespaceOf(other.spec.name)], pods.map(through));
    }
  }
}

/** br_netfilter: without it answers of a Service's pod to a pod on the same bridge would not be translated back. */
const FORWARDING = `
echo 1 > /proc/sys/net/ipv4/ip_forward
[ ! -e /proc/sys/net/ipv6 ] || echo 1 > /proc/sys/net/ipv6/conf/all/forwarding
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

function ip(options: readonly string[], commands: readonly string[]): void {
  runNow('ip', [...options, '-batch', '-'], `${commands.join('\n')}\n`);
}

function runNow(command: string, args: readonly string[], input = ''): void {
  try {
    execFileSync(command, args, { input, stdio: ['pipe', 'ignore', 'pipe'] });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`make the network between the nodes: ${why.trim()}`, { cause: error });
  }
}

/** No wait for a duplicate to show itself: nobody else can have the address. */
function addAddress(address: string, device: string): string {
  return `address add ${address}${isIPv6(address) ? '/64' : '/24'} dev ${device}${isIPv6(address) ? ' nodad' : ''}`;
}

function isIPv6(range: string): boolean {
  return ipaddr.parse(range.split('/')[0] ?? '').kind() === 'ipv6';
}
