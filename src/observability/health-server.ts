import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import type { Registry } from 'prom-client';
import type { ListenAddress } from '#src/config/values.ts';
import { abortOf } from '#src/runtime/waits.ts';
import { type HealthChecks, report } from './health.ts';
import { isLogLevel, type LevelSwitch, LOG_LEVELS } from './levels.ts';
import type { Logger } from './logger.ts';

export interface HealthServerOptions {
  listen: ListenAddress;
  checks: HealthChecks;
  registry: Registry;
  levels: LevelSwitch;
  /** What /debug/state shows, as JSON; no secrets, and no more than a person can read. */
  state: () => unknown;
  log: Logger;
}

interface Page {
  status: number;
  type?: string;
  body: string;
}

const TEXT = 'text/plain; charset=utf-8';

/**
 * Serves `/healthz` and `/readyz` (each with `?verbose`), `/metrics`, and to callers on the same machine
 * `/debug/state` and `/debug/log-level` (GET, or PUT with the level as the body). A Runnable.
 */
export class HealthServer {
  readonly name = 'health server';
  readonly #options: HealthServerOptions;
  readonly #bound = Promise.withResolvers<string>();

  constructor(options: HealthServerOptions) {
    this.#options = options;
    // Whoever does not ask for the address need not hear that there is none; `run` rejects with the reason.
    this.#bound.promise.catch(() => {});
  }

  /** Resolves with `http://host:port` once it listens; rejects when it cannot. */
  get url(): Promise<string> {
    return this.#bound.promise;
  }

  /** Listens until the signal aborts. Rejects when the address is taken or not ours. */
  readonly run = async (signal: AbortSignal): Promise<void> => {
    const server = createServer((request, response) => void this.#answer(request, response));
    // A slow or silent caller must not keep a connection for long.
    server.headersTimeout = 5_000;
    server.requestTimeout = 10_000;
    server.keepAliveTimeout = 5_000;
    try {
      await this.#listen(server);
    } catch (error) {
      this.#bound.reject(error);
      throw error;
    }
    await abortOf(signal);
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };

  async #listen(server: Server): Promise<void> {
    const { listen, log } = this.#options;
    const { host, port } = listen;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port, ...(host === undefined ? {} : { host }) }, resolve);
    });
    const address = server.address();
    const bound = typeof address === 'object' && address !== null ? address.port : port;
    const name = host === undefined ? 'localhost' : isIP(host) === 6 ? `[${host}]` : host;
    const url = `http://${name}:${bound}`;
    log.info({ url }, 'serving health and metrics');
    this.#bound.resolve(url);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let page: Page;
    try {
      page = await this.#page(request);
    } catch (err) {
      this.#options.log.error({ err, path: request.url }, 'a page of the health server failed');
      page = { status: 500, body: 'internal error; see the log\n' };
    }
    response.writeHead(page.status, { 'content-type': page.type ?? TEXT, 'cache-control': 'no-store' });
    response.end(request.method === 'HEAD' ? undefined : page.body);
  }

  async #page(request: IncomingMessage): Promise<Page> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const debug = pathname.startsWith('/debug/');
    if (debug && !isLocal(request)) return { status: 403, body: 'only from the same machine\n' };
    if (request.method === 'PUT' && pathname === '/debug/log-level') return this.#setLevel(request);
    if (request.method !== 'GET' && request.method !== 'HEAD') return { status: 405, body: 'GET only\n' };
    const { checks, registry, state, levels } = this.#options;
    switch (pathname) {
      case '/healthz':
        return probe(report(checks.alive(), searchParams.has('verbose')));
      case '/readyz':
        return probe(report(checks.ready(), searchParams.has('verbose')));
      case '/metrics':
        return { status: 200, type: registry.contentType, body: await registry.metrics() };
      case '/debug/state':
        return { status: 200, type: 'application/json', body: `${JSON.stringify(state(), undefined, 2)}\n` };
      case '/debug/log-level':
        return { status: 200, body: `${levels.current}\n` };
      default:
        return { status: 404, body: 'there are /healthz, /readyz and /metrics\n' };
    }
  }

  async #setLevel(request: IncomingMessage): Promise<Page> {
    const { levels, log } = this.#options;
    const level = await shortBody(request);
    if (!isLogLevel(level))
      return { status: 400, body: `the body must be one of ${LOG_LEVELS.join(', ')}\n` };
    levels.set(level);
    log.info({ logLevel: level }, 'log level changed');
    return { status: 200, body: `${level}\n` };
  }
}

function probe({ ok, text }: { ok: boolean; text: string }): Page {
  return { status: ok ? 200 : 503, body: text };
}

/**
 * True for a caller on this machine that also asked for it by a local name: a web page that points its own
 * name at 127.0.0.1 gets a browser to call from here, but not under our name.
 */
function isLocal(request: IncomingMessage): boolean {
  const from = request.socket.remoteAddress ?? '';
  const host = /^(.*?)(:\d+)?$/.exec(request.headers.host ?? '')?.[1] ?? '';
  return /^(127\.|::1$|::ffff:127\.)/.test(from) && /^(localhost|127\.[\d.]+|\[::1\])$/.test(host);
}

/** The body as text, of which no more than a word is read. */
async function shortBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > 100) break;
  }
  return text.trim();
}
