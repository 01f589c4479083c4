import {
  CLUSTER_ID_PROPERTY,
  CLUSTER_SET_PROPERTY,
  clusterProperties,
  type IClusterProperty,
} from '#apis/kubernetes/cluster-property.ts';
import type { Resource } from '#apis/meta.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { isForbidden, isForGood, isKindMissing, isNotFound, KubeApiError } from '#src/kube/errors.ts';
import type { Logger } from '#src/observability/logger.ts';
import type { Milliseconds } from '#src/runtime/clock.ts';
import type { ControllerSpec } from '#src/runtime/controller.ts';
import type { HubCaches } from './hub-caches.ts';
import { judgeProperty, type PropertyObstacle, type PropertyVerdict } from './property.ts';
import { watchTurns } from './watching.ts';

/** Properties change by hand, if at all; a watch of a kind that may be missing would cost more than it tells. */
const LOOK_EVERY: Milliseconds = 300_000;

/** So long after a start every export keeps saying what an earlier run knew, however the look goes. */
const PATIENCE: Milliseconds = 60_000;

const UNREAD: PropertyObstacle = {
  is: 'unread',
  why: 'waiting to read what this cluster says of itself (ClusterProperty)',
};
const UNREADABLE: PropertyObstacle = {
  is: 'unreadable',
  why: 'what this cluster says of itself (ClusterProperty) cannot be read',
};

/** What the cluster's own properties have against publishing. */
export class PropertyBoard {
  readonly #disagreements = new Map<string, PropertyObstacle>();
  /** Until the first look has succeeded. */
  #unseen: PropertyObstacle | undefined = UNREAD;

  /** Why nothing may be published; undefined: nothing is against it. */
  get obstacle(): PropertyObstacle | undefined {
    return this.#unseen ?? [...this.#disagreements.values()][0];
  }

  /** Sets what is said against one property that was looked at; returns whether the obstacle is another one now. */
  set(name: string, why: string | undefined): boolean {
    const before = this.obstacle;
    if (why === undefined) this.#disagreements.delete(name);
    else this.#disagreements.set(name, { is: 'disagreement', why });
    // The id decides who publishes; which set it is known only once the hub is.
    if (name === CLUSTER_ID_PROPERTY) this.#unseen = undefined;
    return this.obstacle?.why !== before?.why;
  }

  /** The look has failed for long; returns whether that is news. What an earlier look showed stands. */
  giveUp(): boolean {
    if (this.#unseen?.is !== 'unread') return false;
    this.#unseen = UNREADABLE;
    return true;
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
  const sayRefusal = refusalSayer();
  /** When the first look was tried. */
  let began: Milliseconds | undefined;
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
      const first = began ?? now;
      began = first;
      const seen = await look(name, wanted, now, signal).catch((error: unknown) => {
        // Without an answer no export could say so either.
        const answered = error instanceof KubeApiError && clock.monotonic() - first >= PATIENCE;
        if (answered && board.giveUp()) turn();
        throw error;
      });
      const why = seen?.verdict.is === 'disagreement' ? seen.verdict.why : undefined;
      if (board.set(name, why)) {
        if (why !== undefined) log.error({ property: name, why }, 'the cluster says otherwise of itself');
        turn();
      }
      // What was read is settled, whether or not it can be written.
      sayRefusal(name, seen && (await write(seen, signal)), log);
      settled.set(`${name}=${wanted}`, now);
      return { requeueAfter: LOOK_EVERY };
    },
  };

  /** Has everything follow the obstacle; a hub that is not read yet turns when it is. */
  function turn(): void {
    if (hub.readable) hub.turn();
  }

  /** One property as it is, and what becomes of it; undefined where the cluster says nothing of the kind. */
  async function look(
    name: string,
    wanted: string,
    now: Milliseconds,
    signal: AbortSignal,
  ): Promise<Seen | undefined> {
    if (kind === undefined || kind.until <= now) {
      kind = { served: await served(signal), until: now + LOOK_EVERY };
    }
    const resource = kind.served;
    if (resource === undefined) return undefined;
    let found: IClusterProperty | undefined;
    try {
      found = await local.get(resource, { name }, { signal });
    } catch (error) {
      // The missing right is told by the program's own check of its rights.
      if (isForbidden(error) || isKindMissing(error)) return undefined;
      if (!isNotFound(error)) throw error;
    }
    return { resource, found, verdict: judgeProperty(name, wanted, found) };
  }

  /** Writes what is to be written; returns the API server's words if it refused that for good. */
  async function write({ resource, found, verdict }: Seen, signal: AbortSignal): Promise<string | undefined> {
    if (verdict.is !== 'write') return undefined;
    const object: IClusterProperty = { ...verdict.object };
    try {
      await (found === undefined
        ? local.create(resource, object, { signal })
        : local.update(resource, object, { signal }));
      return undefined;
    } catch (error) {
      const refusal = isForGood(error) ? error.message : undefined;
      // One that was deleted meanwhile is a race, as is a conflict.
      if (refusal === undefined || isNotFound(error)) throw error;
      return refusal;
    }
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

interface Seen {
  resource: Resource<IClusterProperty>;
  found: IClusterProperty | undefined;
  verdict: PropertyVerdict;
}

/** Says each new refusal of a property once: the attempts that follow would only repeat it. */
function refusalSayer(): (name: string, refusal: string | undefined, log: Logger) => void {
  const said = new Map<string, string>();
  return (name, refusal, log) => {
    if (refusal === undefined) said.delete(name);
    else if (said.get(name) !== refusal) {
      said.set(name, refusal);
      log.warn(
        { property: name, refusal },
        'cannot write what the cluster is to say of itself: it is refused',
      );
    }
  };
}
