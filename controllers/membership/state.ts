import { type ILease, leases } from '#apis/kubernetes/lease.ts';
import { apiVersionOf } from '#apis/meta.ts';
import { isAlreadyExists, isConflict, isNotFound } from '#src/kube/errors.ts';
import type { LeaseStore } from '#src/kube/lease-store.ts';

/** Name of the Lease, in the agent's own namespace, that holds what an agent must not forget. */
export const STATE_LEASE_NAME = 'tombolo-member';

/** What must survive a restart, kept in the member's own cluster (docs/adr/0002). */
export interface AgentState {
  /** High-water mark of the sequences: none above it has been used. 0: none was ever. */
  readonly sequence: number;
  /** The least sequence that an inventory or a record's `asserted` may carry. */
  readonly assertFloor: number;
  /** Highest resourceVersion that a renewal of the hub's Lease returned; empty: none yet. */
  readonly hubLeaseVersion: string;
  /** UID of the ClusterSet that this agent belongs to; undefined: it has not met one. */
  readonly clusterSetUID: string | undefined;
}

const ANNOTATIONS = {
  sequence: 'tombolo.dev/sequence',
  assertFloor: 'tombolo.dev/assert-floor',
  hubLeaseVersion: 'tombolo.dev/hub-lease-version',
  clusterSetUID: 'tombolo.dev/clusterset-uid',
} as const;

const NOTHING: AgentState = { sequence: 0, assertFloor: 0, hubLeaseVersion: '', clusterSetUID: undefined };

/** How often a write is tried again because somebody else wrote the Lease in between. */
const ATTEMPTS = 5;

/**
 * The agent's memory. Writes are serialised and fenced; a change is a function of the state, so that it can
 * be applied again to what another writer has put there. If the Lease is deleted, what this process knows is
 * written into a new one.
 */
export class StateStore {
  readonly #store: LeaseStore;
  #lease: ILease | undefined;
  #state: AgentState | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(store: LeaseStore) {
    this.#store = store;
  }

  /** Undefined until loaded. */
  get current(): AgentState | undefined {
    return this.#state;
  }

  /** Reads the Lease unless it has been read. Throws what the API server's refusal throws. */
  async load(signal: AbortSignal): Promise<AgentState> {
    return this.#inTurn(async () => this.#state ?? (await this.#read(signal)));
  }

  /** Applies `change` and persists the outcome before it resolves; a change that returns its input writes nothing. */
  async update(change: (state: AgentState) => AgentState, signal: AbortSignal): Promise<AgentState> {
    return this.#inTurn(async () => {
      let known = this.#state ?? (await this.#read(signal));
      for (let attempt = 1; ; attempt++) {
        const next = change(known);
        if (next === known) return known;
        try {
          await this.#write(next, signal);
          return next;
        } catch (error) {
          if (attempt === ATTEMPTS) throw error;
          // NB: after a 404 our own knowledge is newer than nothing; after the others theirs is newer.
          if (isNotFound(error)) this.#lease = undefined;
          else if (isConflict(error) || isAlreadyExists(error)) known = await this.#read(signal);
          else throw error;
        }
      }
    });
  }

  async #read(signal: AbortSignal): Promise<AgentState> {
    this.#lease = await this.#store.read(signal);
    this.#state = this.#lease === undefined ? (this.#state ?? NOTHING) : parse(this.#lease);
    return this.#state;
  }

  async #write(state: AgentState, signal: AbortSignal): Promise<void> {
    const { namespace, name } = this.#store;
    // The rest of the Lease is the leader election's and whoever else's.
    const lease: ILease = this.#lease ?? {
      apiVersion: apiVersionOf(leases),
      kind: leases.kind,
      metadata: { namespace, name },
    };
    const metadata = {
      ...lease.metadata,
      annotations: { ...lease.metadata.annotations, ...format(state) },
    };
    const written =
      this.#lease === undefined
        ? await this.#store.create({ ...lease, metadata }, signal)
        : await this.#store.update({ ...lease, metadata }, signal);
    this.#lease = { ...lease, metadata: written };
    this.#state = state;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

function format(state: AgentState): Record<string, string> {
  return {
    [ANNOTATIONS.sequence]: String(state.sequence),
    [ANNOTATIONS.assertFloor]: String(state.assertFloor),
    [ANNOTATIONS.hubLeaseVersion]: state.hubLeaseVersion,
    ...(state.clusterSetUID !== undefined && { [ANNOTATIONS.clusterSetUID]: state.clusterSetUID }),
  };
}

/** What cannot be read counts as never written; the sequence then starts from the clock. */
function parse({ metadata }: ILease): AgentState {
  const annotations = metadata.annotations ?? {};
  const version = annotations[ANNOTATIONS.hubLeaseVersion] ?? '';
  return {
    sequence: parseSequence(annotations[ANNOTATIONS.sequence]),
    assertFloor: parseSequence(annotations[ANNOTATIONS.assertFloor]),
    hubLeaseVersion: /^\d+$/.test(version) ? version : '',
    clusterSetUID: annotations[ANNOTATIONS.clusterSetUID] || undefined,
  };
}

function parseSequence(text: string | undefined): number {
  const sequence = /^\d{1,16}$/.test(text ?? '') ? Number(text) : 0;
  return Number.isSafeInteger(sequence) ? sequence : 0;
}
