import type { KubeObject, Resource } from '#apis/meta.ts';
import type { Clock, Milliseconds, Timer } from '#src/runtime/clock.ts';
import type { WatchEvent, WatchOptions } from './client.ts';
import { Deadline } from './deadline.ts';
import { type Attempt, KubeApiError, TransportError } from './errors.ts';
import { transportError } from './faults.ts';
import { parseJson } from './json.ts';
import { LineError, LineSplitter } from './lines.ts';
import { collectionPath, queryString, targetName } from './paths.ts';
import { isNamedObject } from './replies.ts';
import { refusalOfStatus } from './status.ts';
import { type Call, refusedOf, type Transport, type Trip } from './transport.ts';

/**
 * A watch that brings nothing for this long is dead: API servers send a bookmark about once a minute. Half-open
 * connections are found by this and nothing else.
 */
const SILENT_AFTER: Milliseconds = 90_000;

/** How much later than the server we end a watch: only a server that does not keep its own limit is met by this. */
const GRACE: Milliseconds = 10_000;

/** Longest event: etcd's default limit for one object is 1.5 MB; quoting and metadata may double it. */
const LONGEST_LINE = 16 * 1024 * 1024;

/**
 * Streams one watch. Returns where the server ends it, the signal aborts, or the connections are being replaced
 * after a credential rotation. Throws a KubeApiError for a refusal, in the status or in the stream, and a
 * TransportError for a stream that breaks, falls silent, or holds what is no event.
 */
export async function* watchStream<T extends KubeObject>(
  cluster: string,
  transport: Transport,
  resource: Resource<T>,
  options: WatchOptions,
): AsyncGenerator<WatchEvent<T>, void, void> {
  const { clock } = transport;
  const call = callOf(cluster, resource, options);
  const deadline = new Deadline(clock, options.timeoutSeconds * 1_000 + GRACE, options.signal);
  const silence = new SilenceLimit(clock, options.silentAfterMs ?? SILENT_AFTER, () => deadline.abort());
  const trip: Trip = {};
  const move = () => deadline.abort();
  try {
    const body = await openStream(transport, call, deadline.signal, trip);
    if (trip.lease?.replaced.aborted) return;
    trip.lease?.replaced.addEventListener('abort', move, { once: true });
    options.onOpen?.();
    const lines = new LineSplitter(LONGEST_LINE);
    for await (const chunk of body) {
      silence.reset();
      for (const line of lines.push(chunk)) yield eventOf<T>(call.attempt, line);
    }
    lines.end();
  } catch (error) {
    if (options.signal.aborted || deadline.expired || trip.lease?.replaced.aborted) return;
    if (!silence.exceeded) throw explained(call.attempt, error, trip);
    transport.distrust(trip);
    throw new TransportError(call.attempt, 'silent', `nothing came for ${silence.limit / 1_000} s`);
  } finally {
    silence.cancel();
    trip.lease?.replaced.removeEventListener('abort', move);
    deadline.release();
    // Where the reader left early the connection is still streaming.
    deadline.abort();
  }
}

function callOf(cluster: string, resource: Resource<KubeObject>, options: WatchOptions): Call {
  const { namespace, labelSelector, fieldSelector, resourceVersion, timeoutSeconds } = options;
  const query = queryString({
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion,
    timeoutSeconds,
    labelSelector,
    fieldSelector,
  });
  return {
    attempt: { cluster, verb: 'watch', target: targetName(resource, namespace) },
    method: 'GET',
    path: collectionPath(resource, namespace) + query,
    headers: { accept: 'application/json' },
  };
}

/** Opens the stream, counts it, and throws where the status is not 200. */
async function openStream(
  transport: Transport,
  call: Call,
  signal: AbortSignal,
  trip: Trip,
): Promise<AsyncIterable<Buffer>> {
  const started = transport.clock.monotonic();
  let code: number | undefined;
  try {
    const { statusCode, headers, body } = await transport.open(call, signal, trip);
    code = statusCode;
    if (code === 200) return body;
    throw transport.refused(call, await refusedOf(code, headers, body));
  } finally {
    transport.observe(call, trip, code, started);
  }
}

function eventOf<T extends KubeObject>(attempt: Attempt, line: string): WatchEvent<T> {
  const event = parseJson(line);
  if (typeof event !== 'object' || event === null || !('type' in event) || !('object' in event)) {
    throw new TransportError(attempt, 'malformed', 'the stream holds a line that is no event');
  }
  const { type, object } = event;
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      if (!isKubeObject(object) || !isNamedObject(object)) break;
      // What lies under a resource's path has that resource's shape: the API server validated it.
      return { type, object: object as T };
    case 'BOOKMARK':
      if (!isKubeObject(object)) break;
      return { type, resourceVersion: object.metadata.resourceVersion };
    case 'ERROR': {
      const refusal = refusalOfStatus(object);
      if (refusal !== undefined) throw new KubeApiError(attempt, refusal);
    }
  }
  throw new TransportError(attempt, 'malformed', `the stream holds a ${String(type)} event that is none`);
}

function isKubeObject(value: unknown): value is KubeObject & { metadata: { resourceVersion: string } } {
  if (typeof value !== 'object' || value === null || !('metadata' in value)) return false;
  const { metadata } = value;
  return (
    typeof metadata === 'object' &&
    metadata !== null &&
    'resourceVersion' in metadata &&
    typeof metadata.resourceVersion === 'string'
  );
}

function explained(attempt: Attempt, error: unknown, { material }: Trip): Error {
  if (error instanceof KubeApiError) return error;
  if (error instanceof LineError) return new TransportError(attempt, 'cut', error.message, error);
  if (error instanceof SyntaxError) {
    return new TransportError(attempt, 'malformed', `the stream holds a line that is no JSON`, error);
  }
  return transportError(attempt, error, material);
}

/** Calls back when nothing has reset it for `limit`. A reset only notes the time: it happens with every chunk. */
class SilenceLimit {
  #timer: Timer;
  #heardAt: Milliseconds;
  #exceeded = false;
  readonly #clock: Clock;
  readonly limit: Milliseconds;
  readonly #onSilence: () => void;

  constructor(clock: Clock, limit: Milliseconds, onSilence: () => void) {
    this.#clock = clock;
    this.limit = limit;
    this.#onSilence = onSilence;
    this.#heardAt = clock.monotonic();
    this.#timer = clock.after(limit, () => this.#check());
  }

  get exceeded(): boolean {
    return this.#exceeded;
  }

  reset(): void {
    this.#heardAt = this.#clock.monotonic();
  }

  cancel(): void {
    this.#timer.cancel();
  }

  #check(): void {
    const left = this.#heardAt + this.limit - this.#clock.monotonic();
    if (left > 0) {
      this.#timer = this.#clock.after(left, () => this.#check());
      return;
    }
    this.#exceeded = true;
    this.#onSilence();
  }
}
