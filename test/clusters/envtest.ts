import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Binaries } from './control-plane/binaries.ts';
import { LocalCluster } from './control-plane/local-cluster.ts';
import type { Capability, Cluster, ClusterProvider, StartRequest } from './provider.ts';

/** Control planes out of the programs in a folder as `setup-envtest` makes it: etcd and kube-apiserver. */
export class EnvtestProvider implements ClusterProvider {
  readonly name = 'envtest';
  readonly capabilities: ReadonlySet<Capability>;
  readonly #binaries: Binaries;

  /** @throws when one of the two programs is missing. */
  constructor(folder: string) {
    const inFolder = (program: string) => {
      const path = join(folder, program);
      return existsSync(path) ? path : undefined;
    };
    const [etcd, kubeApiserver] = [inFolder('etcd'), inFolder('kube-apiserver')];
    if (etcd === undefined || kubeApiserver === undefined) {
      throw new Error(`KUBEBUILDER_ASSETS=${folder}: expected etcd and kube-apiserver there`);
    }
    // Nothing of envtest's, but where somebody has put it beside them it is used.
    const kubeControllerManager = inFolder('kube-controller-manager');
    this.#binaries = {
      etcd,
      kubeApiserver,
      ...(kubeControllerManager === undefined ? {} : { kubeControllerManager }),
    };
    const capabilities: Capability[] = ['api', 'identities', 'restart', 'audit'];
    if (kubeControllerManager !== undefined) capabilities.push('controllers');
    this.capabilities = new Set(capabilities);
  }

  async prepare(): Promise<void> {}

  async start(request: StartRequest): Promise<Cluster> {
    const { name, capabilities } = this;
    return await LocalCluster.start(request, { provider: name, capabilities, binaries: this.#binaries });
  }
}
