import { isDeepStrictEqual } from 'node:util';
import { endpointSlices, type IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { type INamespace, namespaces } from '#apis/kubernetes/namespace.ts';
import { type IService, services } from '#apis/kubernetes/service.ts';
import { SERVICE_NAME_LABEL, SOURCE_CLUSTER_LABEL } from '#apis/labels.ts';
import type { Condition, KubeObject, Resource } from '#apis/meta.ts';
import { type IServiceExport, serviceExports } from '#apis/multicluster/service-export.ts';
import { type IServiceImport, serviceImports } from '#apis/multicluster/service-import.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { isAlreadyExists } from '#src/kube/errors.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import { headless } from './builders.ts';
import { edit } from './edit.ts';
import { eventually } from './eventually.ts';

/** What a user does in one member cluster, and what a user sees there. Speaks with the admin's credentials. */
export class MemberCluster {
  readonly id: string;
  readonly client: KubeClient;

  constructor(id: string, client: KubeClient) {
    this.id = id;
    this.client = client;
  }

  /** Creates the namespace unless it is there. */
  async namespace(name: string): Promise<void> {
    await this.has(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } } as INamespace);
  }

  /** Creates the object, or makes an existing one equal to it by a read and an update. */
  async has<T extends KubeObject>(resource: Resource<T>, object: T): Promise<void> {
    try {
      await this.client.create(resource, object);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      await this.edits(resource, object.metadata, (present) => ({
        ...object,
        metadata: { ...object.metadata, resourceVersion: present.metadata.resourceVersion ?? '' },
      }));
    }
  }

  /** Reads, changes and writes one object; somebody else's write in between is no failure. */
  async edits<T extends KubeObject>(
    resource: Resource<T>,
    key: { namespace?: string; name: string },
    change: (present: T) => T,
  ): Promise<void> {
    await edit(this.client, resource, key, change);
  }

  /** Deletes the object as it is now; it may be gone already. */
  async deletes<T extends KubeObject>(
    resource: Resource<T>,
    namespace: string | undefined,
    name: string,
  ): Promise<void> {
    const key = namespace === undefined ? { name } : { namespace, name };
    const present = await orAbsent(this.client.get(resource, key));
    if (present?.metadata.uid !== undefined)
      await this.client.delete(resource, key, { uid: present.metadata.uid });
  }

  async service(service: IService): Promise<void> {
    await this.has(services, service);
  }

  async slice(slice: IEndpointSlice): Promise<void> {
    await this.has(endpointSlices, slice);
  }

  /** Writes the ServiceExport beside the Service of the same name. */
  async exports(namespace: string, name: string, spec: IServiceExport['spec'] = {}): Promise<void> {
    await this.has(serviceExports, {
      apiVersion: 'multicluster.x-k8s.io/v1beta1',
      kind: 'ServiceExport',
      metadata: { namespace, name },
      spec,
    });
  }

  async unexports(namespace: string, name: string): Promise<void> {
    await this.deletes(serviceExports, namespace, name);
  }

  /** A Service of this name and its export, with nothing behind it. */
  async marks(namespace: string, name: string): Promise<void> {
    await this.service(headless(namespace, name));
    await this.exports(namespace, name);
  }

  /** The import as it is now. */
  async serviceImport(namespace: string, name: string): Promise<IServiceImport | undefined> {
    return orAbsent(this.client.get(serviceImports, { namespace, name }));
  }

  /** Waits until the import is there and, where given, `expected` no longer throws for it. */
  async awaitImport(
    namespace: string,
    name: string,
    expected: (found: IServiceImport) => void = () => {},
  ): Promise<IServiceImport> {
    return eventually(`import ${namespace}/${name} in ${this.id}`, async () => {
      const found = await this.client.get(serviceImports, { namespace, name });
      expected(found);
      return found;
    });
  }

  async awaitNoImport(namespace: string, name: string): Promise<void> {
    await eventually(`no import ${namespace}/${name} in ${this.id}`, async () => {
      if (await this.serviceImport(namespace, name)) throw new Error('it is still there');
    });
  }

  /** Imported slices of a service, of one source cluster where given, as they are now. */
  async importedSlices(namespace: string, name: string, cluster?: string): Promise<IEndpointSlice[]> {
    const from = cluster === undefined ? SOURCE_CLUSTER_LABEL : `${SOURCE_CLUSTER_LABEL}=${cluster}`;
    const labelSelector = `${SERVICE_NAME_LABEL}=${name},${from}`;
    return (await this.client.list(endpointSlices, { namespace, labelSelector })).items;
  }

  /** Ready addresses that the imported slices of one source cluster show now, sorted. */
  async importedAddresses(namespace: string, name: string, cluster: string): Promise<string[]> {
    const slices = await this.importedSlices(namespace, name, cluster);
    return slices
      .flatMap((slice) => slice.endpoints ?? [])
      .filter((endpoint) => endpoint.conditions?.ready !== false)
      .flatMap((endpoint) => endpoint.addresses)
      .sort();
  }

  /** Waits until the imported slices of one source cluster show exactly these ready addresses. */
  async awaitAddresses(namespace: string, name: string, cluster: string, addresses: string[]): Promise<void> {
    const wanted = [...addresses].sort();
    await eventually(
      `${wanted.length} addresses of ${cluster}'s ${namespace}/${name} in ${this.id}`,
      async () => {
        const seen = await this.importedAddresses(namespace, name, cluster);
        if (!isDeepStrictEqual(seen, wanted)) throw new Error(`sees [${seen}] instead of [${wanted}]`);
      },
    );
  }

  /** Waits until a condition of the ServiceExport has this status and, where given, this reason. */
  async awaitCondition(
    namespace: string,
    name: string,
    type: string,
    status: Condition['status'],
    reason?: string,
  ): Promise<Condition> {
    return eventually(`${type}=${status} on export ${namespace}/${name} in ${this.id}`, async () => {
      const found = await this.client.get(serviceExports, { namespace, name });
      const condition = found.status?.conditions?.find((one) => one.type === type);
      if (condition?.status !== status || (reason !== undefined && condition.reason !== reason)) {
        throw new Error(`conditions are ${JSON.stringify(found.status?.conditions ?? [])}`);
      }
      return condition;
    });
  }
}
