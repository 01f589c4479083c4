import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { Upstream } from './identities.ts';
import type { ProxiedRequest } from './request.ts';

/** Headers that belong to one hop, and those the proxy sets itself. */
const NOT_FORWARDED = new Set([
  'authorization',
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'transfer-encoding',
]);

/** One request, and everything that can be done to it. Actions are written with these verbs. */
export class Exchange {
  readonly request: ProxiedRequest;
  readonly #upstream: Upstream | undefined;
  readonly #response: ServerResponse;
  readonly #reset: () => void;
  readonly #gone = new AbortController();
  readonly #url: string;

  constructor(
    request: ProxiedRequest,
    url: string,
    upstream: Upstream | undefined,
    response: ServerResponse,
    reset: () => void,
  ) {
    this.request = request;
    this.#url = url;
    this.#upstream = upstream;
    this.#response = response;
    this.#reset = reset;
    response.once('close', () => this.#gone.abort());
  }

  /** Aborts when the client's side is closed, or the answer complete. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** Sends the request on to the real server, to its own path and query unless told, and returns its answer, body unread. */
  async forward(path: string = this.#url): Promise<Dispatcher.ResponseData> {
    if (this.#upstream === undefined) throw new Error('an unknown identity has no way on');
    const { dispatcher, origin, headers } = this.#upstream;
    return dispatcher.request({
      origin,
      path,
      method: this.request.method,
      headers: { ...forwarded(this.request.headers), ...headers },
      body: this.request.body === '' ? null : this.request.body,
      signal: this.#gone.signal,
    });
  }

  /** Whether the real server can be asked: the credentials are known. */
  get known(): boolean {
    return this.#upstream !== undefined;
  }

  /** Sends status and headers; a body may follow by `write`. */
  begin(code: number, headers: IncomingHttpHeaders = {}): void {
    this.request.status = code;
    this.#response.writeHead(code, forwarded(headers));
    this.#response.flushHeaders();
  }

  /** Resolves when the client's side has taken the bytes, or is gone. */
  async write(chunk: Buffer | string): Promise<void> {
    const { signal } = this.#gone;
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    // A response that is closed meanwhile never says that it has written.
    const onGone = () => resolve();
    signal.addEventListener('abort', onGone, { once: true });
    this.#response.write(chunk, () => resolve());
    await promise;
    signal.removeEventListener('abort', onGone);
  }

  /** Ends the answer as if it were complete. */
  end(): void {
    this.#response.end();
  }

  /** Breaks the TCP connection with a reset. */
  reset(): void {
    this.#reset();
  }

  /** Waits, or until the client is gone. */
  async pause(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.#gone.signal }).catch(() => {});
  }

  /** Never answers: returns when the client has given up. */
  async untilGone(): Promise<void> {
    if (this.#gone.signal.aborted) return;
    await new Promise<void>((resolve) =>
      this.#gone.signal.addEventListener('abort', () => resolve(), { once: true }),
    );
  }
}

function forwarded(
  headers: IncomingHttpHeaders | ProxiedRequest['headers'],
): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !NOT_FORWARDED.has(name)) kept[name] = value;
  }
  return kept;
}
