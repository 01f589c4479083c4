import {
  CLUSTER_ID_PROPERTY,
  CLUSTER_SET_PROPERTY,
  clusterProperties,
  type IClusterProperty,
} from '#apis/kubernetes/cluster-property.ts';
import type { Resource } from '#apis/meta.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { isForbidden, isKindMissing, isNotFound } from '#src/kube/errors.ts';
import type { Milliseconds } from '#src/runtime/clock.ts';
import type { ControllerSpec } from '#src/runtime/controller.ts';
import type { HubCaches } from './hub-caches.ts';
import { judgeProperty } from './property.ts';
import { watchTurns } from './watching.ts';

/** Properties change by hand, if at all; a watch of a kind that may be missing would cost more than it tells. */
const LOOK_EVERY: Milliseconds = 300_000;

/** What the cluster's own properties have against publishing. */
export class PropertyBoard {
  readonly #words = new Map<string, string>();
  #looked = false;

  /** Why nothing may be published; undefined: nothing is against it. */
  get obstacle(): string | undefined {
    if (!this.#looked) return 'waiting to read what this cluster says of itself (ClusterProperty)';
    return [...this.#words.values()][0];
  }

  /** Sets what is said about one property; returns whether the obstacle is another one than before. */
  set(name: string, why: string | undefined): boolean {
    const before = this.obstacle;
    if (why === undefined) this.#words.delete(name);
    else this.#words.set(name, why);
    // The id decides who publishes; which set it is known only once the hub is.
    if (name === CLUSTER_ID_PROPERTY) this.#looked = true;
    return this.obstacle !== before;
  }
}

export interface PropertyDeps {
  local: Pick<KubeClient, 'get' | 'create' | 'update' | 'request'>;
  hub: Pick<HubCaches, 'onTurn' | 'turn' | 'readable'>;
  cluster: string;
  /** The set's id; undefined while it is not known. */
  clusterSet: () => string | undefined;
  board: PropertyBoard;
}

/**
 * Reads, and writes where nobody else does, the ClusterProperties by which a cluster says who it is and of which set
 * (KEP-2149). A cluster that does not have the kind says nothing. The key is the property's name.
 */
export function newPropertyController(deps: PropertyDeps): ControllerSpec {
  const { local, hub, board } = deps;
  const names = [CLUSTER_ID_PROPERTY, CLUSTER_SET_PROPERTY];
  /** When this was last settled, by property and wanted value: a turn of the hub changes neither. */
  const settled = new Map<string, Milliseconds>();
  let kind: { served: Resource<IClusterProperty> | undefined; until: Milliseconds } | undefined;
  return {
    name: 'membership.property',
    watches: [
      { resource: 'start', attach: (enqueue) => enqueue(CLUSTER_ID_PROPERTY, 'live') },
      watchTurns(hub, () => [CLUSTER_SET_PROPERTY]),
    ],
    permissions: [
      {
        on: 'member',
        scope: 'cluster',
        apiGroups: [clusterProperties.group],
        resources: [clusterProperties.plural],
        verbs: ['get', 'update'],
        resourceNames: names,
      },
      {
        on: 'member',
        scope: 'cluster',
        apiGroups: [clusterProperties.group],
        resources: [clusterProperties.plural],
        // A create cannot be bound to a name.
        verbs: ['create'],
      },
    ],
    workers: 1,
    async reconcile(name, { signal, log, clock }) {
      const wanted = name === CLUSTER_ID_PROPERTY ? deps.cluster : deps.clusterSet();
      if (wanted === undefined) return undefined;
      const now = clock.monotonic();
      const left = (settled.get(`${name}=${wanted}`) ?? Number.NEGATIVE_INFINITY) + LOOK_EVERY - now;
      if (left > 0) return { requeueAfter: left };
      if (kind === undefined || kind.until <= now) {
        kind = { served: await served(signal), until: now + LOOK_EVERY };
      }
      const why = kind.served === undefined ? undefined : await settle(kind.served, name, wanted, signal);
      settled.set(`${name}=${wanted}`, now);
      const before = board.obstacle;
      if (board.set(name, why)) {
        if (why !== undefined) log.error({ property: name, why }, 'the cluster says otherwise of itself');
        // What waited for the first look comes with the first turn of a hub that is not read yet.
        if (hub.readable && before !== undefined) hub.turn();
      }
      return { requeueAfter: LOOK_EVERY };
    },
  };

  /** Why nothing may be published, or undefined. */
  async function settle(
    resource: Resource<IClusterProperty>,
    name: string,
    wanted: string,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    let found: IClusterProperty | undefined;
    try {
      found = await local.get(resource, { name }, { signal });
    } catch (error) {
      // The missing right is told by the program's own check of its rights.
      if (isForbidden(error) || isKindMissing(error)) return undefined;
      if (!isNotFound(error)) throw error;
    }
    const verdict = judgeProperty(name, wanted, found);
    if (verdict.is === 'disagreement') return verdict.why;
    if (verdict.is === 'agreed') return undefined;
    const object: IClusterProperty = { ...verdict.object };
    await (found === undefined
      ? local.create(resource, object, { signal })
      : local.update(resource, object, { signal }));
    return undefined;
  }

  /** The kind in the version that this cluster prefers; undefined: it does not have it. */
  async function served(signal: AbortSignal): Promise<Resource<IClusterProperty> | undefined> {
    try {
      const path = `/apis/${clusterProperties.group}`;
      const group: { preferredVersion?: { version?: unknown } } = Object(
        await local.request('GET', path, undefined, { signal }),
      );
      const version = group.preferredVersion?.version;
      return typeof version === 'string' ? { ...clusterProperties, version } : undefined;
    } catch (error) {
      if (isKindMissing(error) || isForbidden(error)) return undefined;
      throw error;
    }
  }
}
