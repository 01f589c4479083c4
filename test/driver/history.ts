import type { KubeObject, Resource } from '#apis/meta.ts';
import type { KubeClient, WatchEvent } from '#src/kube/client.ts';
import { eventually } from './eventually.ts';

/**
 * Every state of every object of one kind, in one namespace or of the whole cluster, that the API server shows from now on, through a
 * watch of the test's own. For "at no time": a look now and then would miss what was there in between.
 */
export class History<T extends KubeObject> {
  readonly states: T[] = [];
  readonly deleted: string[] = [];
  readonly #abort = new AbortController();
  readonly #present: () => Promise<T[]>;
  #ended: Promise<void> = Promise.resolve();

  private constructor(present: () => Promise<T[]>) {
    this.#present = present;
  }

  static async open<T extends KubeObject>(
    client: KubeClient,
    resource: Resource<T>,
    namespace?: string,
  ): Promise<History<T>> {
    const scope = namespace === undefined ? {} : { namespace };
    const history = new History<T>(async () => (await client.list(resource, scope)).items);
    const { items, resourceVersion } = await client.list(resource, scope);
    history.states.push(...items);
    const from = { ...scope, resourceVersion, timeoutSeconds: 3_600 };
    const events = client.watch(resource, { ...from, signal: history.#abort.signal });
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

  /** Resolves once the watch has brought every state that a list shows by now: it may lag behind other looks. */
  async caughtUp(): Promise<void> {
    const present = await this.#present();
    await eventually('the watch has brought what a list has shown', async () => {
      const known = new Set(this.states.map(({ metadata }) => metadata.resourceVersion));
      const missing = present.filter(({ metadata }) => !known.has(metadata.resourceVersion));
      if (missing.length > 0) throw new Error(`missing are ${missing.map(({ metadata }) => metadata.name)}`);
    });
  }

  /** Rejects where the watch has failed, so that no state was missed. */
  async close(): Promise<void> {
    this.#abort.abort();
    await this.#ended;
  }
}
