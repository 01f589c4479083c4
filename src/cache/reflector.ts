import type { KubeObject, Resource } from '#apis/meta.ts';
import type { KubeClient, ListOptions, WatchEvent } from '#src/kube/client.ts';
import { isExpired, isTooManyRequests } from '#src/kube/errors.ts';
import type { Clock, Milliseconds } from '#src/runtime/clock.ts';
import { RECONNECT, ReconnectBackoff, type ReconnectTimings } from './backoff.ts';
import { isUnanswered, type Remedy, remedyFor, ShortWatchError, WentBackError } from './failure.ts';
import { type CompleteList, canBeginAt, listAll } from './lists.ts';
import { turnAmong } from './turn.ts';
import { compareVersions } from './version.ts';

/** Numbers of the loop; client-go's unless told. */
export interface ReflectorTimings {
  /** Objects in a page. */
  pageSize: number;
  /** How long a page may take; 60 s unless told, as long as an API server itself allows. */
  listTimeout: Milliseconds;
  /** Bounds of a watch's life, in seconds; chance picks one, so that watches do not end together. */
  watchSeconds: readonly [number, number];
  /** See WatchOptions. */
  silentAfter: Milliseconds | undefined;
  reconnect: ReconnectTimings;
}

export const REFLECTOR_TIMINGS: ReflectorTimings = {
  pageSize: 500,
  listTimeout: 60_000,
  watchSeconds: [300, 600],
  silentAfter: undefined,
  reconnect: RECONNECT,
};

/** A clean close this soon without an event is no life: some proxies close every watch at once. */
const SHORT_WATCH: Milliseconds = 1_000;

const LIST_FOR: Record<Remedy, ListKind | undefined> = {
  rewatch: undefined,
  relist: 'resume',
  probe: 'probe',
  verify: 'verify',
};

/** Where a reflector puts what it sees. */
export interface ReflectorSink<T extends KubeObject, V> {
  /** Makes of an object what will be stored; undefined: it cannot be read, and what was stored stays. */
  prepare(object: T): V | undefined;
  /** A list that may turn back the versions is about to be asked for. */
  beginReset(): void;
  /** Whether the list cannot follow what was seen before, whatever its version says. */
  contradicts(list: CompleteList<V>): boolean;
  replaced(list: CompleteList<V>, facts: { reset: boolean; took: Milliseconds }): void;
  changed(type: 'ADDED' | 'MODIFIED', object: V): void;
  removed(object: T): void;
  advanced(version: string): void;
  /** The server answered with something older than it had shown before. */
  wentBack(seen: string, got: string): void;
  opened(): void;
  contact(): void;
  failed(during: 'list' | 'watch', error: unknown, retryIn: Milliseconds): void;
}

/** Which objects of the kind are kept. */
type Scope = Pick<ListOptions, 'namespace' | 'labelSelector' | 'fieldSelector'>;

export interface ReflectorDeps {
  client: Pick<KubeClient, 'list' | 'listEach' | 'watch'>;
  clock: Clock;
  random: () => number;
  timings: ReflectorTimings;
  /** How many clients of the server keep what this one keeps, itself included; see turnAmong. */
  readers: () => number;
}

/**
 * `first`: whatever the server has at hand. `newest`: the newest, in one reply, which servers of today give from their
 * caches. `resume`: at least as new as seen. `probe`: none where a watch can begin at what was seen, else the newest.
 * `verify`: the newest. `reset`: the newest, believed in any case.
 */
type ListKind = 'first' | 'newest' | 'resume' | 'probe' | 'verify' | 'reset';

/**
 * Keeps a sink equal to one kind on an API server: a list, then watches from its version on, for ever. Whatever
 * fails is told to the sink, waited for and tried again; only the signal ends it.
 */
