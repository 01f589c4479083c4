import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { buildModule } from './build/go-build.ts';
import { MODULES } from './build/modules.ts';
import { startCoreDns } from './control-plane/coredns.ts';
import { installCrds } from './crds.ts';
import type { Progress } from './progress.ts';
import type { Capability, Cluster, ClusterProvider, ClusterSpec, StartRequest } from './provider.ts';
import { readKubeconfigFile } from './read-kubeconfig.ts';
import { RemoteCluster, type RemoteSetup } from './remote-cluster.ts';

/** Clusters that exist: the first kubeconfig is the hub's, the rest are the members'. `file#context` picks a context. */
export class ExistingProvider implements ClusterProvider {
  readonly name = 'existing';
  readonly capabilities: ReadonlySet<Capability> = new Set<Capability>(['api']);
  readonly #paths: readonly string[];
  #coredns: string | undefined;

  constructor(paths: readonly string[]) {
    this.#paths = paths;
  }

  /** CoreDNS runs here, not there, and is built: without Go these clusters give no DNS. */
  async prepare(specs: readonly ClusterSpec[], progress: Progress): Promise<void> {
    if (!specs.some(({ dns }) => dns) || !(await hasGo())) return;
    this.#coredns = `${await buildModule(MODULES.coredns, progress)}/coredns`;
  }

  async start({ spec, index, workspace }: StartRequest): Promise<Cluster> {
    const path = this.#paths[index];
    if (path === undefined) {
      throw new Error(
        `TEST_KUBECONFIGS names ${this.#paths.length} clusters; cluster ${index + 1} (${spec.name}) is wanted`,
      );
    }
    const { access, text } = await readKubeconfigFile(path);
    const setup: RemoteSetup = { name: spec.name, provider: this.name, access, kubeconfig: text, workspace };
    const coredns = this.#coredns;
    if (coredns !== undefined) {
      setup.startDns = (cluster) => startCoreDns(workspace, coredns, spec.name, cluster);
    }
    const cluster = await RemoteCluster.open(setup);
    await installCrds(cluster.admin, spec.crds ?? []);
    if (spec.dns && coredns !== undefined) await cluster.startDns();
    return cluster;
  }
}

async function hasGo(): Promise<boolean> {
  try {
    await promisify(execFile)('go', ['version']);
    return true;
  } catch {
    return false;
  }
}
