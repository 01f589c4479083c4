import type { Stack } from './addresses.ts';
import type { AdminClient } from './admin.ts';
import type { AuditLog } from './audit.ts';
import type { ClusterNode } from './cluster-node.ts';
import type { Workspace } from './machine/workspace.ts';
import type { Progress } from './progress.ts';

export type ProviderName = 'existing' | 'envtest' | 'docker' | 'go';

/**
 * What a cluster can do for a test.
 *
 * - `api`: a real API server; every provider gives it.
 * - `controllers`: the stock kube-controller-manager runs (EndpointSlices, StatefulSets, garbage, namespaces).
 * - `pods`: pods get scheduled, an address, and become Ready; they may be objects only.
 * - `nodes`: pods really run, packets flow between the pods of all clusters of the set, exec works.
 * - `dns`: CoreDNS with `multicluster clusterset.local` can be started.
 * - `identities`: kubeconfigs for any user and groups.
 * - `restart`: the API server can be stopped, started on the same port and data, and paused.
 * - `etcd`: the database can be saved, restored in both revision modes, and wiped.
 * - `audit`: exact counts of requests by user.
 */
export type Capability =
  | 'api'
  | 'controllers'
  | 'pods'
  | 'nodes'
  | 'dns'
  | 'identities'
  | 'restart'
  | 'etcd'
  | 'audit';

export const ALL_CAPABILITIES: readonly Capability[] = [
  'api',
  'controllers',
  'pods',
  'nodes',
  'dns',
  'identities',
  'restart',
  'etcd',
  'audit',
];

/** A cluster as a test wants it. All that is optional is off: an API server alone is ready soonest. */
export interface ClusterSpec {
  name: string;
  /** Runs kube-controller-manager. */
  controllers?: boolean;
  /** Runs the scheduler and kwok with one node, so that pods become Ready; implies controllers. */
  pods?: boolean;
  /**
   * Runs one real node in a network namespace of its own: kubelet, containerd, kube-proxy, and the cluster's DNS as
   * Deployment and Service `kube-dns` in kube-system. Implies controllers and the scheduler; kwok stays out.
   * `dns` then needs nothing else: that DNS serves clusterset.local, too, where the MCS CRDs are among `crds`.
   */
  node?: boolean;
  /** Runs CoreDNS for cluster.local and clusterset.local; needs the MCS CRDs among `crds`. */
  dns?: boolean;
  /** Writes an audit log: one line per request, metadata only. */
  audit?: boolean;
  /** CRD manifests to apply: files, or folders with *.yaml in them or deeper. */
  crds?: readonly string[];
  /** Address families of Services, and of pods and nodes where there are real ones; `ipv4` unless told. */
  stack?: Stack;
  /** Ranges other than those of addresses.ts. */
  serviceRange?: string;
  podRange?: string;
  /** Appended to the API server's flags; the last one wins. */
  apiServerFlags?: readonly string[];
}

/** The API server as a thing that can fail. Port, certificates and data stay the same. */
export interface ApiServerControl {
  /** Orderly (SIGTERM); resolves when the process is gone. */
  stop(): Promise<void>;
  /** Like a crash (SIGKILL). */
  kill(): Promise<void>;
  /** Resolves when it is ready again. */
  start(): Promise<void>;
  /** SIGSTOP: connections stay open and nothing answers. */
  pause(): Promise<void>;
  resume(): Promise<void>;
}

/** `plain`: revisions continue from the snapshot's. `bumped`: far above all given out, all older ones compacted. */
export type RevisionMode = 'plain' | 'bumped';

/** The cluster's database. While it is exchanged the API server and the controllers are stopped. */
export interface EtcdControl {
  /** Saves the whole database to a file and returns its path; the cluster runs on. */
  save(): Promise<string>;
  restore(snapshot: string, mode: RevisionMode): Promise<void>;
  /** Empties the cluster: another kube-system UID, no CRDs, revisions from 1. */
  wipe(): Promise<void>;
  /** Compacts to the current revision: older resourceVersions answer 410 once the API server has restarted. */
  compact(): Promise<void>;
  /** With `true` it refuses every write, as one that has reached its quota does, until `false`. */
  isFull(full: boolean): Promise<void>;
  /** SIGSTOP: as a disk that does not answer. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Follows every write from now on. It ends with the database: not over an exchange of it. */
  watchWrites(): Promise<StoreWrites>;
}

