import type { Cluster } from '#test/clusters/provider.ts';
import { Relay } from '#test/proxy/relay.ts';
import { type Access, accessFrom } from './access.ts';

/** Two ways of one kind to the hub: the agent's is counted and can be closed, the bare program's stays open. */
export class HubLink {
  readonly #hub: Cluster;
  readonly #agents: Relay;
  readonly #bare: Relay;

  private constructor(hub: Cluster) {
    this.#hub = hub;
    const port = Number(new URL(hub.server).port);
    this.#agents = new Relay(port);
    this.#bare = new Relay(port);
  }

  static async open(hub: Cluster): Promise<HubLink> {
    const link = new HubLink(hub);
    await Promise.all([link.#agents.listen(), link.#bare.listen()]);
    return link;
  }

  /** A kubeconfig of the hub that leads through the agent's way. */
  through(kubeconfig: string): string {
    return kubeconfig.replaceAll(this.#hub.server, `https://127.0.0.1:${this.#agents.port}`);
  }

  /** The admin's access by the bare program's way. */
  get access(): Access {
    return { ...accessFrom(this.#hub.kubeconfig), server: `https://127.0.0.1:${this.#bare.port}` };
  }

  /** What the hub has sent by the agent's way since it was opened, as it is on the wire. */
  get bytesToAgents(): number {
    return this.#agents.bytesToClients;
  }

  /** Closes the agent's way. */
  refuse(): Promise<void> {
    return this.#agents.mode('refuse');
  }

  /** Opens it again. */
  pass(): Promise<void> {
    return this.#agents.mode('pass');
  }

  async close(): Promise<void> {
    await Promise.all([this.#agents.close(), this.#bare.close()]);
  }
}
