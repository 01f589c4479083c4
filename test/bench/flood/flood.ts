import { CLUSTER_SET_NAME, clusterSets } from '#apis/hub/cluster-set.ts';
import { memberReports, REPORT_NAME } from '#apis/hub/member-report.ts';
import { objectPath } from '#src/kube/paths.ts';
import type { ClusterSet } from '#test/clusters/start.ts';
import { admitMember } from '#test/driver/install.ts';
import { StolenCredential } from '#test/threats/credential.ts';
import { report } from '#test/threats/records.ts';
import { Dialogue } from '../rig/dialogue.ts';
import { awaitSlices } from '../rig/imported.ts';
import { createNamespace } from '../rig/namespace.ts';
import type { FlooderConfig, FlooderSays, Order } from './flooder.ts';

const MEMBER = 'evil';
const NAMESPACE = 'flooded';
/** Services of the flooding member, one slice each, all of them imported everywhere. */
export const FLOODED_SERVICES = 200;

/** How much of a flood there was. */
export interface Flooded {
  changes: number;
  ms: number;
}

/** Another exporter of the set, which floods when it is told to. */
export class Flood {
  readonly #program: Dialogue<{ order: Order }, FlooderSays>;

  private constructor(config: FlooderConfig) {
    this.#program = new Dialogue({
      name: 'flooder',
      file: new URL('./flooder.ts', import.meta.url),
      config,
    });
  }

  /** Joins a set that runs, publishes, and resolves when every member has imported all of it. */
  static async open({ hub, members }: ClusterSet, perSecond: number): Promise<Flood> {
    for (const cluster of members) await createNamespace(cluster, NAMESPACE);
    const services = Array.from({ length: FLOODED_SERVICES }, (_, n) => `flood-${n}`);
    const kubeconfig = await admitMember(hub, MEMBER);
    const set = Object(await hub.admin.get(objectPath(clusterSets, { name: CLUSTER_SET_NAME })));
    const evil = await StolenCredential.in(kubeconfig);
    const named = services.map((name) => `${NAMESPACE}.${name}`);
    await evil.creates(memberReports, MEMBER, REPORT_NAME, report(String(set.metadata.uid), named));
    evil.close();
    const flood = new Flood({ kubeconfig, member: MEMBER, namespace: NAMESPACE, services, perSecond });
    try {
      await flood.#program.says('ready');
      for (const cluster of members) await awaitSlices(cluster, NAMESPACE, services.length);
    } catch (error) {
      await flood.stop();
      throw error;
    }
    return flood;
  }

  begin(): void {
    this.#program.send({ order: 'begin' });
  }

  async end(): Promise<Flooded> {
    this.#program.send({ order: 'end' });
    return this.#program.says('over');
  }

  async stop(): Promise<void> {
    await this.#program.stop();
  }
}
