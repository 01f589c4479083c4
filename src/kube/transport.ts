import type { Dispatcher } from 'undici';
import type { Clock, Milliseconds } from '#src/runtime/clock.ts';
import { orAborted } from '#src/runtime/waits.ts';
import type { ConnectionMaterial, Credentials } from './credentials.ts';
import { Deadline } from './deadline.ts';
import { type Attempt, KubeApiError, type Refusal, TransportError } from './errors.ts';
import { transportError } from './faults.ts';
import type { RequestMetrics } from './metrics.ts';
import { ConnectionPool, type Lease } from './pool.ts';
import { refusalOf } from './status.ts';

/** How long an ordinary call may take, waits and repeats included. */
export const CALL_TIMEOUT: Milliseconds = 30_000;

/** How often a server may say "later" (429 or 503 with Retry-After) to one call before that is the answer. */
const MOST_REPEATS = 4;

/** One request to be sent. */
export interface Call {
  attempt: Attempt;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query below the server's base URL. */
  path: string;
  headers: Record<string, string>;
  body?: string | undefined;
  signal?: AbortSignal | undefined;
  timeoutMs?: Milliseconds | undefined;
  /** Repeat where the server asks for it, or where a read met a connection that had gone stale. */
  retry?: boolean | undefined;
  /** It writes an object: sent only where `mayWrite` agrees. */
  writes?: boolean | undefined;
}

/** Where a call went last; filled in as it goes, so that it is known however the call ends. */
export interface Trip {
  material?: ConnectionMaterial;
  lease?: Lease;
}

/** The body of a reply: text, or chunks as they arrive. */
export type ReplyBody = Pick<Dispatcher.ResponseData['body'], 'text' | typeof Symbol.asyncIterator>;

/** A reply of another status than 2xx, read. */
export interface Refused {
  code: number;
  text: string;
  retryAfter: string | undefined;
}

export interface TransportOptions {
  cluster: string;
  credentials: Credentials;
  clock: Clock;
  metrics: RequestMetrics | undefined;
  userAgent: string;
  onMoved: () => void;
  /** Asked about each call that writes, in the tick in which it takes its connection. */
  mayWrite: () => boolean;
}

/** Requests to one API server: credentials, deadlines, repeats and errors, over pooled connections. */
export class Transport {
  readonly #options: TransportOptions;
  readonly #pool: ConnectionPool;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#pool = new ConnectionPool(options.onMoved);
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  /**
   * Sends the call and returns the body of a 2xx reply. Throws a KubeApiError for any other status, a
   * TransportError where no reply came, and the signal's reason where it aborted.
   */
  unary(call: Call): Promise<string> {
    return this.receive(call, (body) => body.text());
  }

  /** Like unary, with the body of a 2xx reply left to `read`, which is under the call's deadline, too. */
  async receive<T>(call: Call, read: (body: ReplyBody) => Promise<T>): Promise<T> {
    const deadline = new Deadline(this.clock, call.timeoutMs ?? CALL_TIMEOUT, call.signal);
    const trip: Trip = {};
    try {
      for (let repeats = 0; ; repeats++) {
        const reply = await this.#exchange(call, deadline, trip, { read, repeats });
        if (reply === undefined) continue;
        if ('value' in reply) return reply.value;
        const error = this.refused(call, reply);
        const wait = repeats < MOST_REPEATS && call.retry !== false ? askedToWait(error) : undefined;
        // A wait that cannot end in time would only hide what the server said.
        if (wait === undefined || wait >= deadline.remaining) throw error;
        await this.clock.sleep(wait, deadline.signal);
      }
    } catch (error) {
      if (call.signal?.aborted) throw call.signal.reason;
      if (!deadline.expired) throw asOurs(call.attempt, error, trip);
      this.distrust(trip);
      const seconds = (call.timeoutMs ?? CALL_TIMEOUT) / 1_000;
      throw new TransportError(call.attempt, 'timeout', `no answer within ${seconds} s`, error);
    } finally {
      deadline.release();
    }
  }

  /**
   * Sends the call and returns as soon as the headers are here. 401 is settled by reading the credentials anew,
   * once; every other status is the caller's to look at. Rejects with what undici threw.
   */
  async open(call: Call, signal: AbortSignal, trip: Trip): Promise<Dispatcher.ResponseData> {
    const { credentials } = this.#options;
    // Files are quick, but a credential plugin may hang.
    const material = await orAborted(credentials.current(), signal);
    const response = await this.#send(call, material, signal, trip);
    if (response.statusCode !== 401) return response;
    await response.body.dump();
    return this.#send(call, await orAborted(credentials.renew(material), signal), signal, trip);
  }

