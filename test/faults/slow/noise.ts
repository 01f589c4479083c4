import { setTimeout as pause } from 'node:timers/promises';
import { configMaps } from '#apis/kubernetes/config-map.ts';
import { apiVersionOf } from '#apis/meta.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { connect } from '#src/kube/connect.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import type { Cluster } from '#test/clusters/provider.ts';

const USER = 'test:noise';
const SIDE_BY_SIDE = 6;

/** Somebody who writes without pause, and tries again at once. Not an admin: those are never refused for load. */
export class Noise {
  readonly #client: KubeClient;
  readonly #running: Promise<unknown>;
  #stopped = false;

  private constructor(client: KubeClient) {
    this.#client = client;
    this.#running = Promise.all(Array.from({ length: SIDE_BY_SIDE }, () => this.#run()));
  }

  static start(cluster: Cluster): Noise {
    const text = cluster.kubeconfigFor({ user: USER });
    return new Noise(connect({ cluster: cluster.name, kubeconfig: { text }, clock: systemClock() }));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
    await this.#client.close();
  }

  /** It has no rights; what counts is that its writes are under way. */
  async #run(): Promise<void> {
    const body = {
      apiVersion: apiVersionOf(configMaps),
      kind: configMaps.kind,
      metadata: { generateName: 'noise-' },
    };
    while (!this.#stopped) {
      await this.#client
        .request('POST', '/api/v1/namespaces/prod/configmaps', body, { retry: false })
        .catch(() => undefined);
      await pause(1);
    }
  }
}
