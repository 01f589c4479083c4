import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { services } from '#apis/kubernetes/service.ts';
import { SOURCE_CLUSTER_LABEL } from '#apis/labels.ts';
import { ServiceExport, serviceExports } from '#apis/multicluster/service-export.ts';
import { collectionPath, objectPath } from '#src/kube/paths.ts';
import { until } from '#test/clusters/machine/until.ts';
import type { ClusterSet } from '#test/clusters/start.ts';
import { headless } from '#test/driver/builders.ts';
import { admitMember, installHub, installMember } from '#test/driver/install.ts';
import { type Agent, startAgent } from '../rig/agent.ts';
import { LANE_NAMESPACES } from './lanes.ts';
import type { ProductLane } from './rig.ts';
import { SERVICE } from './slices.ts';

/** Cluster ids of exporter and importer. */
export const [EXPORTER, IMPORTER] = ['a', 'b'] as const;

/**
 * The product as it is deployed: a hub controller and one agent per member, each a process with its own
 * credentials and no more rights than an installation gives it.
 */
export class Product implements ProductLane {
  readonly #set: ClusterSet;
  readonly #toHub: (kubeconfig: string) => string;
  readonly #agents = new Map<string, Agent>();

  /** `toHub` makes the hub's kubeconfigs lead where the members' agents shall reach it. */
  constructor(set: ClusterSet, toHub: (kubeconfig: string) => string = (kubeconfig) => kubeconfig) {
    this.#set = set;
    this.#toHub = toHub;
  }

  async start(): Promise<void> {
    const { hub, workspace, members } = this.#set;
    const [a, b] = members;
    if (a === undefined || b === undefined) throw new Error('the rig needs two members');
    const kubeconfig = await installHub(hub);
    this.#agents.set('hub', await startAgent(workspace, { role: 'hub', kubeconfig }));
    for (const [clusterId, cluster] of [
      [EXPORTER, a],
      [IMPORTER, b],
    ] as const) {
      const agent = await startAgent(workspace, {
        role: 'member',
        clusterId,
        kubeconfig: await installMember(cluster),
        hubKubeconfig: this.#toHub(await admitMember(hub, clusterId)),
      });
      this.#agents.set(clusterId, agent);
    }
    const namespace = LANE_NAMESPACES.product;
    const service = headless(namespace, SERVICE);
    await a.admin.apply(objectPath(services, service.metadata), service);
    const wish = new ServiceExport({ metadata: { namespace, name: SERVICE } });
    await a.admin.apply(objectPath(serviceExports, wish.metadata), wish);
    const imported = `${collectionPath(endpointSlices, namespace)}?labelSelector=${SOURCE_CLUSTER_LABEL}%3D${EXPORTER}`;
    await until(
      'the product imports the slice of A in B',
      async () => {
        const list = (await b.admin.get(imported)) as { items: unknown[] };
        return list.items.length > 0;
      },
      { hopeless: () => this.#ended() },
    );
  }

  #ended(): string | undefined {
    for (const [name, { program }] of this.#agents) if (!program.running) return `process ${name} has ended`;
    return undefined;
  }

  /** The last lines that each of its processes logged, for when something went wrong. */
  lastWords(): string {
    return [...this.#agents].map(([name, { program }]) => `--- ${name}\n${program.tail(8)}`).join('\n');
  }

  /**
   * The 99th percentile of each process's event loop delay since the last call, in milliseconds, where
   * its /metrics says so.
   */
  async eventLoopDelays(): Promise<Record<string, number>> {
    const delays: Record<string, number> = {};
    for (const [name, agent] of this.#agents) {
      const seconds = /^nodejs_eventloop_lag_p99_seconds(?:\{[^}]*\})? (\S+)$/m.exec(
        await agent.metrics(),
      )?.[1];
      if (seconds !== undefined) delays[name] = Math.round(Number(seconds) * 1e5) / 100;
    }
    return delays;
  }
}
