import type { Addresses } from '../addresses.ts';
import { AdminClient } from '../admin.ts';
import { AuditLog } from '../audit.ts';
import type { ClusterNode } from '../cluster-node.ts';
import { definesServiceImports, installCrds } from '../crds.ts';
import type { Program } from '../machine/program.ts';
import type { Workspace } from '../machine/workspace.ts';
import type { Fabric } from '../node/fabric.ts';
import { LocalNode } from '../node/local-node.ts';
import { rangesOf } from '../node/ranges.ts';
import {
  type ApiServerControl,
  type Capability,
  type Cluster,
  type ClusterSpec,
  type DnsAddress,
  type EtcdControl,
  type Identity,
  MissingCapability,
  type ProviderName,
  type SecondApiServer,
  type StartRequest,
} from '../provider.ts';
import { type ApiServerPlace, AUDIT_POLICY } from './api-server.ts';
import { LocalApiServer } from './api-server-control.ts';
import type { Binaries } from './binaries.ts';
import { startControllerManager, startScheduler } from './controllers.ts';
import { startCoreDns } from './coredns.ts';
import { type EtcdPlace, etcdUrl } from './etcd.ts';
import { Identities } from './identities.ts';
import { type KwokProgram, startKwok } from './kwok.ts';
import { LocalEtcd } from './local-etcd.ts';
import { startSecondApiServer } from './second-api-server.ts';

/** Which provider starts it, with what. */
export interface LocalSetup {
  provider: ProviderName;
  capabilities: ReadonlySet<Capability>;
  binaries: Binaries;
  /** The network of the set, where it has nodes. */
  fabric?: Fabric | undefined;
}

/** A control plane out of plain processes on 127.0.0.1. Its workspace ends it. */
export class LocalCluster implements Cluster {
  readonly name: string;
  readonly provider: ProviderName;
  readonly capabilities: ReadonlySet<Capability>;
  readonly kubeconfig: string;
  readonly kubeconfigPath: string;
  readonly admin: AdminClient;
  readonly #workspace: Workspace;
  readonly #spec: ClusterSpec;
  readonly #binaries: Binaries;
  readonly #addresses: Addresses;
  readonly #fabric: Fabric | undefined;
  readonly #identities: Identities;
  readonly #etcdPlace: EtcdPlace;
  readonly #apiServerPlace: ApiServerPlace;
  readonly #apiServer: LocalApiServer;
  readonly #etcd: LocalEtcd;
  readonly #audit: AuditLog | undefined;
  #companions: Program[] = [];
  #dns: DnsAddress | undefined;
  #node: LocalNode | undefined;

  private constructor(request: StartRequest, setup: LocalSetup, ports: Ports) {
    const { spec, index, workspace } = request;
    this.name = spec.name;
    this.provider = setup.provider;
    this.capabilities = setup.capabilities;
    this.#workspace = workspace;
    this.#spec = spec;
    this.#binaries = setup.binaries;
    this.#addresses = rangesOf({ spec, index });
    this.#fabric = setup.fabric;
    // Pods cannot reach this machine's loopback; where there are pods, the bridge has an address for each API server.
    const address = setup.fabric === undefined ? '127.0.0.1' : this.#addresses.apiServer;
    this.#identities = new Identities(workspace, spec.name, address, ports.apiServer, this.#addresses);
    this.kubeconfig = this.#identities.kubeconfig({ user: 'test:admin', groups: ['system:masters'] });
    this.kubeconfigPath = workspace.write(`${spec.name}.kubeconfig`, this.kubeconfig);
    this.admin = new AdminClient(this.#identities.admin);
    const etcd = {
      name: spec.name,
      data: workspace.file(`${spec.name}-etcd`),
      clientPort: ports.etcd,
      peerPort: ports.etcdPeer,
    };
    const audit = spec.audit
      ? {
          policy: workspace.write('audit-policy.yaml', AUDIT_POLICY),
          log: workspace.file(`${spec.name}-audit.log`),
        }
      : undefined;
    this.#audit = audit === undefined ? undefined : new AuditLog(audit.log, this.admin);
    this.#etcdPlace = etcd;
    this.#apiServerPlace = {
      name: spec.name,
      address,
      port: ports.apiServer,
      etcd: etcdUrl(etcd),
      addresses: this.#addresses,
      files: this.#identities.files,
      audit,
      extraFlags: spec.apiServerFlags ?? [],
    };
    const { kubeApiserver } = setup.binaries;
    this.#apiServer = new LocalApiServer(workspace, kubeApiserver, this.#apiServerPlace, this.admin);
    const tools = { etcd: setup.binaries.etcd, etcdutl: setup.binaries.etcdutl };
    this.#etcd = new LocalEtcd(workspace, tools, etcd, (exchange) => this.#whileStopped(exchange));
  }

