import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { StartedTestContainer } from 'testcontainers';
import type { Addresses } from './addresses.ts';
import type { ClusterNode, ContainerRef, ExecOptions, ExecResult } from './cluster-node.ts';
import { run } from './machine/run.ts';
import { execInPod } from './node/exec.ts';
import { SERVE_NAME, TOOLBOX, TOOLBOX_PACKAGES } from './node/toolbox.ts';

/** What is known of a K3s container as a node. */
export interface DockerNodePlace {
  container: StartedTestContainer;
  /** The Node object's name. */
  name: string;
  /** The container's address in the network that all clusters of the set share. */
  address: string;
  addresses: Addresses;
  /** The admin's kubeconfig. */
  kubeconfig: string;
}

/** K3s in a container as the node of a cluster: its containerd, its kubelet, its kube-proxy. */
export class DockerNode implements ClusterNode {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly podRanges: readonly string[];
  readonly #container: StartedTestContainer;
  readonly #kubeconfig: string;
  #toolbox: Promise<void> | undefined;

  constructor({ container, name, address, addresses, kubeconfig }: DockerNodePlace) {
    this.name = name;
    this.addresses = [address];
    this.podRanges = addresses.pods;
    this.#container = container;
    this.#kubeconfig = kubeconfig;
  }

  get networkNamespace(): string {
    throw new Error(`the network namespace of ${this.name} is its container's: enter it with docker exec`);
  }

  /** Makes the pods of another node reachable. */
  async routeTo(other: DockerNode): Promise<void> {
    for (const range of other.podRanges) {
      await this.#inside(['ip', 'route', 'replace', range, 'via', other.addresses[0] ?? '']);
    }
  }

  exec(pod: ContainerRef, command: readonly string[], options?: ExecOptions): Promise<ExecResult> {
    return execInPod(this.#kubeconfig, pod, command, options);
  }

  async loadImage(path: string): Promise<void> {
    const target = `/tmp/${basename(path)}`;
    await this.#container.copyFilesToContainer([{ source: path, target }]);
    await this.#inside(['ctr', '--namespace', 'k8s.io', 'images', 'import', target]);
    await this.#inside(['rm', target]);
  }

  async loadToolbox(names: readonly string[]): Promise<void> {
    this.#toolbox ??= buildToolbox((archive) => this.loadImage(archive));
    await this.#toolbox;
    for (const name of names) {
      await this.#inside(['ctr', '--namespace', 'k8s.io', 'images', 'tag', '--force', TOOLBOX, name]);
    }
  }

  async #inside(command: string[]): Promise<void> {
    const { exitCode, output } = await this.#container.exec(command);
    if (exitCode !== 0) throw new Error(`${command.join(' ')} in ${this.name}: ${output.trim()}`);
  }
}

const DOCKERFILE = `FROM debian:stable-slim
RUN apt-get update && apt-get install -y --no-install-recommends ${TOOLBOX_PACKAGES.join(' ')}
COPY --chmod=755 serve-name /usr/local/bin/serve-name
CMD ["serve-name"]
`;

/** Docker keeps what it has built: the second time takes a moment. */
async function buildToolbox(load: (archive: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tombolo-toolbox-'));
  try {
    writeFileSync(join(folder, 'Dockerfile'), DOCKERFILE);
    writeFileSync(join(folder, 'serve-name'), SERVE_NAME);
    const archive = join(folder, 'toolbox.tar');
    await run('docker', ['build', '--tag', TOOLBOX, folder]);
    await run('docker', ['save', '--output', archive, TOOLBOX]);
    await load(archive);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
