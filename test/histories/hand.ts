import { CLUSTER_SET_NAME, clusterSets, type IClusterSet } from '#apis/hub/cluster-set.ts';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices } from '#apis/hub/exported-service.ts';
import { type IMember, memberNamespace, members } from '#apis/hub/member.ts';
import { memberReports } from '#apis/hub/member-report.ts';
import { endpointSlices, type IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { namespaces } from '#apis/kubernetes/namespace.ts';
import { type IService, services } from '#apis/kubernetes/service.ts';
import { KUBE_SERVICE_NAME_LABEL, SERVICE_NAME_LABEL, SOURCE_CLUSTER_LABEL } from '#apis/labels.ts';
import { apiVersionOf, type KubeObject, type Resource } from '#apis/meta.ts';
import { type IServiceExport, serviceExports } from '#apis/multicluster/service-export.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { KubeApiError } from '#src/kube/errors.ts';
import { edit } from '#test/driver/edit.ts';
import type { ClusterState, HubState } from '#test/oracle/state.ts';
import type { MemberId, Operation } from './script.ts';
import type { World } from './world.ts';

/** Where the hand works: with admins' rights, and past every fault. */
export interface Reach {
  hub: KubeClient;
  member(id: MemberId): KubeClient;
  /** kube-system UID. */
  uid(id: MemberId): string;
}

/** Does what a script says, and writes into the world what has become of it. */
export class Hand {
  readonly #reach: Reach;
  readonly #world: World;

  constructor(reach: Reach, world: World) {
    this.#reach = reach;
    this.#world = world;
  }

  async does(operation: Operation): Promise<void> {
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
      case 'slip':
        return this.#slip(operation);
      case 'precedence':
        return this.#rules({ precedence: operation.mode });
      case 'deny':
        return this.#rules({ deny: [this.#world.namespace] });
      case 'allow':
        return this.#rules({ deny: [] });
      case 'forbid':
        return this.#allowed(operation.at, ['elsewhere']);
      case 'permit':
        return this.#allowed(operation.at, undefined);
      case 'leave':
        return this.#removed(operation.at, true);
      case 'join':
        return this.#removed(operation.at, false);
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

  /** No change of the world: whoever exports goes on to. */
  async #slip({ at, what }: Operation & { do: 'slip' }): Promise<void> {
    const kinds = { report: memberReports, services: exportedServices, slices: exportedEndpointSlices };
    await this.#reach.hub.request('DELETE', pathOf(kinds[what], memberNamespace(at)));
  }

  async #rules(change: Partial<Pick<HubState, 'precedence' | 'deny'>>): Promise<void> {
    const from = Date.now();
    const next = { ...this.#world.hub.now, ...change };
    await edit(this.#reach.hub, clusterSets, { name: CLUSTER_SET_NAME }, (set: IClusterSet) => ({
      ...set,
      spec: { ...set.spec, precedence: next.precedence, namespaces: { deny: [...next.deny] } },
    }));
    this.#world.hub.become(next, from, Date.now());
  }

  async #allowed(at: MemberId, allowed: string[] | undefined): Promise<void> {
    const from = Date.now();
    await edit(this.#reach.hub, members, { name: at }, (member: IMember) => {
      const { allowedNamespaces: _, ...spec } = member.spec ?? {};
      return { ...member, spec: { ...spec, ...(allowed && { allowedNamespaces: allowed }) } };
    });
    const { [at]: _, ...others } = this.#world.hub.now.allowedNamespaces;
    const allowedNamespaces = allowed === undefined ? others : { ...others, [at]: allowed };
    this.#world.hub.become({ ...this.#world.hub.now, allowedNamespaces }, from, Date.now());
  }

  async #removed(at: MemberId, removed: boolean): Promise<void> {
    const { now } = this.#world.hub;
    if (now.removed.includes(at) === removed) return;
    const from = Date.now();
    await edit(this.#reach.hub, members, { name: at }, (member: IMember) => ({
      ...member,
      spec: { ...member.spec, removed: removed ? [this.#reach.uid(at)] : [] },
    }));
    const others = now.removed.filter((id) => id !== at);
    this.#world.hub.become({ ...now, removed: removed ? [...others, at] : others }, from, Date.now());
  }
}

/** Deletes a namespace step by step, `after` each telling of it; resolves with the time at which all else began to go. */
export async function emptyNamespace(
  client: KubeClient,
  namespace: string,
  after: (part: 'namespace' | 'exports', from: number) => void = () => {},
): Promise<number> {
  let from = Date.now();
  const path = pathOf(namespaces, undefined, namespace);
  const present = (await client.request('DELETE', path)) as KubeObject;
  after('namespace', from);
  from = Date.now();
  await client.request('DELETE', pathOf(serviceExports, namespace));
  after('exports', from);
  from = Date.now();
  for (const resource of [serviceImports, services, endpointSlices]) {
    await client.request('DELETE', pathOf(resource, namespace));
  }
  await client.request('PUT', `${path}/finalize`, {
    ...present,
    metadata: { name: present.metadata.name },
    spec: { finalizers: [] },
  });
  return from;
}

function pathOf(resource: Resource<KubeObject>, namespace?: string, name?: string): string {
  const version = apiVersionOf(resource);
  const group = resource.group === '' ? `/api/${version}` : `/apis/${version}`;
  const scope = namespace === undefined ? '' : `/namespaces/${namespace}`;
  return `${group}${scope}/${resource.plural}${name === undefined ? '' : `/${name}`}`;
}

function named<T extends KubeObject>(objects: readonly T[], name: string): T | undefined {
  return objects.find(({ metadata }) => metadata.name === name);
}
