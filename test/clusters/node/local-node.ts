import type { Addresses, Stack } from '../addresses.ts';
import type { AdminClient } from '../admin.ts';
import type { ClusterNode, ContainerRef, ExecOptions, ExecResult } from '../cluster-node.ts';
import { answers } from '../control-plane/coredns.ts';
import type { Identities } from '../control-plane/identities.ts';
import type { Program } from '../machine/program.ts';
import type { Workspace } from '../machine/workspace.ts';
import { clusterDnsIsUp, installClusterDns } from './cluster-dns.ts';
import { Containerd } from './containerd.ts';
import type { DebianPrograms } from './debian.ts';
import { execInPod } from './exec.ts';
import { COREDNS, corednsImage, pauseImage } from './images.ts';
import { startKubeProxy } from './kube-proxy.ts';
import { startKubelet } from './kubelet.ts';
import { NodeSpace } from './node-space.ts';
import { dnsAddresses } from './service-addresses.ts';
import { TOOLBOX } from './toolbox.ts';

/** What nodes are started from. */
export interface NodePrograms {
  debian: DebianPrograms;
  kubelet: string;
  kubeProxy: string;
  coredns: string;
  /** The toolbox image, built when the first test asks for it. */
  toolbox: () => Promise<string>;
}

export interface LocalNodePlace {
  /** The cluster's name. */
  name: string;
  addresses: Addresses;
  stack: Stack;
  /** The name of the node's network namespace. */
  networkNamespace: string;
  /** Whether the cluster's DNS serves clusterset.local. */
  multicluster: boolean;
}

const READY_TIMEOUT_MS = 120_000;

/** A node out of plain processes in namespaces of its own. Its workspace ends it. */
export class LocalNode implements ClusterNode {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly podRanges: readonly string[];
  readonly networkNamespace: string;
  readonly #workspace: Workspace;
  readonly #programs: NodePrograms;
  readonly #place: LocalNodePlace;
  readonly #space: NodeSpace;
  readonly #containerd: Containerd;
  readonly #identities: Identities;
  #toolbox: Promise<void> | undefined;

  private constructor(
    workspace: Workspace,
    programs: NodePrograms,
    place: LocalNodePlace,
    identities: Identities,
    space: NodeSpace,
    containerd: Containerd,
  ) {
    this.name = `${place.name}-node`;
    this.addresses = place.addresses.node;
    this.podRanges = place.addresses.pods;
    this.networkNamespace = `/run/netns/${place.networkNamespace}`;
    this.#workspace = workspace;
    this.#programs = programs;
    this.#place = place;
    this.#identities = identities;
    this.#space = space;
    this.#containerd = containerd;
  }

  /** Everything that needs no API server: namespaces, containerd, images. */
  static async open(
    workspace: Workspace,
    programs: NodePrograms,
    place: LocalNodePlace,
    identities: Identities,
  ): Promise<LocalNode> {
    const { debian, coredns } = programs;
    const images = Promise.all([pauseImage(debian), corednsImage(coredns)]);
    const space = await NodeSpace.open(workspace, {
      name: place.name,
      networkNamespace: place.networkNamespace,
      cgroup: cgroupOf(place),
      path: [`${debian.root}/usr/bin`, `${debian.root}/usr/sbin`],
    });
    const containerd = await Containerd.start(workspace, place.name, space, debian, place.addresses.pods);
    for (const image of await images) await containerd.load(image);
    return new LocalNode(workspace, programs, place, identities, space, containerd);
  }

  /** Starts kubelet and kube-proxy, the cluster's DNS, and waits until pods run and names resolve. */
  async join(admin: AdminClient): Promise<Program[]> {
    const [kubelet, kubeProxy] = await Promise.all([this.#startKubelet(), this.#startKubeProxy()]);
    await installClusterDns(admin, {
      stack: this.#place.stack,
      multicluster: this.#place.multicluster,
      addresses: this.#dnsAddresses(),
      image: COREDNS,
    });
    await kubelet.ready(() => this.#isReady(admin), { timeoutMs: READY_TIMEOUT_MS });
    await this.#announceRanges(admin);
    // Where the database was exchanged, a pod of before may still answer: not for long.
    await kubelet.ready(() => clusterDnsIsUp(admin), { timeoutMs: READY_TIMEOUT_MS });
    await kubelet.ready(() => answers(this.dns), { timeoutMs: READY_TIMEOUT_MS });
    return [kubelet, kubeProxy];
  }

  /** The Service kube-dns; this machine has a route to it. */
  get dns(): { server: string; port: number } {
    return { server: this.#dnsAddresses()[0] ?? '', port: 53 };
  }

  exec(pod: ContainerRef, command: readonly string[], options?: ExecOptions): Promise<ExecResult> {
    return execInPod(
      this.#identities.kubeconfig({ user: 'test:exec', groups: ['system:masters'] }),
      pod,
      command,
      options,
    );
  }

  async loadImage(path: string): Promise<void> {
    await this.#containerd.load(path);
  }

  async loadToolbox(names: readonly string[]): Promise<void> {
    this.#toolbox ??= this.#programs.toolbox().then((archive) => this.#containerd.load(archive));
    await this.#toolbox;
    for (const name of names) await this.#containerd.tag(TOOLBOX, name);
  }

  #startKubelet(): Promise<Program> {
    const { name } = this.#place;
    const identity = { user: `system:node:${this.name}`, groups: ['system:nodes'] };
    return startKubelet(
      this.#workspace,
      this.#programs.kubelet,
      {
        name,
        node: this.name,
        addresses: this.addresses,
        kubeconfig: this.#identities.kubeconfigFile('kubelet', identity),
        clientCa: this.#identities.files.clientCa,
        serving: this.#identities.serving(identity.user, [this.name, ...this.addresses]),
        clusterDns: this.#dnsAddresses(),
        containerd: this.#containerd.socket,
        cgroup: cgroupOf(this.#place),
      },
      this.#space,
    );
  }

  #startKubeProxy(): Promise<Program> {
    const place = {
      name: this.#place.name,
      node: this.name,
      kubeconfig: this.#identities.kubeconfigFile('kube-proxy', { user: 'system:kube-proxy' }),
      podRanges: this.podRanges,
    };
    return startKubeProxy(this.#workspace, this.#programs.kubeProxy, place, this.#space);
  }

  #dnsAddresses(): string[] {
    return dnsAddresses(this.#place.addresses.services);
  }

  async #isReady(admin: AdminClient): Promise<boolean> {
    const { spec, status } = (await admin.get(`/api/v1/nodes/${this.name}`)) as {
      spec?: { taints?: unknown[] };
      status?: { conditions?: { type: string; status: string }[] };
    };
    const ready = status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') ?? false;
    return ready && (spec?.taints ?? []).length === 0;
  }

  /** What a cloud's controllers write; here CNI has the ranges from its own file. */
  async #announceRanges(admin: AdminClient): Promise<void> {
    await admin.apply(`/api/v1/nodes/${this.name}`, {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: this.name },
      spec: { podCIDR: this.podRanges[0], podCIDRs: this.podRanges },
    });
  }
}

/** As the network namespace's, the name is this workspace's alone. */
function cgroupOf({ networkNamespace }: LocalNodePlace): string {
  return `/${networkNamespace}`;
}
