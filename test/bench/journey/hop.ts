import type { KubeObject, Resource } from '#apis/meta.ts';
import { collectionPath } from '#src/kube/paths.ts';
import { type ApiServer, METADATA_ONLY, resourceVersionIn } from '../rig/api-server.ts';
import { Body } from './body.ts';
import { numbersIn } from './numbers.ts';

/** What is watched here is written there: one step of the bare chain, for many objects. */
export interface Hop {
  from: ApiServer;
  /** Path and query. */
  watch: string;
  to: ApiServer;
  resource: Resource<KubeObject>;
  /** What is written, by the name of what is watched. */
  objects: ReadonlyMap<string, KubeObject>;
  onFailure(error: unknown): void;
}

interface Carried {
  path: string;
  body: Body;
  resourceVersion: string;
  generation: number;
  shown: string;
  /** What the next write brings; a later event takes its place. */
  waiting: readonly string[] | undefined;
  writing: boolean;
}

const NAME = /"name":"([^"]+)"/;
const CREATORS = 16;

/**
 * Creates the hop's objects and keeps them current from then on, one write of an object under way at a time; what
 * changes meanwhile is carried by the next one.
 */
export async function startHop({ from, watch, to, resource, objects, onFailure }: Hop): Promise<void> {
  const carried = new Map<string, Carried>();
  const left = [...objects].values();
  const create = async () => {
    for (const [name, object] of left) {
      const collection = collectionPath(resource, object.metadata.namespace);
      const text = JSON.stringify(object);
      const reply = await to.send('POST', collection, text, { accept: METADATA_ONLY });
      carried.set(name, {
        path: `${collection}/${object.metadata.name}`,
        body: new Body(object),
        resourceVersion: resourceVersionIn(reply),
        generation: 1,
        shown: numbersIn(text).join(),
        waiting: undefined,
        writing: false,
      });
    }
  };
  await Promise.all(Array.from({ length: CREATORS }, create));

  const write = async (object: Carried) => {
    object.writing = true;
    for (let addresses = object.waiting; addresses !== undefined; addresses = object.waiting) {
      object.waiting = undefined;
      const { path, body, resourceVersion } = object;
      const generation = ++object.generation;
      const text = body.fill({ resourceVersion, addresses, generation });
      object.resourceVersion = resourceVersionIn(await to.send('PUT', path, text, { accept: METADATA_ONLY }));
    }
    object.writing = false;
  };
  const carry = (line: string) => {
    const object = carried.get(NAME.exec(line)?.[1] ?? '');
    if (object === undefined) throw new Error(`an event of nothing that is carried: ${line.slice(0, 200)}`);
    const addresses = numbersIn(line);
    const shown = addresses.join();
    // The burst of a watch's beginning shows what is there already.
    if (shown === object.shown) return;
    object.shown = shown;
    object.waiting = addresses;
    if (!object.writing) write(object).catch(onFailure);
  };
  from.follow(watch, new AbortController().signal, carry).catch(onFailure);
}
