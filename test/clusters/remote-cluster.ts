import { AdminClient } from './admin.ts';
import type { AuditLog } from './audit.ts';
import type { ClusterNode } from './cluster-node.ts';
import type { Access } from './kubeconfig.ts';
import type { Workspace } from './machine/workspace.ts';
import {
  type ApiServerControl,
  type Capability,
  type Cluster,
  type DnsAddress,
  type EtcdControl,
  MissingCapability,
  type ProviderName,
  type SecondApiServer,
} from './provider.ts';

/** What is known of a cluster whose processes are not ours. */
export interface RemoteSetup {
  name: string;
  provider: ProviderName;
  access: Access;
  /** The admin's kubeconfig, as text. */
  kubeconfig: string;
  workspace: Workspace;
  apiServer?: ApiServerControl;
  serverForPods?: string;
  node?: ClusterNode;
  /** How CoreDNS is started for it, where that is possible. */
  startDns?: (cluster: RemoteCluster) => Promise<DnsAddress>;
}

/** A cluster that somebody else runs: an existing one, or one in a container. */
export class RemoteCluster implements Cluster {
  readonly name: string;
  readonly provider: ProviderName;
  readonly capabilities: ReadonlySet<Capability>;
  readonly server: string;
  readonly ca: string | undefined;
  readonly kubeconfig: string;
  readonly kubeconfigPath: string;
  readonly admin: AdminClient;
  readonly #setup: RemoteSetup;
  #dns: DnsAddress | undefined;

  private constructor(setup: RemoteSetup, admin: AdminClient, capabilities: ReadonlySet<Capability>) {
    this.name = setup.name;
    this.provider = setup.provider;
    this.capabilities = capabilities;
    this.server = setup.access.server;
    this.ca = setup.access.ca;
    this.kubeconfig = setup.kubeconfig;
    this.kubeconfigPath = setup.workspace.write(`${setup.name}.kubeconfig`, setup.kubeconfig);
    this.admin = admin;
    this.#setup = setup;
  }

  /** Finds out what the cluster can do. @throws when it cannot be reached or the credentials are refused. */
  static async open(setup: RemoteSetup): Promise<RemoteCluster> {
    const admin = new AdminClient(setup.access);
    const found = new Set<Capability>(['api']);
    // The controller manager makes this object, and nobody else does.
    const account = await admin.send('GET', '/api/v1/namespaces/default/serviceaccounts/default');
    if (account.status === 401 || account.status === 403) await admin.get('/api/v1/namespaces/default');
    if (account.status === 200) found.add('controllers');
    if (hasReadyNode(await admin.get('/api/v1/nodes'))) found.add('pods');
    if (setup.apiServer !== undefined) found.add('restart');
    if (setup.node !== undefined) found.add('nodes');
    if (setup.startDns !== undefined) found.add('dns');
    return new RemoteCluster(setup, admin, found);
  }

  get apiServer(): ApiServerControl {
    if (this.#setup.apiServer === undefined) throw new MissingCapability(this.provider, 'restart');
    return this.#setup.apiServer;
  }

  get serverForPods(): string {
    if (this.#setup.serverForPods === undefined) throw new MissingCapability(this.provider, 'nodes');
    return this.#setup.serverForPods;
  }

  get node(): ClusterNode {
    if (this.#setup.node === undefined) throw new MissingCapability(this.provider, 'nodes');
    return this.#setup.node;
  }

  get etcd(): EtcdControl {
    throw new MissingCapability(this.provider, 'etcd');
  }

  async secondApiServer(): Promise<SecondApiServer> {
    throw new MissingCapability(this.provider, 'etcd');
  }

  get audit(): AuditLog {
    throw new MissingCapability(this.provider, 'audit');
  }

  get dns(): DnsAddress {
    if (this.#setup.startDns === undefined) throw new MissingCapability(this.provider, 'dns');
    if (this.#dns === undefined) throw new Error(`${this.name} was started without dns (ClusterSpec.dns)`);
    return this.#dns;
  }

  kubeconfigFor(): string {
    throw new MissingCapability(this.provider, 'identities');
  }

  async startDns(): Promise<DnsAddress> {
    if (this.#setup.startDns === undefined) throw new MissingCapability(this.provider, 'dns');
    this.#dns ??= await this.#setup.startDns(this);
    return this.#dns;
  }
}

function hasReadyNode(list: unknown): boolean {
  const { items } = list as { items: { status?: { conditions?: { type: string; status: string }[] } }[] };
  return items.some(({ status }) =>
    status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True'),
  );
}
