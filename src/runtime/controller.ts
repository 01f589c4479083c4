import type { KubeObject } from '#apis/meta.ts';
import type { Informer, KeyMapper } from '#src/cache/contract.ts';
import type { Logger } from '#src/observability/logger.ts';
import type { SourceOf } from '#src/queue/lanes.ts';
import type { Clock, Milliseconds } from './clock.ts';

/** What a reconcile asks for after success. Empty: nothing until the next change. */
export interface Result {
  requeueAfter?: Milliseconds;
}

/** What a reconcile gets besides its key. */
export interface ReconcileContext {
  /** Aborts at the reconcile's deadline or at shutdown; the reason tells which. */
  signal: AbortSignal;
  log: Logger;
  clock: Clock;
}

/** Rights that a controller needs besides reading its caches, in RBAC's words; the program asks for them at its start. */
export interface PolicyRule {
  on: 'member' | 'hub';
  /** In which namespaces: everywhere, the agent's own, or the member's own on the hub. */
  scope: 'cluster' | 'agent-namespace' | 'member-namespace';
  apiGroups: string[];
  resources: string[];
  verbs: string[];
  resourceNames?: string[];
}

/** Ties one informer to a controller's queue. Make them with `watch()`, which keeps the types together. */
export interface Watch {
  readonly resource: string;
  attach(enqueue: (key: string, lane: 'live' | 'backlog', after?: Milliseconds) => void): void;
}

/**
 * Enqueues the keys that `map` names for each change of the informer's cache. `after`: live changes wait this long,
 * counted from the first of them, so that what is more urgent goes first and changes in between cost one reconcile.
 */
export function watch<T extends KubeObject, V extends KubeObject>(
  informer: Pick<Informer<T, V>, 'addListener' | 'resource'>,
  map: KeyMapper<V>,
  { after = 0 }: { after?: Milliseconds } = {},
): Watch {
  return {
    resource: informer.resource.plural,
    attach(enqueue) {
      informer.addListener(({ oldObject, newObject, live }) => {
        for (const key of map(oldObject, newObject)) {
          if (live) enqueue(key, 'live', after);
          else enqueue(key, 'backlog');
        }
      });
    },
  };
}

/** One control loop: identity in, world changed, nothing else. */
export interface ControllerSpec {
  /** Dotted and stable: `import.slice`. It names logs, metrics and events. */
  name: string;
  watches: Watch[];
  permissions: PolicyRule[];
  /** Level-based: reads caches, computes the whole desired state for the key, writes what differs. */
  reconcile(key: string, context: ReconcileContext): Promise<Result | undefined>;
  /**
   * Who caused the work on a key; with several waiting, each has its turn, so that one that floods delays only itself.
   * Every key is of one source unless told.
   */
  sourceOf?: SourceOf;
  /** How many keys run at once; 4 unless told. */
  workers?: number;
  /** Deadline of one reconcile; 60 s unless told. */
  timeout?: Milliseconds;
}

/** Gives other parts a way to have a key looked at again. */
export interface Enqueuer {
  enqueue(key: string): void;
}

/** Logged and counted, not retried until the next change. */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';
}

/** Not done yet, which is no failure: the key is looked at again after this time. */
export class NotYet extends Error {
  override readonly name = 'NotYet';
  readonly after: Milliseconds;

  constructor(why: string, after: Milliseconds) {
    super(why);
    this.after = after;
  }
}