export class Reflector<T extends KubeObject, V extends KubeObject> {
  readonly #deps: ReflectorDeps;
  readonly #resource: Resource<T>;
  readonly #scope: Scope;
  readonly #sink: ReflectorSink<T, V>;
  readonly #backoff: ReconnectBackoff;
  /** Newest version seen; empty before the first list. */
  #version = '';
  #list: ListKind | undefined;
  #lastWasShort = false;
  /** How long the last list took. */
  #took: Milliseconds = 0;
  /** Ends the present watch or wait when a relist is asked for. */
  #round = new AbortController();
  /** Ends the present wait after a failure. */
  #nap: AbortController | undefined;
  /** From an attempt without an answer to the next list or opened watch; what a server refuses while it starts is of it. */
  #outage = false;

  /** Begins with a list of the kind `first`. */
  constructor(
    deps: ReflectorDeps,
    resource: Resource<T>,
    scope: Scope,
    sink: ReflectorSink<T, V>,
    first: 'first' | 'newest',
  ) {
    this.#deps = deps;
    this.#resource = resource;
    this.#scope = scope;
    this.#sink = sink;
    this.#list = first;
    this.#backoff = new ReconnectBackoff(deps.timings.reconnect, deps.clock, deps.random);
  }

  /** Breaks off the watch or wait, and takes the server's newest state over as it is. */
  relist(): void {
    this.#list = 'reset';
    this.#round.abort();
  }

