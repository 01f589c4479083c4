import type { KubeObject, Resource } from '#apis/meta.ts';
import type { KubeClient, WatchEvent } from '#src/kube/client.ts';

/**
 * Every state of every object of one kind in one namespace that the API server shows from now on, through a
 * watch of the test's own. For "at no time": a look now and then would miss what was there in between.
 */
export class History<T extends KubeObject> {
  readonly states: T[] = [];
  readonly deleted: string[] = [];
  readonly #abort = new AbortController();
  #ended: Promise<void> = Promise.resolve();

  private constructor() {}

  static async open<T extends KubeObject>(
    client: KubeClient,
    resource: Resource<T>,
    namespace: string,
  ): Promise<History<T>> {
    const history = new History<T>();
    const { items, resourceVersion } = await client.list(resource, { namespace });
    history.states.push(...items);
    const scope = { namespace, resourceVersion, timeoutSeconds: 3_600 };
    const events = client.watch(resource, { ...scope, signal: history.#abort.signal });
    history.#ended = history.#follow(events);
    // Looked at in close(); until then a failure must not end the test run as an unhandled rejection.
    history.#ended.catch(() => undefined);
    return history;
  }

  async #follow(events: AsyncIterable<WatchEvent<T>>): Promise<void> {
    for await (const event of events) {
      if (event.type === 'BOOKMARK') continue;
      if (event.type === 'DELETED') this.deleted.push(event.object.metadata.name);
      else this.states.push(event.object);
    }
  }

  /** Rejects where the watch has failed, so that no state was missed. */
  async close(): Promise<void> {
    this.#abort.abort();
    await this.#ended;
  }
}
