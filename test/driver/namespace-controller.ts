import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { namespaces } from '#apis/kubernetes/namespace.ts';
import { services } from '#apis/kubernetes/service.ts';
import type { KubeObject, Resource } from '#apis/meta.ts';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import type { MemberCluster } from './cluster.ts';

/**
 * The stock namespace controller's part, step by step and at the test's own time, on a cluster where that one
 * does not run: it waits for seconds in between, and never in a state that a test could look at.
 */
export class NamespaceController {
  readonly #member: MemberCluster;

  constructor(member: MemberCluster) {
    this.#member = member;
  }

  /** What a user does: from now on the API server lets nobody create anything in it. */
  async deletes(name: string): Promise<void> {
    await this.#member.deletes(namespaces, undefined, name);
  }

  /** Deletes all that this test suite knows to be in it. */
  async empties(name: string): Promise<void> {
    const kinds: Resource<KubeObject>[] = [serviceExports, services, endpointSlices, serviceImports];
    for (const resource of kinds) {
      const { items } = await this.#member.client.list(resource, { namespace: name });
      for (const { metadata } of items) await this.#member.deletes(resource, name, metadata.name);
    }
  }

  /** Lets the namespace go. Throws where something holds an object in it. */
  async finalizes(name: string): Promise<void> {
    const { client } = this.#member;
    const present = await client.get(namespaces, { name });
    await client.request('PUT', `/api/v1/namespaces/${name}/finalize`, {
      ...present,
      spec: { finalizers: [] },
    });
    if (await orAbsent(client.get(namespaces, { name }))) throw new Error(`${name} is still there`);
  }
}
