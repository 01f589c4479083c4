import type { KubeObject, Resource } from '#apis/meta.ts';
import { collectionPath } from '#src/kube/paths.ts';
import { type ApiServer, METADATA_ONLY, resourceVersionIn } from '../rig/api-server.ts';
import { Body } from './body.ts';
import { addressOf, numbersIn } from './numbers.ts';

/** Creates an object. Resolves with its resourceVersion. */
export async function createObject<T extends KubeObject>(
  server: ApiServer,
  resource: Resource<T>,
  object: KubeObject,
): Promise<string> {
  const path = collectionPath(resource, object.metadata.namespace);
  return resourceVersionIn(
    await server.send('POST', path, JSON.stringify(object), { accept: METADATA_ONLY }),
  );
}

/** An object whose endpoints change one at a time, by an update each. */
export class Source {
  readonly #server: ApiServer;
  readonly #path: string;
  readonly #body: Body;
  readonly #addresses: string[];
  #resourceVersion: string;
  #generation = 1;
  #before: Promise<void> = Promise.resolve();

  private constructor(server: ApiServer, path: string, object: KubeObject, resourceVersion: string) {
    this.#server = server;
    this.#path = path;
    this.#body = new Body(object);
    this.#addresses = numbersIn(JSON.stringify(object));
    this.#resourceVersion = resourceVersion;
  }

  static async create<T extends KubeObject>(
    server: ApiServer,
    resource: Resource<T>,
    object: KubeObject,
  ): Promise<Source> {
    const path = `${collectionPath(resource, object.metadata.namespace)}/${object.metadata.name}`;
    return new Source(server, path, object, await createObject(server, resource, object));
  }

  /** Gives the next endpoint in turn the address of this number, once the changes before it are made. */
  change(number: number): Promise<void> {
    const changed = this.#before.then(() => this.#write(number));
    // Whoever asked for it is told; the next one finds out by itself.
    this.#before = changed.catch(() => {});
    return changed;
  }

  async #write(number: number): Promise<void> {
    this.#addresses[this.#generation % this.#addresses.length] = addressOf(number);
    const resourceVersion = this.#resourceVersion;
    const generation = ++this.#generation;
    const body = this.#body.fill({ resourceVersion, addresses: this.#addresses, generation });
    const reply = await this.#server.send('PUT', this.#path, body, { accept: METADATA_ONLY });
    this.#resourceVersion = resourceVersionIn(reply);
  }
}