  /** Breaks off the watch or wait, and lists the newest state, which must follow what was seen before. */
  refresh(): void {
    if (this.#list !== 'reset') this.#list = 'newest';
    this.#round.abort();
  }

  /** Ends a wait for an outage to pass, if there is one: somebody knows that the server answers again. */
  wake(): void {
    // Whoever was answered, and failed, learns nothing by the answer to another: kinds that all fail after
    // a list each would forgive each other's waits, and list without end.
    if (!this.#outage) return;
    // A server that has just started may still refuse this attempt: that failure is the first of its kind, not
    // one more of the outage.
    this.#backoff.forgive();
    this.#nap?.abort();
  }

  /** What fails from here on is no part of the outage: a server that has restarted may have forgotten the version. */
  #answered(): void {
    if (this.#outage) this.#backoff.forgive();
    this.#outage = false;
  }

  /** Runs until the signal aborts; leaves no request and no timer behind. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#round = new AbortController();
      const round = this.#round;
      const stop = () => round.abort(signal.reason);
      signal.addEventListener('abort', stop, { once: true });
      try {
        await this.#runRound(round.signal);
      } finally {
        signal.removeEventListener('abort', stop);
      }
    }
  }

  /** One list where it is due, one watch, and the wait after a failure of either. */
  async #runRound(signal: AbortSignal): Promise<void> {
    const kind = this.#list;
    const watch = { opened: false };
    try {
      if (kind !== undefined) await this.#listOnce(kind, signal);
      if (!signal.aborted) await this.#watchOnce(watch, signal);
    } catch (error) {
      if (signal.aborted) return;
      this.#outage ||= isUnanswered(error, watch.opened);
      const during = this.#list === undefined ? 'watch' : 'list';
      if (during === 'watch') this.#list = LIST_FOR[remedyFor(error)];
      const turn = during === 'watch' && this.#list === 'resume' ? this.#turn() : 0;
      const wait = Math.max(turn, this.#waitAfter(error, watch.opened));
      this.#sink.failed(during, error, wait);
      await this.#sleep(wait, Math.max(turn, waitNamed(error)), signal);
    }
  }

  /** Whoever wakes it shortens the wait to what is left of `least`. */
  async #sleep(wait: Milliseconds, least: Milliseconds, signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    this.#nap = new AbortController();
    const woken = AbortSignal.any([signal, this.#nap.signal]);
    const fixed = Math.min(wait, least);
    if (fixed > 0) await clock.sleep(fixed, signal).catch(() => {});
    if (wait > fixed) await clock.sleep(wait - fixed, woken).catch(() => {});
    this.#nap = undefined;
  }

  #turn(): Milliseconds {
    return turnAmong(this.#deps.readers(), this.#took, this.#deps.random);
  }

  async #listOnce(kind: ListKind, signal: AbortSignal): Promise<void> {
    const started = this.#deps.clock.monotonic();
    const request = {
      client: this.#deps.client,
      resource: this.#resource,
      scope: this.#scope,
      prepare: (object: T) => this.#sink.prepare(object),
      pageSize: kind === 'newest' ? undefined : this.#deps.timings.pageSize,
      timeoutMs: this.#deps.timings.listTimeout,
      onNewest: () => this.#sink.beginReset(),
      signal,
    };
    if (kind === 'probe' && (await canBeginAt(request, this.#version))) {
      this.#list = undefined;
      return;
    }
    const asked = kind === 'first' ? '0' : kind === 'resume' ? this.#version : '';
    const isFromBefore = (list: CompleteList<V>) =>
      this.#isBelow(list.version) || this.#sink.contradicts(list);
    let answer = await listAll(request, asked);
    // One server of several may lag behind; what the newest state lacks is lost for good.
    if (isFromBefore(answer) && asked !== '') answer = await listAll(request, '');
    signal.throwIfAborted();
    const seen = this.#version;
    const back = isFromBefore(answer);
    this.#version = answer.version;
    this.#list = undefined;
    this.#answered();
    const took = this.#deps.clock.monotonic() - started;
    this.#took = took;
    this.#sink.replaced(answer, { reset: back || kind === 'reset', took });
    if (back) this.#sink.wentBack(seen, answer.version);
  }

  async #watchOnce(watch: { opened: boolean }, signal: AbortSignal): Promise<void> {
    const { client, clock, random, timings } = this.#deps;
    const [least, most] = timings.watchSeconds;
    // However long the server takes to open it: a slow one that closes watches at once closes them at once.
    let began = clock.monotonic();
    let events = 0;
    const stream = client.watch(this.#resource, {
      ...this.#scope,
      resourceVersion: this.#version,
      timeoutSeconds: Math.round(least + random() * (most - least)),
      ...(timings.silentAfter === undefined ? {} : { silentAfterMs: timings.silentAfter }),
      onOpen: () => {
        watch.opened = true;
        began = clock.monotonic();
        this.#answered();
        this.#sink.opened();
      },
      signal,
    });
    for await (const event of stream) {
      events++;
      this.#take(event);
    }
    if (signal.aborted) return;
    this.#sink.contact();
    const wasShort = this.#lastWasShort;
    this.#lastWasShort = events === 0 && clock.monotonic() - began < SHORT_WATCH;
    // Once may be chance: a server that shuts down, credentials that were just rotated.
    if (wasShort && this.#lastWasShort) throw new ShortWatchError('the server closes watches at once');
  }

  #take(event: WatchEvent<T>): void {
    const version =
      event.type === 'BOOKMARK' ? event.resourceVersion : (event.object.metadata.resourceVersion ?? '');
    if (this.#isBelow(version)) {
      throw new WentBackError(`the watch brought version ${version} after ${this.#version}`);
    }
    this.#version = version;
    switch (event.type) {
      case 'BOOKMARK':
        this.#sink.advanced(version);
        break;
      case 'DELETED':
        this.#sink.removed(event.object);
        break;
      default: {
        const prepared = this.#sink.prepare(event.object);
        if (prepared === undefined) this.#sink.advanced(version);
        else this.#sink.changed(event.type, prepared);
      }
    }
  }

  #isBelow(version: string): boolean {
    return this.#version !== '' && compareVersions(version, this.#version) < 0;
  }

  #waitAfter(error: unknown, opened: boolean): Milliseconds {
    const { quiet } = this.#backoff;
    const wait = this.#backoff.next();
    if (isTooManyRequests(error)) return Math.max(wait, (error.retryAfterSeconds ?? 0) * 1_000);
    // The first failure after a good time, and one that says nothing about the server's state: the next attempt
    // need not wait, the one after it will.
    return quiet && (opened || isExpired(error)) ? 0 : wait;
  }
}

/** How long a server wants to be left alone: it is not asked before. Without a number, for whatever wait is due. */
function waitNamed(error: unknown): Milliseconds {
  if (!isTooManyRequests(error)) return 0;
  return 1_000 * (error.retryAfterSeconds ?? Number.POSITIVE_INFINITY);
}
