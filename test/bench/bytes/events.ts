import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { collectionPath } from '#src/kube/paths.ts';
import { watchQuery } from '../propagation/watch-query.ts';
import type { ApiServer } from '../rig/api-server.ts';

/** The events of all slice records of the hub, as a bare watch gets them: what an importer has to get, too. */
export class RecordEvents {
  readonly #abort = new AbortController();
  #count = 0;
  #bytes = 0;
  #failure: Error | undefined;

  static async open(hub: ApiServer): Promise<RecordEvents> {
    const path = collectionPath(exportedEndpointSlices, undefined);
    const resourceVersion = await hub.versionOf(path);
    const events = new RecordEvents();
    const see = (line: string) => {
      events.#count++;
      // The newline travels, too.
      events.#bytes += Buffer.byteLength(line) + 1;
    };
    hub
      .follow(path + watchQuery(), events.#abort.signal, see, resourceVersion)
      .catch((error: Error) => events.#fail(error));
    return events;
  }

  /** Since the opening. */
  get count(): number {
    if (this.#failure !== undefined) throw this.#failure;
    return this.#count;
  }

  /** Of all of them. */
  get bytes(): number {
    return this.#bytes;
  }

  close(): void {
    this.#abort.abort();
  }

  #fail(error: Error): void {
    if (!this.#abort.signal.aborted) this.#failure = error;
  }
}
