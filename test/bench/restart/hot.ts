import { exportedEndpointSlices, type IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import { endpointSlices, type IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { KUBE_SERVICE_NAME_LABEL, SLICE_MANAGED_BY_LABEL } from '#apis/labels.ts';
import { apiVersionOf } from '#apis/meta.ts';
import { objectPath } from '#src/kube/paths.ts';
import { Body } from '../journey/body.ts';
import { addressOf, numbersIn } from '../journey/numbers.ts';
import { type ApiServer, METADATA_ONLY, resourceVersionIn } from '../rig/api-server.ts';

/** Where the bare lane's objects lie, on the hub and in B: nothing that stands for a member. */
export const BARE_NAMESPACE = 'bench-bare';

/** The same record with addresses that are numbers, all of one width. */
export function numbered(record: IExportedEndpointSlice): IExportedEndpointSlice {
  const endpoints = record.spec.endpoints.map((line, n) => line.replace(/^\S+/, addressOf(n)));
  return { ...record, spec: { ...record.spec, endpoints } };
}

/** The same record as the bare lane has it. */
export function bareRecord(record: IExportedEndpointSlice): IExportedEndpointSlice {
  return { ...record, metadata: { name: record.metadata.name, namespace: BARE_NAMESPACE } };
}

/** What the product has made of it in B, under labels that mean nothing to it. */
export function bareSlice({ metadata, endpoints, addressType, ports }: IEndpointSlice): IEndpointSlice {
  const { [KUBE_SERVICE_NAME_LABEL]: _, ...labels } = metadata.labels ?? {};
  const renamed = (words: Record<string, string> = {}) =>
    Object.fromEntries(Object.entries(words).map(([key, value]) => [`bench.${key}`, value]));
  return {
    apiVersion: apiVersionOf(endpointSlices),
    kind: endpointSlices.kind,
    metadata: {
      name: metadata.name,
      namespace: BARE_NAMESPACE,
      labels: { ...renamed(labels), [SLICE_MANAGED_BY_LABEL]: 'relay.bench.tombolo.dev' },
      annotations: renamed(metadata.annotations),
    },
    addressType,
    endpoints: endpoints ?? [],
    ports: ports ?? [],
  };
}

/** A record on the hub that is changed again and again, one endpoint at a time. */
export class HotRecord {
  readonly #hub: ApiServer;
  readonly #path: string;
  readonly #body: Body;
  readonly #addresses: string[];
  #version: string;
  #generation: number;

  private constructor(hub: ApiServer, record: IExportedEndpointSlice, held: string) {
    this.#hub = hub;
    this.#path = objectPath(exportedEndpointSlices, record.metadata);
    this.#body = new Body(record);
    this.#addresses = numbersIn(JSON.stringify(record));
    this.#version = resourceVersionIn(held);
    this.#generation = record.spec.source.generation;
  }

  /** Takes over a record with numbered addresses that is there already. */
  static async of(hub: ApiServer, record: IExportedEndpointSlice): Promise<HotRecord> {
    const path = objectPath(exportedEndpointSlices, record.metadata);
    return new HotRecord(hub, record, await hub.send('GET', path, undefined, { accept: METADATA_ONLY }));
  }

  async change(): Promise<void> {
    const change = this.#generation++;
    this.#addresses[change % this.#addresses.length] = addressOf(this.#addresses.length + change);
    const fill = { resourceVersion: this.#version, addresses: this.#addresses, generation: this.#generation };
    const reply = await this.#hub.send('PUT', this.#path, this.#body.fill(fill), { accept: METADATA_ONLY });
    this.#version = resourceVersionIn(reply);
  }
}