  /** Resolves when everything that the spec asks for is ready. */
  static async start(request: StartRequest, setup: LocalSetup): Promise<LocalCluster> {
    const { workspace, spec } = request;
    const ports = {
      apiServer: await workspace.port(),
      etcd: await workspace.port(),
      etcdPeer: await workspace.port(),
    };
    const cluster = new LocalCluster(request, setup, ports);
    await Promise.all([cluster.#startServer(), cluster.#openNode()]);
    // The DNS of a cluster with a node wants the kinds it serves to be there.
    await installCrds(cluster.admin, spec.crds ?? []);
    await cluster.#startCompanions();
    if (spec.dns && setup.binaries.coredns !== undefined) await cluster.startDns();
    return cluster;
  }

  get server(): string {
    return this.#identities.server;
  }

  get serverForPods(): string {
    this.#need('nodes');
    if (this.#fabric === undefined)
      throw new Error(`no cluster of ${this.name}'s set has a node (ClusterSpec.node)`);
    return this.server;
  }

  get node(): ClusterNode {
    this.#need('nodes');
    if (this.#node === undefined)
      throw new Error(`${this.name} was started without a node (ClusterSpec.node)`);
    return this.#node;
  }

  get ca(): string {
    return this.#identities.ca;
  }

  get apiServer(): ApiServerControl {
    return this.#apiServer;
  }

  get etcd(): EtcdControl {
    this.#need('etcd');
    return this.#etcd;
  }

  async secondApiServer(link: (etcdPort: number) => Promise<number>): Promise<SecondApiServer> {
    this.#need('etcd');
    const port = await link(this.#etcdPlace.clientPort);
    return startSecondApiServer(this.#workspace, {
      binary: this.#binaries.kubeApiserver,
      first: this.#apiServerPlace,
      admin: this.#identities.admin,
      etcd: etcdUrl({ ...this.#etcdPlace, clientPort: port }),
    });
  }

  get audit(): AuditLog {
    this.#need('audit');
    if (this.#audit === undefined)
      throw new Error(`${this.name} was started without audit (ClusterSpec.audit)`);
    return this.#audit;
  }

  get dns(): DnsAddress {
    this.#need('dns');
    if (this.#node !== undefined) return this.#node.dns;
    if (this.#dns === undefined) throw new Error(`${this.name} was started without dns (ClusterSpec.dns)`);
    return this.#dns;
  }

  kubeconfigFor(identity: Identity): string {
    return this.#identities.kubeconfig(identity);
  }

  async startDns(): Promise<DnsAddress> {
    if (this.#node !== undefined) return this.#node.dns;
    const { coredns } = this.#binaries;
    if (coredns === undefined) throw new MissingCapability(this.provider, 'dns');
    this.#dns ??= await startCoreDns(this.#workspace, coredns, this.name, {
      server: this.server,
      ca: this.ca,
      admin: this.admin,
    });
    return this.#dns;
  }

  async #startServer(): Promise<void> {
    await this.#etcd.start();
    await this.#apiServer.start();
  }

  /** What the provider lacks is left out: tests that need it ask, and are skipped. */
  async #openNode(): Promise<void> {
    const { name, node, stack = 'ipv4', crds = [] } = this.#spec;
    if (!node || this.#fabric === undefined || this.#binaries.node === undefined) return;
    const place = {
      name,
      stack,
      addresses: this.#addresses,
      networkNamespace: this.#fabric.namespaceOf(name),
      multicluster: definesServiceImports(crds),
    };
    this.#node = await LocalNode.open(this.#workspace, this.#binaries.node, place, this.#identities);
  }

  async #startCompanions(): Promise<void> {
    const { controllers = false, pods = false } = this.#spec;
    const node = this.#node;
    const starts: Promise<Program | Program[]>[] = [];
    const { kubeControllerManager, kubeScheduler, kwok } = this.#binaries;
    if ((controllers || pods || node !== undefined) && kubeControllerManager !== undefined) {
      starts.push(this.#startControllers(kubeControllerManager));
      if ((pods || node !== undefined) && kubeScheduler !== undefined)
        starts.push(this.#startScheduler(kubeScheduler));
      if (node !== undefined) starts.push(node.join(this.admin));
      else if (pods && kwok !== undefined) starts.push(this.#startKwok(kwok));
    }
    this.#companions = (await Promise.all(starts)).flat();
  }

  #startControllers(binary: string): Promise<Program> {
    const { clientCa, tokenKey } = this.#identities.files;
    const config = this.#programConfig('kube-controller-manager');
    const place = { name: this.name, kubeconfig: config, clientCa, tokenKey };
    return startControllerManager(this.#workspace, binary, place, this.admin);
  }

  #startScheduler(binary: string): Promise<Program> {
    const place = { name: this.name, kubeconfig: this.#programConfig('kube-scheduler') };
    return startScheduler(this.#workspace, binary, place);
  }

  #startKwok(program: KwokProgram): Promise<Program> {
    const config = this.#identities.kubeconfigFile('kwok', { user: 'test:kwok', groups: ['system:masters'] });
    const place = { name: this.name, kubeconfig: config, addresses: this.#addresses };
    return startKwok(this.#workspace, program, place, this.admin);
  }

  #programConfig(program: string): string {
    return this.#identities.kubeconfigFile(program, { user: `system:${program}` });
  }

  /** Caches of the database's former state must not outlive it: all that hold one are started anew. */
  async #whileStopped(exchange: () => Promise<void>): Promise<void> {
    await Promise.all(this.#companions.splice(0).map((program) => program.kill()));
    await this.#apiServer.stop();
    await exchange();
    await this.#apiServer.start();
    await this.#startCompanions();
  }

  #need(capability: Capability): void {
    if (!this.capabilities.has(capability)) throw new MissingCapability(this.provider, capability);
  }
}

interface Ports {
  apiServer: number;
  etcd: number;
  etcdPeer: number;
}
