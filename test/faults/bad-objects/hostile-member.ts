import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { CLUSTER_SET_NAME, clusterSets } from '#apis/hub/cluster-set.ts';
import { exportedEndpointSlices, exportedSliceName } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServiceName, exportedServices } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { memberReports, REPORT_NAME } from '#apis/hub/member-report.ts';
import { apiVersionOf, type KubeObject, type Resource } from '#apis/meta.ts';
import { sliceHash } from '#controllers/endpoints/names.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { connect } from '#src/kube/connect.ts';
import { collectionPath } from '#src/kube/paths.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import type { Access } from '#test/clusters/kubeconfig.ts';
import { type ReadKubeconfig, readKubeconfigText } from '#test/clusters/read-kubeconfig.ts';
import { admitMember } from '#test/driver/install.ts';
import type { TestSet } from '#test/driver/set.ts';

/** A member without a cluster that writes whatever the test says, with its own credentials on the hub. */
export class HostileMember {
  readonly id: string;
  readonly #client: KubeClient;
  readonly #clusterSetUID: string;
  readonly #kubeconfig: ReadKubeconfig;
  readonly #uid = randomUUID();

  private constructor(id: string, client: KubeClient, kubeconfig: ReadKubeconfig, clusterSetUID: string) {
    this.id = id;
    this.#client = client;
    this.#kubeconfig = kubeconfig;
    this.#clusterSetUID = clusterSetUID;
  }

  static async join(set: TestSet, id: string): Promise<HostileMember> {
    const text = await admitMember(set.clusters.hub, id);
    const client = connect({ cluster: id, kubeconfig: { text }, clock: systemClock() });
    const { metadata } = await client.get(clusterSets, { name: CLUSTER_SET_NAME });
    const kubeconfig = await readKubeconfigText(text, id);
    return new HostileMember(id, client, kubeconfig, metadata.uid ?? '');
  }

  /** Names the services of namespace prod that it exports; `spec` overrides any part. */
  async reports(services: readonly string[], spec: object = {}): Promise<void> {
    await this.writes(memberReports, REPORT_NAME, {
      clusterUID: this.#uid,
      clusterSetUID: this.#clusterSetUID,
      agentVersion: 'none',
      inventory: { sequence: 1, services: services.map((name) => exportedServiceName('prod', name)).sort() },
      ...spec,
    });
  }

  /** The record of Service prod/<name>, with slices of these names; `spec` overrides any part. */
  async service(name: string, slices: readonly string[], spec: object = {}): Promise<void> {
    await this.writes(exportedServices, exportedServiceName('prod', name), {
      service: { namespace: 'prod', name },
      export: { uid: randomUUID(), creationTimestamp: '2026-01-01T00:00:00Z' },
      type: 'Headless',
      ports: [{ name: 'tcp', port: 5432, protocol: 'TCP' }],
      inventory: { sequence: 1, slices: slices.map(sliceHash).sort() },
      asserted: { uid: this.#uid, sequence: 1 },
      ...spec,
    });
  }

  /** The record of one of its slices; `spec` overrides any part. */
  async slice(
    service: string,
    slice: string,
    endpoints: readonly string[],
    spec: object = {},
  ): Promise<void> {
    await this.writes(exportedEndpointSlices, exportedSliceName('prod', service, sliceHash(slice)), {
      addressType: 'IPv4',
      ports: [{ name: 'tcp', port: 5432, protocol: 'TCP' }],
      source: { uid: randomUUID(), generation: 1 },
      asserted: { uid: this.#uid, sequence: 1 },
      endpoints,
      ...spec,
    });
  }

  /** Writes an object with any spec at all. */
  async writes(resource: Resource<KubeObject>, name: string, spec: unknown): Promise<void> {
    const namespace = memberNamespace(this.id);
    await this.#client.request('POST', collectionPath(resource, namespace), {
      apiVersion: apiVersionOf(resource),
      kind: resource.kind,
      metadata: { namespace, name },
      spec,
    });
  }

  /**
   * The same for a spec that no program of ours could write: as JSON text. Returns the HTTP status, since an API
   * server may have bounds of its own.
   */
  async writesText(resource: Resource<KubeObject>, name: string, spec: string): Promise<number> {
    const namespace = memberNamespace(this.id);
    const { access } = this.#kubeconfig;
    const object = {
      apiVersion: apiVersionOf(resource),
      kind: resource.kind,
      metadata: { namespace, name },
      spec: 0,
    };
    const body = JSON.stringify(object).replace('"spec":0', `"spec":${spec}`);
    return post(access, collectionPath(resource, namespace), body);
  }

  async close(): Promise<void> {
    await this.#client.close();
  }
}

async function post({ server, ca, credentials }: Access, path: string, body: string): Promise<number> {
  if (!('token' in credentials)) throw new Error('members present tokens');
  const outgoing = request(`${server}${path}`, {
    method: 'POST',
    ...(ca !== undefined && { ca }),
    headers: { authorization: `Bearer ${credentials.token}`, 'content-type': 'application/json' },
  });
  outgoing.end(body);
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  incoming.resume();
  return incoming.statusCode ?? 0;
}
