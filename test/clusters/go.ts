import { join } from 'node:path';
import { buildModule } from './build/go-build.ts';
import { MODULES, type ModuleName } from './build/modules.ts';
import type { Binaries } from './control-plane/binaries.ts';
import { LocalCluster } from './control-plane/local-cluster.ts';
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
  readonly capabilities: ReadonlySet<Capability> = new Set(ALL_CAPABILITIES.filter((one) => one !== 'nodes'));
  #binaries: Binaries | undefined;

  async prepare(specs: readonly ClusterSpec[], progress: Progress): Promise<void> {
    const wanted: ModuleName[] = ['etcd', 'kubernetes'];
    if (specs.some(({ dns }) => dns)) wanted.push('coredns');
    if (specs.some(({ pods }) => pods)) wanted.push('kwok');
    const folders: Partial<Record<ModuleName, string>> = {};
    // One after the other: the compiler uses every core on its own.
    for (const name of wanted) folders[name] = await buildModule(MODULES[name], progress);
    this.#binaries = binariesIn(folders);
  }

  async start(request: StartRequest): Promise<Cluster> {
    if (this.#binaries === undefined) throw new Error('prepare() comes before start()');
    const { name, capabilities } = this;
    return await LocalCluster.start(request, { provider: name, capabilities, binaries: this.#binaries });
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