/** What a database has committed: an exact count, hidden writes included. */
export interface StoreWrites {
  /** The key of each write or deletion, in order: `/registry/leases/member-a/tombolo-member`. */
  readonly keys: readonly string[];
  /** Resolves when everything that was committed before this call is among the keys. */
  caughtUp(): Promise<void>;
  close(): void;
}

/** One more API server of a cluster, on the same database. */
export interface SecondApiServer {
  readonly admin: AdminClient;
  /** The text of a kubeconfig for the first one, as one for this. */
  at(kubeconfig: string): string;
  /** Like a crash. It ends with the cluster at the latest. */
  stop(): Promise<void>;
}

export interface Identity {
  user: string;
  groups?: readonly string[];
  /** When its certificate expires; in weeks unless told. Certificates count whole seconds. */
  until?: Date;
}

/**
 * A running cluster. What the spec asked for and the provider lacks was left out; using it throws
 * MissingCapability. A test that needs it asks requireCapabilities() first.
 */
export interface Cluster {
  readonly name: string;
  readonly provider: ProviderName;
  readonly capabilities: ReadonlySet<Capability>;
  /** Where processes of this machine reach the API server, `https://address:port`. */
  readonly server: string;
  /** Where pods of any cluster of the set reach it. Only in a set that has a cluster with a node. */
  readonly serverForPods: string;
  /** PEM of the API server's authority; undefined: the system's. */
  readonly ca: string | undefined;
  /** The admin's kubeconfig, as text and as a file. */
  readonly kubeconfig: string;
  readonly kubeconfigPath: string;
  readonly admin: AdminClient;
  /** A kubeconfig for any user and groups. */
  kubeconfigFor(identity: Identity): string;
  readonly apiServer: ApiServerControl;
  readonly etcd: EtcdControl;
  /**
   * Starts a second API server, whose way to the database leads through a port that `link` gives for the database's
   * own. Goes with `etcd`.
   */
  secondApiServer(link: (etcdPort: number) => Promise<number>): Promise<SecondApiServer>;
  readonly audit: AuditLog;
  /** The real node; see ClusterSpec.node. */
  readonly node: ClusterNode;
  /**
   * Where CoreDNS listens, UDP and TCP, for processes of this machine. With a node it is the Service `kube-dns`,
   * which pods of the cluster know under the same address.
   */
  readonly dns: DnsAddress;
  /** Starts CoreDNS where the spec did not; the MCS CRDs must be there. */
  startDns(): Promise<DnsAddress>;
}

export interface DnsAddress {
  server: string;
  port: number;
}

/** What a provider needs to start one cluster of a set. */
export interface StartRequest {
  spec: ClusterSpec;
  /** 0 is the hub; picks the address ranges. */
  index: number;
  workspace: Workspace;
  /** The specs of all clusters of the set, this one's among them. */
  set: readonly ClusterSpec[];
}

/** A way to get clusters. They differ in nothing but how a cluster starts. */
export interface ClusterProvider {
  readonly name: ProviderName;
  readonly capabilities: ReadonlySet<Capability>;
  /** Builds or fetches what clusters of these specs need; quick the second time. */
  prepare(specs: readonly ClusterSpec[], progress: Progress): Promise<void>;
  start(request: StartRequest): Promise<Cluster>;
}

/** A test asked for something that this way of getting clusters does not give. */
export class MissingCapability extends Error {
  readonly capability: Capability;
  constructor(provider: ProviderName, capability: Capability) {
    super(`the ${provider} provider gives no '${capability}' (docs/testing.md)`);
    this.name = 'MissingCapability';
    this.capability = capability;
  }
}

/** Why a test has to be skipped on these clusters, or undefined; for `context.skip(reason)`. */
export function requireCapabilities(
  from: { readonly capabilities: ReadonlySet<Capability>; readonly provider: ProviderName },
  ...needed: readonly Capability[]
): { skip: string | undefined } {
  const missing = needed.filter((capability) => !from.capabilities.has(capability));
  return {
    skip: missing.length === 0 ? undefined : `the ${from.provider} provider gives no ${missing.join(', ')}`,
  };
}
