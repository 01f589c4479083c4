import { type IService, services } from '#apis/kubernetes/service.ts';
import type { IServiceExport } from '#apis/multicluster/service-export.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import type { MemberCluster } from '#test/driver/cluster.ts';
import { olderThanAllToCome } from '#test/driver/exporting.ts';
import { pods } from '#test/driver/running-pods.ts';
import { statefulSets } from '#test/driver/workloads.ts';
import { type Backend, PEER, type Place, replacePod, startPods, startSet } from './backends.ts';
import { createNamespace } from './namespace.ts';
import type { Network } from './network.ts';
import { Seen } from './seen.ts';
import { type ServiceSpec, serviceFor } from './workload.ts';

/** What a member is known by, whatever namespace a spec plays in. */
export interface MemberAccess {
  cluster: MemberCluster;
  network: Network;
  /** The image of its pods. */
  image: string;
  /** On every namespace that is made, so that they can be found again. */
  namespaceLabels: Readonly<Record<string, string>>;
}

/** One member cluster as one spec uses it: a user's verbs within one namespace, and what is seen there. */
export class Member {
  readonly id: string;
  readonly namespace: string;
  /** What pods of this cluster reach and resolve. */
  readonly network: Network;
  /** What the API shows. */
  readonly sees: Seen;
  readonly cluster: MemberCluster;
  readonly #access: MemberAccess;

  constructor(access: MemberAccess, namespace: string) {
    this.#access = access;
    this.cluster = access.cluster;
    this.network = access.network;
    this.id = access.cluster.id;
    this.namespace = namespace;
    this.sees = new Seen(access.cluster, namespace);
  }

  /** The same cluster, another namespace: this one's name with something behind it. */
  in(suffix: string): Member {
    return new Member(this.#access, `${this.namespace}-${suffix}`);
  }

  /** Creates the namespace; resolves when pods can be made in it. */
  async createsNamespace(): Promise<void> {
    await createNamespace(this.cluster, this.namespace, this.#access.namespaceLabels);
  }

  /** A Service of port 80, and nothing behind it unless pods of its name are there. */
  async service(name: string, spec?: ServiceSpec): Promise<void> {
    await this.cluster.service(serviceFor(this.namespace, name, spec));
  }

  /** A Service and pods that answer for it; resolves with them when they are Ready. */
  async serves(name: string, spec?: ServiceSpec, count = 1): Promise<Backend[]> {
    await this.service(name, spec);
    return startPods(this.#place, name, count);
  }

  /** One more pod behind a Service that runs but never becomes Ready. */
  async runsUnready(name: string): Promise<Backend[]> {
    return startPods(this.#place, name, 1, { ready: false });
  }

  /** A headless Service and its StatefulSet; resolves with the pods when they are Ready. */
  async runsSet(name: string, replicas = 2, spec: ServiceSpec = {}): Promise<Backend[]> {
    await this.service(name, { clusterIP: 'None', ports: [PEER], ...spec });
    return startSet(this.#place, name, replicas);
  }

  /** A headless Service and one pod with a hostname that is not its own name. */
  async runsNamed(name: string, hostname: string): Promise<Backend[]> {
    await this.service(name, { clusterIP: 'None', ports: [PEER] });
    return startPods(this.#place, name, 1, { hostname });
  }

  async scales(set: string, replicas: number): Promise<void> {
    await this.cluster.edits(statefulSets, { namespace: this.namespace, name: set }, (present) => ({
      ...present,
      spec: { ...present.spec, replicas },
    }));
  }

  /** Deletes a pod of a StatefulSet; resolves with its successor when that is Ready. */
  async replaces(pod: Backend): Promise<Backend> {
    return replacePod(this.#place, pod.name);
  }

  /** Deletes pods that nothing brings back. */
  async loses(backends: readonly Backend[]): Promise<void> {
    await Promise.all(backends.map(({ name }) => this.cluster.deletes(pods, this.namespace, name)));
  }

  async exports(name: string, spec?: IServiceExport['spec']): Promise<void> {
    await this.cluster.exports(this.namespace, name, spec);
  }

  /** Exports it, and resolves when whatever is exported from now on is younger. */
  async exportsFirst(name: string, spec?: IServiceExport['spec']): Promise<void> {
    await this.exports(name, spec);
    await olderThanAllToCome(this.cluster, this.namespace, name);
  }

  async unexports(name: string): Promise<void> {
    await this.cluster.unexports(this.namespace, name);
  }

  /** The Service of that name as it is now. Throws where there is none. */
  async localService(name: string): Promise<IService> {
    return this.cluster.client.get(services, { namespace: this.namespace, name });
  }

  async hasService(name: string): Promise<boolean> {
    return (await orAbsent(this.localService(name))) !== undefined;
  }

  async losesService(name: string): Promise<void> {
    await this.cluster.deletes(services, this.namespace, name);
  }

  /** Changes a Service in place. */
  async changes(name: string, spec: ServiceSpec): Promise<void> {
    await this.cluster.edits(services, { namespace: this.namespace, name }, (present) => ({
      ...present,
      spec: { ...present.spec, ...spec },
    }));
  }

  /** Waits until each ClusterSet IP of the import leads to these backends, and to no others. */
  async reaches(
    name: string,
    backends: readonly Backend[],
    way?: Parameters<Network['reaches']>[2],
  ): Promise<void> {
    for (const ip of await this.sees.addressesOf(name)) await this.network.reaches(ip, backends, way);
  }

  get #place(): Place {
    return { cluster: this.cluster, namespace: this.namespace, image: this.#access.image };
  }
}
