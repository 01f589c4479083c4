import type { KubeObject, Resource } from '#apis/meta.ts';
import { collectionPath } from '#src/kube/paths.ts';
import type { Cluster, SecondApiServer } from '#test/clusters/provider.ts';
import { Relay } from '#test/proxy/relay.ts';
import { eventually } from './eventually.ts';

/**
 * A second API server of a cluster whose view of the database can be held where it is: it goes on answering from its
 * watch cache, which is what clients meet behind a load balancer when one server of several has fallen behind
 * (https://github.com/kubernetes/kubernetes/issues/59848).
 */
export class LaggingServer {
  readonly #server: SecondApiServer;
  readonly #link: Relay;
  /** The connections to the database that each kind has of its own: first number, and last. */
  readonly #connections = new Map<string, readonly [number, number]>();

  private constructor(server: SecondApiServer, link: Relay) {
    this.#server = server;
    this.#link = link;
  }

  /** It serves these kinds, which are custom resources, from its watch cache by then. */
  static async start(cluster: Cluster, kinds: readonly Resource<KubeObject>[]): Promise<LaggingServer> {
    let link: Relay | undefined;
    const server = await cluster.secondApiServer(async (port) => {
      link = new Relay(port);
      await link.listen();
      return link.port;
    });
    if (link === undefined) throw new Error('unreachable: it was started without a way to its database');
    const lagging = new LaggingServer(server, link);
    for (const kind of kinds) {
      const before = link.opened;
      await lagging.#hasCached(kind);
      lagging.#connections.set(kind.plural, [before + 1, link.opened]);
    }
    return lagging;
  }

  /** The text of a kubeconfig for the cluster's own API server, as one for this. */
  at(kubeconfig: string): string {
    return this.#server.at(kubeconfig);
  }

  /** From now on it learns nothing, and nothing that it is told arrives. */
  async freeze(): Promise<void> {
    await this.#link.mode('blackhole');
  }

  /** The same about one of its kinds. */
  async freezeKind({ plural }: Resource<KubeObject>): Promise<void> {
    const [first, last] = this.#connections.get(plural) ?? [0, 0];
    if (last <= first) throw new Error(`it was not started for ${plural}`);
    this.#link.freeze((number) => number >= first && number <= last);
  }

  /** The names that it shows of a kind in a namespace, out of its cache. */
  async shows(kind: Resource<KubeObject>, namespace: string): Promise<string[]> {
    const path = `${collectionPath(kind, namespace)}?resourceVersion=0`;
    const { items }: { items: KubeObject[] } = Object(await this.#server.admin.get(path));
    return items.map(({ metadata }) => metadata.name).sort();
  }

  async thaw(): Promise<void> {
    await this.#link.mode('pass');
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    await this.#link.close();
  }

  async #hasCached(kind: Resource<KubeObject>): Promise<void> {
    await eventually(`the second server has ${kind.plural} in its cache`, async () => {
      const { status } = await this.#server.admin.send(
        'GET',
        `${collectionPath(kind, undefined)}?resourceVersion=0`,
      );
      // While it fills the cache, it asks to be asked again.
      if (status !== 200) throw new Error(`it answers ${status}`);
    });
  }
}