  /** What a reply other than 2xx means. */
  refused({ attempt }: Call, { code, text, retryAfter }: Refused): KubeApiError {
    const refusal = refusalOf(code, text, retryAfter);
    if (isOfMissingKind(attempt, refusal)) {
      const message = 'the API server does not serve this kind: its CRD is missing, or too old';
      return new KubeApiError(attempt, { ...refusal, message });
    }
    if (code !== 401) return new KubeApiError(attempt, refusal);
    // "Unauthorized" is all that a server says; whose credentials it means is known here only.
    const message = `${refusal.message} (presented: ${this.#options.credentials.state})`;
    return new KubeApiError(attempt, { ...refusal, message });
  }

  /** The connection of this trip answered nothing for too long: its neighbours are not to be waited for, too. */
  distrust({ lease, material }: Trip): void {
    if (lease !== undefined && material !== undefined) this.#pool.distrust(lease, material);
  }

  /** Counts one request; without a code none was answered. */
  observe(
    { attempt, method }: Call,
    { material }: Trip,
    code: number | undefined,
    started: Milliseconds,
  ): void {
    this.#options.metrics?.request({
      cluster: this.#options.cluster,
      // Empty where not even credentials were there.
      host: material === undefined ? '' : new URL(material.server).host,
      method,
      verb: attempt.verb,
      code: code === undefined ? '<error>' : String(code),
      seconds: (this.clock.monotonic() - started) / 1_000,
    });
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  /** One try. Undefined: a connection that had gone stale ate a read that is safe to send again. */
  async #exchange<T>(
    call: Call,
    deadline: Deadline,
    trip: Trip,
    { read, repeats }: { read: (body: ReplyBody) => Promise<T>; repeats: number },
  ): Promise<{ value: T } | Refused | undefined> {
    const started = this.clock.monotonic();
    let code: number | undefined;
    try {
      const { statusCode, headers, body } = await this.open(call, deadline.signal, trip);
      const reply =
        statusCode < 300 ? { value: await read(body) } : await refusedOf(statusCode, headers, body);
      code = statusCode;
      return reply;
    } catch (error) {
      const mayRepeat = call.method === 'GET' && call.retry !== false && repeats === 0;
      if (mayRepeat && isStaleConnection(error) && !deadline.signal.aborted) return undefined;
      throw error;
    } finally {
      this.observe(call, trip, code, started);
    }
  }

  async #send(
    call: Call,
    material: ConnectionMaterial,
    signal: AbortSignal,
    trip: Trip,
  ): Promise<Dispatcher.ResponseData> {
    if (this.#pool.closed) throw new TransportError(call.attempt, 'closed', 'this client is closed');
    const lease = this.#pool.lease(material);
    trip.material = material;
    trip.lease = lease;
    // Not before the lease: it is often this very call that finds the material moved.
    if (call.writes && !this.#options.mayWrite()) {
      throw new TransportError(call.attempt, 'held', 'not sent: the server has not said again who it is');
    }
    const { origin, pathname } = new URL(material.server);
    try {
      return await lease.dispatcher.request({
        origin,
        path: pathname === '/' ? call.path : pathname + call.path,
        method: call.method,
        headers: { 'user-agent': this.#options.userAgent, ...call.headers, ...material.headers },
        body: call.body ?? null,
        signal,
      });
    } catch (error) {
      throw signal.aborted ? error : transportError(call.attempt, error, material);
    }
  }
}

/** "404 page not found" is all that a server says; of a path, `request` knows best what it means. */
function isOfMissingKind({ verb }: Attempt, { code, details }: Refusal): boolean {
  return code === 404 && details?.name === undefined && verb === verb.toLowerCase();
}

/** Reads a reply of another status than 2xx. */
export async function refusedOf(
  code: number,
  headers: Dispatcher.ResponseData['headers'],
  body: ReplyBody,
): Promise<Refused> {
  const retryAfter = headers['retry-after'];
  return {
    code,
    text: await body.text(),
    retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
  };
}

function asOurs(attempt: Attempt, error: unknown, { material }: Trip): Error {
  return error instanceof KubeApiError ? error : transportError(attempt, error, material);
}

/** When to ask again, for the two statuses that say that nothing was done yet. */
function askedToWait(error: KubeApiError): Milliseconds | undefined {
  if (error.code !== 429 && error.code !== 503) return undefined;
  return error.retryAfterSeconds === undefined ? undefined : error.retryAfterSeconds * 1_000;
}

/** Before the headers: transportError is what #send throws. A reply that breaks in the middle is told to the caller. */
function isStaleConnection(error: unknown): boolean {
  return error instanceof TransportError && error.fault === 'cut';
}
