import { endpointSlices, type IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { KUBE_SERVICE_NAME_LABEL } from '#apis/labels.ts';
import type { Condition } from '#apis/meta.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import type { MemberCluster } from '#test/driver/cluster.ts';
import { exportOf } from '#test/driver/exported.ts';
import { patiently } from './patience.ts';

/** What the API of one cluster shows of a namespace: imports, slices, conditions. */
export class Seen {
  readonly #cluster: MemberCluster;
  readonly #namespace: string;

  constructor(cluster: MemberCluster, namespace: string) {
    this.#cluster = cluster;
    this.#namespace = namespace;
  }

  /** Waits for the import and, where given, until `expected` no longer throws for it. */
  async import(name: string, expected: (found: IServiceImport) => void = () => {}): Promise<IServiceImport> {
    return patiently(this.#of('import', name), async () => {
      const found = await this.#cluster.serviceImport(this.#namespace, name);
      if (found === undefined) throw new Error('it is not there');
      expected(found);
      return found;
    });
  }

  /** Waits until there is no such import. */
  async noImport(name: string): Promise<void> {
    await patiently(`no ${this.#of('import', name)}`, async () => {
      if (await this.#cluster.serviceImport(this.#namespace, name)) throw new Error('it is there');
    });
  }

  /** Whether the import is there at this moment. */
  async hasImport(name: string): Promise<boolean> {
    return (await this.#cluster.serviceImport(this.#namespace, name)) !== undefined;
  }

  /** The ClusterSet IPs of an import, once they are there. */
  async addressesOf(name: string): Promise<string[]> {
    const { spec } = await this.import(name, (found) => {
      if (!found.spec.ips?.length) throw new Error('it has no address');
    });
    return spec.ips ?? [];
  }

  /** Waits until the import says that its endpoints are of exactly these clusters. */
  async clustersOf(name: string, ids: readonly string[]): Promise<void> {
    const wanted = [...ids].sort().join();
    await this.import(name, ({ status }) => {
      const got = (status?.clusters ?? [])
        .map(({ cluster }) => cluster)
        .sort()
        .join();
      if (got !== wanted) throw new Error(`it is of [${got}] instead of [${wanted}]`);
    });
  }

  /** Waits until `expected` no longer throws for the imported slices of a Service. */
  async slices(name: string, expected: (slices: IEndpointSlice[]) => void): Promise<IEndpointSlice[]> {
    return patiently(this.#of('imported slices', name), async () => {
      const slices = await this.#cluster.importedSlices(this.#namespace, name);
      expected(slices);
      return slices;
    });
  }

  /** What the cluster's own controller has written for a Service of its own, once it shows pods. */
  async ownSlices(name: string): Promise<IEndpointSlice[]> {
    return patiently(this.#of('slices of Service', name), async () => {
      const labelSelector = `${KUBE_SERVICE_NAME_LABEL}=${name}`;
      const { items } = await this.#cluster.client.list(endpointSlices, {
        namespace: this.#namespace,
        labelSelector,
      });
      if (!items.some(({ endpoints }) => endpoints?.length)) throw new Error('they show no pod');
      return items;
    });
  }

  /** Waits until a condition of the ServiceExport has that status and, where given, names that reason. */
  async condition(
    name: string,
    type: string,
    status: Condition['status'],
    reason?: string,
  ): Promise<Condition> {
    return patiently(`${type}=${status} on ${this.#of('export', name)}`, async () => {
      const { conditions = [] } = (await exportOf(this.#cluster, this.#namespace, name)).status ?? {};
      const found = conditions.find((one) => one.type === type);
      if (found?.status !== status) throw new Error(`it is ${found?.status ?? 'absent'}`);
      if (reason !== undefined && !found.reason.split(',').includes(reason)) {
        throw new Error(`its reason is ${found.reason} instead of ${reason}`);
      }
      return found;
    });
  }

  #of(what: string, name: string): string {
    return `${what} ${this.#namespace}/${name} in ${this.#cluster.id}`;
  }
}
