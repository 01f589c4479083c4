import { endpointSlices, type IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { type IService, services } from '#apis/kubernetes/service.ts';
import { KUBE_SERVICE_NAME_LABEL, SERVICE_NAME_LABEL, SOURCE_CLUSTER_LABEL } from '#apis/labels.ts';
import { apiVersionOf, type KubeObject, type Resource } from '#apis/meta.ts';
import { type IServiceExport, serviceExports } from '#apis/multicluster/service-export.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { KubeApiError } from '#src/kube/errors.ts';
import type { ClusterState } from '#test/oracle/state.ts';
import type { HubAdmin } from './hub-admin.ts';
import { emptyNamespace, pathOf } from './paths.ts';
import type { MemberId, Operation } from './script.ts';
import type { World } from './world.ts';

/** Where users work: with admins' rights, and past every fault. */
export interface Reach {
  member(id: MemberId): KubeClient;
  /** Whether the API server answers. */
  isUp(server: MemberId | 'hub'): boolean;
}

/** Does what a script says in one history, and writes into the world what has become of it. */
export class Hand {
  readonly #reach: Reach;
  readonly #world: World;
  readonly #admin: HubAdmin;

  constructor(reach: Reach, world: World, admin: HubAdmin) {
    this.#reach = reach;
    this.#world = world;
    this.#admin = admin;
  }

  /** Nothing can be done where nobody answers. */
  async does(operation: Operation): Promise<void> {
    const isOfHub = ['deny', 'allow', 'forbid', 'permit'].includes(operation.do);
    if (!this.#reach.isUp(isOfHub || !('at' in operation) ? 'hub' : operation.at)) return;
    this.#world.operations += 1;
    await this.#does(operation);
  }

  async #does(operation: Operation): Promise<void> {
    switch (operation.do) {
      case 'service':
        return this.#service(operation);
      case 'no service':
        return this.#without(operation.at, services, 'services', operation.service);
      case 'export':
        return this.#export(operation);
      case 'no export':
        return this.#without(operation.at, serviceExports, 'exports', operation.service);
      case 'slice':
        return this.#slice(operation);
      case 'no slice':
        return this.#without(
          operation.at,
          endpointSlices,
          'slices',
          `${operation.service}-${operation.slice}`,
        );
      case 'namespace goes':
        return this.#namespaceGoes(operation.at);
      case 'namespace comes':
        return this.#namespaceComes(operation.at);
      case 'tamper':
        return this.#tamper(operation);
      case 'deny':
      case 'allow':
        return this.#admin.denies(this.#world, operation.do === 'deny');
      case 'forbid':
      case 'permit':
        return this.#admin.forbids(this.#world, operation.at, operation.do === 'forbid');
    }
  }

  async #service({ at, service: name, spec }: Operation & { do: 'service' }): Promise<void> {
    const known = named(this.#world.of(at).now.services, name);
    // What no update can do. Somebody who wants it deletes and creates.
    const lasting = ({ spec: of }: Pick<IService, 'spec'>) =>
      `${of?.clusterIP === 'None'} ${of?.type === 'ExternalName'} ${of?.ipFamilies?.[0]}`;
    if (known !== undefined && lasting(known) !== lasting({ spec })) {
      await this.#without(at, services, 'services', name);
    }
    await this.#has(at, services, 'services', { metadata: { name }, spec });
  }

  async #export({ at, service, labels }: Operation & { do: 'export' }): Promise<void> {
    // One stays always: a map that is applied without its last key comes to be null, which the schema refuses.
    const spec: IServiceExport['spec'] = { exportedLabels: { app: service, ...labels } };
    await this.#has(at, serviceExports, 'exports', { metadata: { name: service }, spec });
  }

  async #slice(operation: Operation & { do: 'slice' }): Promise<void> {
    const { at, service, addressType, ports, endpoints } = operation;
    const name = `${service}-${operation.slice}`;
    const known = named(this.#world.of(at).now.slices, name);
    if (known !== undefined && known.addressType !== addressType) {
      await this.#without(at, endpointSlices, 'slices', name);
    }
    const labels = { [KUBE_SERVICE_NAME_LABEL]: service };
    const wanted: IEndpointSlice = { metadata: { name, labels }, addressType, ports, endpoints };
    await this.#has(at, endpointSlices, 'slices', wanted);
  }

  async #has<T extends KubeObject>(
    at: MemberId,
    resource: Resource<T>,
    part: 'services' | 'exports' | 'slices',
    object: T,
  ): Promise<void> {
    const { namespace } = this.#world;
    const moments = this.#world.of(at);
    if (!moments.now.namespaces.includes(namespace)) return;
    const { name } = object.metadata;
    const body = {
      ...object,
      apiVersion: apiVersionOf(resource),
      kind: resource.kind,
      metadata: { ...object.metadata, namespace },
    };
    const from = Date.now();
    const path = `${pathOf(resource, namespace, name)}?fieldManager=history&force=true`;
    const made = (await this.#reach.member(at).request('PATCH', path, body)) as KubeObject;
    const others = moments.now[part].filter(({ metadata }) => metadata.name !== name);
    moments.become({ ...moments.now, [part]: [...others, made] }, from, Date.now());
  }

  async #without(
    at: MemberId,
    resource: Resource<KubeObject>,
    part: 'services' | 'exports' | 'slices',
    name: string,
  ): Promise<void> {
    const moments = this.#world.of(at);
    const present: readonly KubeObject[] = moments.now[part];
    if (named(present, name) === undefined) return;
    const from = Date.now();
    await this.#reach.member(at).request('DELETE', pathOf(resource, this.#world.namespace, name));
    const left = present.filter(({ metadata }) => metadata.name !== name);
    moments.become({ ...moments.now, [part]: left }, from, Date.now());
  }

  /** As the stock namespace controller does it: first nothing new may come, then all goes, then the namespace. */
  async #namespaceGoes(at: MemberId): Promise<void> {
    const { namespace } = this.#world;
    const moments = this.#world.of(at);
    if (!moments.now.namespaces.includes(namespace)) return;
    const gone = await emptyNamespace(this.#reach.member(at), namespace, (part, from) => {
      const empty: Partial<ClusterState> =
        part === 'namespace' ? { namespaces: [] } : part === 'exports' ? { exports: [] } : {};
      moments.become({ ...moments.now, ...empty }, from, Date.now());
    });
    moments.become({ ...moments.now, services: [], slices: [] }, gone, Date.now());
  }

  async #namespaceComes(at: MemberId): Promise<void> {
    const { namespace } = this.#world;
    const moments = this.#world.of(at);
    if (moments.now.namespaces.includes(namespace)) return;
    const from = Date.now();
    await this.#reach.member(at).request('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
    moments.become({ ...moments.now, namespaces: [namespace] }, from, Date.now());
  }

  async #tamper({ at, service, what }: Operation & { do: 'tamper' }): Promise<void> {
    const { namespace } = this.#world;
    const client = this.#reach.member(at);
    const labelSelector = `${SERVICE_NAME_LABEL}=${service}`;
    try {
      if (what === 'import') {
        await client.request('DELETE', pathOf(serviceImports, namespace, service));
        return;
      }
      if (what === 'derived') {
        const { items } = await client.list(services, { namespace, labelSelector });
        for (const { metadata } of items) {
          await client.request('DELETE', pathOf(services, namespace, metadata.name));
        }
        return;
      }
      const imported = `${labelSelector},${SOURCE_CLUSTER_LABEL}`;
      const { items } = await client.list(endpointSlices, { namespace, labelSelector: imported });
      if (what === 'slices') {
        for (const { metadata } of items) {
          await client.request('DELETE', pathOf(endpointSlices, namespace, metadata.name));
        }
        return;
      }
      const [slice] = items;
      if (slice === undefined) return;
      const { resourceVersion } = await client.update(endpointSlices, { ...slice, endpoints: [] });
      this.#world.tampered.add(`${at} ${resourceVersion}`);
    } catch (error) {
      // An agent was quicker: what was to be spoilt is gone or another.
      if (!(error instanceof KubeApiError) || ![404, 409].includes(error.code)) throw error;
    }
  }
}

function named<T extends KubeObject>(objects: readonly T[], name: string): T | undefined {
  return objects.find(({ metadata }) => metadata.name === name);
}
