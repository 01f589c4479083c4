import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { collectionPath } from '#src/kube/paths.ts';
import { type ApiServer, METADATA_ONLY, resourceVersionIn } from '../rig/api-server.ts';
import { changeAddress, firstAddress } from './addresses.ts';
import { LANE_NAMESPACES, type Lane } from './lanes.ts';
import { type Prebuilt, prebuilt } from './prebuilt.ts';
import { ENDPOINTS, SOURCE_SLICE, sourceSlice } from './slices.ts';

/** The slice of one lane in A, changed one endpoint at a time. */
export class Source {
  readonly #a: ApiServer;
  readonly #path: string;
  readonly #body: Prebuilt;
  readonly #addresses = Array.from({ length: ENDPOINTS }, (_, n) => firstAddress(n));
  #version: string;
  #changes = 0;

  private constructor(a: ApiServer, path: string, body: Prebuilt, version: string) {
    this.#a = a;
    this.#path = path;
    this.#body = body;
    this.#version = version;
  }

  /** Creates the slice. */
  static async create(a: ApiServer, lane: Lane, ofPods: boolean): Promise<Source> {
    const path = collectionPath(endpointSlices, LANE_NAMESPACES[lane]);
    const slice = sourceSlice(lane, ofPods);
    const created = await a.send('POST', path, JSON.stringify(slice), { accept: METADATA_ONLY });
    return new Source(a, `${path}/${SOURCE_SLICE}`, prebuilt(slice), resourceVersionIn(created));
  }

  /** The address that the next change brings. */
  get nextAddress(): string {
    return changeAddress(this.#changes);
  }

  /** Gives the next endpoint in turn its new address; one update, as a restarted pod would cause. */
  async change(): Promise<void> {
    this.#addresses[this.#changes % ENDPOINTS] = this.nextAddress;
    this.#changes++;
    const body = this.#body(this.#addresses, this.#version);
    this.#version = resourceVersionIn(await this.#a.send('PUT', this.#path, body, { accept: METADATA_ONLY }));
  }
}
