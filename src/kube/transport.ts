import type { Dispatcher } from 'undici';
import type { Clock, Milliseconds } from '#src/runtime/clock.ts';
import type { ConnectionMaterial, Credentials } from './credentials.ts';
import { Deadline } from './deadline.ts';
import { type Attempt, KubeApiError, TransportError } from './errors.ts';
import { transportError } from './faults.ts';
import type { RequestMetrics } from './metrics.ts';
import { ConnectionPool } from './pool.ts';
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
}

/** A reply whose body is still to be read. */
export interface OpenReply {
  response: Dispatcher.ResponseData;
  material: ConnectionMaterial;
  /** Aborts when these connections are being replaced. */
  replaced: AbortSignal;
}

interface Reply {
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
}

/** Requests to one API server: credentials, deadlines, repeats and errors, over pooled connections. */
export class Transport {
  readonly #options: TransportOptions;
  readonly #pool = new ConnectionPool();

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  /**
   * Sends the call and returns the body of a 2xx reply. Throws a KubeApiError for any other status, a
   * TransportError where no reply came, and the signal's reason where it aborted.
   */
  async unary(call: Call): Promise<string> {
    const deadline = new Deadline(this.clock, call.timeoutMs ?? CALL_TIMEOUT, call.signal);
    try {
      for (let repeats = 0; ; repeats++) {
        const reply = await this.#exchange(call, deadline, repeats);
        if (reply === undefined) continue;
        if (reply.code < 300) return reply.text;
        const error = new KubeApiError(call.attempt, refusalOf(reply.code, reply.text, reply.retryAfter));
        const wait = repeats < MOST_REPEATS && call.retry !== false ? askedToWait(error) : undefined;
        // A wait that cannot end in time would only hide what the server said.
        if (wait === undefined || wait >= deadline.remaining) throw error;
        await this.clock.sleep(wait, deadline.signal);
      }
    } catch (error) {
      throw this.#explain(call, deadline, error);
    } finally {
      deadline.release();
    }
  }

  /**
   * Sends the call and returns as soon as the headers are here. 401 is settled as in unary; every other
   * status is the caller's to look at. Rejects with what undici threw.
   */
  async open(call: Call, signal: AbortSignal): Promise<OpenReply> {
    const first = await this.#options.credentials.current();
    const reply = await this.#send(call, first, signal);
    if (reply.response.statusCode !== 401) return reply;
    await reply.response.body.dump();
    return this.#send(call, await this.#options.credentials.renew(first), signal);
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  /** One try. Undefined: a connection that had gone stale ate a read that is safe to send again. */
  async #exchange(call: Call, deadline: Deadline, repeats: number): Promise<Reply | undefined> {
    const started = this.clock.monotonic();
    let host = '';
    try {
      const { response, material } = await this.open(call, deadline.signal);
      host = material.server;
      const text = await response.body.text();
      this.observe(call, host, String(response.statusCode), started);
      const retryAfter = response.headers['retry-after'];
      return {
        code: response.statusCode,
        text,
        retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
      };
    } catch (error) {
      this.observe(call, host, '<error>', started);
      const stale = host === '' && repeats === 0 && isStaleConnection(error);
      if (stale && call.method === 'GET' && call.retry !== false && !deadline.signal.aborted)
        return undefined;
      throw error;
    }
  }

  /** Counts one request; `server` is empty where not even the credentials were there. */
  observe({ attempt, method }: Call, server: string, code: string, started: Milliseconds): void {
    this.#options.metrics?.request({
      cluster: this.#options.cluster,
      host: server === '' ? '' : new URL(server).host,
      method,
      verb: attempt.verb,
      code,
      seconds: (this.clock.monotonic() - started) / 1_000,
    });
  }

  async #send(call: Call, material: ConnectionMaterial, signal: AbortSignal): Promise<OpenReply> {
    if (this.#pool.closed) throw new TransportError(call.attempt, 'closed', 'this client is closed');
    const { dispatcher, replaced } = this.#pool.lease(material);
    const { origin, pathname } = new URL(material.server);
    try {
      const response = await dispatcher.request({
        origin,
        path: pathname === '/' ? call.path : pathname + call.path,
        method: call.method,
        headers: { 'user-agent': this.#options.userAgent, ...call.headers, ...material.headers },
        body: call.body ?? null,
        signal,
      });
      return { response, material, replaced };
    } catch (error) {
      if (signal.aborted) throw error;
      throw transportError(call.attempt, error, material);
    }
  }

  #explain(call: Call, deadline: Deadline, error: unknown): unknown {
    if (call.signal?.aborted) return call.signal.reason;
    if (deadline.expired) {
      const seconds = (call.timeoutMs ?? CALL_TIMEOUT) / 1_000;
      return new TransportError(call.attempt, 'timeout', `no answer within ${seconds} s`, error);
    }
    return error instanceof KubeApiError ? error : transportError(call.attempt, error, undefined);
  }
}

/** The server names the time after which asking again is worth it, for the two statuses where nothing was done yet. */
function askedToWait(error: KubeApiError): Milliseconds | undefined {
  if (error.code !== 429 && error.code !== 503) return undefined;
  return error.retryAfterSeconds === undefined ? undefined : error.retryAfterSeconds * 1_000;
}

function isStaleConnection(error: unknown): boolean {
  return error instanceof TransportError && error.fault === 'cut';
}
