import { join } from 'node:path';
import { buildModule } from './build/go-build.ts';
import { MODULES, type ModuleName } from './build/modules.ts';
import type { Binaries } from './control-plane/binaries.ts';
import { LocalCluster } from './control-plane/local-cluster.ts';
import type { Workspace } from './machine/workspace.ts';
import { debianPrograms } from './node/debian.ts';
import { Fabric } from './node/fabric.ts';
import { toolboxImage } from './node/toolbox.ts';
import { mayMakeNodes } from './node/tools.ts';
import type { Progress } from './progress.ts';
import {
  ALL_CAPABILITIES,
  type Capability,
  type Cluster,
  type ClusterProvider,
  type ClusterSpec,
  type StartRequest,
} from './provider.ts';

/** Clusters out of programs built from the Go modules under test/clusters/go. Gives everything. */
export class GoProvider implements ClusterProvider {
  readonly name = 'go';
  readonly capabilities: ReadonlySet<Capability> = new Set(
    ALL_CAPABILITIES.filter((one) => one !== 'nodes' || mayMakeNodes()),
  );
  readonly #fabrics = new WeakMap<Workspace, Fabric>();
  #binaries: Binaries | undefined;

  async prepare(specs: readonly ClusterSpec[], progress: Progress): Promise<void> {
    const wanted: ModuleName[] = ['etcd', 'kubernetes'];
    const nodes = specs.some(({ node }) => node);
    if (nodes && !mayMakeNodes())
      throw new Error('real nodes need Linux and root: namespaces, mounts, a bridge');
    if (nodes) wanted.push('kubernetes-node');
    if (nodes || specs.some(({ dns }) => dns)) wanted.push('coredns');
    if (specs.some(({ pods }) => pods)) wanted.push('kwok');
    const folders: Partial<Record<ModuleName, string>> = {};
    // One after the other: the compiler uses every core on its own.
    for (const name of wanted) folders[name] = await buildModule(MODULES[name], progress);
    this.#binaries = binariesIn(folders);
    const { kubernetesNode, coredns } = {
      kubernetesNode: folders['kubernetes-node'],
      coredns: folders.coredns,
    };
    if (!nodes || kubernetesNode === undefined || coredns === undefined) return;
    const debian = await debianPrograms(progress);
    this.#binaries.node = {
      debian,
      kubelet: join(kubernetesNode, 'kubelet'),
      kubeProxy: join(kubernetesNode, 'kube-proxy'),
      coredns: join(coredns, 'coredns'),
      toolbox: () => toolboxImage(debian, progress),
    };
  }

  async start(request: StartRequest): Promise<Cluster> {
    if (this.#binaries === undefined) throw new Error('prepare() comes before start()');
    const { name, capabilities } = this;
    const fabric = this.#fabricOf(request);
    return await LocalCluster.start(request, {
      provider: name,
      capabilities,
      binaries: this.#binaries,
      fabric,
    });
  }

  /** Where there can be none they are left out, and tests that need one are skipped. */
  #hasNodes(specs: readonly ClusterSpec[]): boolean {
    return this.capabilities.has('nodes') && specs.some(({ node }) => node);
  }

  /** One for the whole set, made by its first cluster; none where no cluster has a node. */
  #fabricOf({ workspace, set }: StartRequest): Fabric | undefined {
    if (!this.#hasNodes(set)) return undefined;
    const fabric = this.#fabrics.get(workspace) ?? Fabric.open(workspace, set);
    this.#fabrics.set(workspace, fabric);
    return fabric;
  }
}

function binariesIn({
  etcd = '',
  kubernetes = '',
  coredns,
  kwok,
}: Partial<Record<ModuleName, string>>): Binaries {
  const stages = MODULES.kwok.data?.files ?? [];
  return {
    etcd: join(etcd, 'etcd'),
    etcdutl: join(etcd, 'etcdutl'),
    kubeApiserver: join(kubernetes, 'kube-apiserver'),
    kubeControllerManager: join(kubernetes, 'kube-controller-manager'),
    kubeScheduler: join(kubernetes, 'kube-scheduler'),
    ...(coredns === undefined ? {} : { coredns: join(coredns, 'coredns') }),
    ...(kwok === undefined
      ? {}
      : {
          kwok: {
            binary: join(kwok, 'kwok'),
            stages: stages.map((file) => join(kwok, file.split('/').at(-1) ?? '')),
          },
        }),
  };
}
