import { readdirSync, readFileSync } from 'node:fs';
import { type Agent, startAgent } from '#test/bench/rig/agent.ts';
import { idleAt } from '#test/driver/idle.ts';
import { secretsOf } from '#test/driver/secrets.ts';
import { Rig } from '#test/histories/rig.ts';
import { MEMBERS } from '#test/histories/script.ts';
import { metricsPage, readMetrics } from '#test/integration/operation/read-metrics.ts';
import { type FaultProxy, startFaultProxy } from '#test/proxy/fault-proxy.ts';
import type { Sampled } from './sampler.ts';

/** After the last history the agents clear away what it left. */
const REST_MS = 120_000;

/** The rig of the histories with every program of Tombolo's a process, the hub's controller too. */
export class LivePrograms implements AsyncDisposable {
  readonly rig: Rig;
  readonly #hub: Agent;
  readonly #hubProxy: FaultProxy;

  private constructor(rig: Rig, hub: Agent, hubProxy: FaultProxy) {
    this.rig = rig;
    this.#hub = hub;
    this.#hubProxy = hubProxy;
  }

  static async start(say: (line: string) => void): Promise<LivePrograms> {
    say('starting a hub and three members');
    const rig = await Rig.open({ processes: true });
    try {
      await rig.set.stopAgent('hub');
      // Nothing goes wrong on this way; the proxy is there to count its watches.
      const proxy = await startFaultProxy({ target: rig.set.clusters.hub.kubeconfig });
      const kubeconfig = await proxy.kubeconfigFor('hub', readFileSync(rig.set.hubKubeconfig, 'utf8'));
      const hub = await startAgent(rig.set.clusters.workspace, { role: 'hub', kubeconfig });
      return new LivePrograms(rig, hub, proxy);
    } catch (error) {
      await rig.close();
      throw error;
    }
  }

  get programs(): Sampled[] {
    const hub = {
      name: 'hub',
      page: async () => metricsPage(await this.#hub.metrics()),
      watches: () => this.#hubProxy.streams.length,
    };
    const members = MEMBERS.map((id) => ({
      name: id,
      page: () => readMetrics(this.rig.process(id)),
      watches: () =>
        this.rig.link(id, 'hub').proxy.streams.length + this.rig.link(id, 'own').proxy.streams.length,
    }));
    return [hub, ...members];
  }

  /** Resolves when no program has anything left to do. */
  async rest(): Promise<void> {
    const urls = [this.#hub.url, ...(await Promise.all(MEMBERS.map((id) => this.rig.process(id).url())))];
    await Promise.all(urls.map((url) => idleAt(url, REST_MS, 500)));
  }

  /** The folder where all programs write their logs. */
  get logs(): string {
    return this.rig.set.clusters.workspace.file('logs');
  }

  /** Every token and key that anybody in the rig has been given. */
  get secrets(): ReadonlySet<string> {
    const { workspace, hub, members } = this.rig.set.clusters;
    const files = readdirSync(workspace.folder).filter((name) => name.endsWith('.kubeconfig'));
    const texts = files.map((name) => readFileSync(workspace.file(name), 'utf8'));
    return new Set([...texts, ...[hub, ...members].map(({ kubeconfig }) => kubeconfig)].flatMap(secretsOf));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#hub.stop();
    await this.#hubProxy.close();
    await this.rig.close();
  }
}
