import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Authority, type KeyPair } from '#test/clusters/control-plane/certs.ts';
import { type Action, answer, reset, stall } from './actions.ts';
import { Exchange } from './exchange.ts';
import { Identities, kubeconfigThrough } from './identities.ts';
import { wholeLines } from './lines.ts';
import { Relay, type WireMode } from './relay.ts';
import { isMutating, type ProxiedRequest, targetOf } from './request.ts';
import type { Shape } from './shape.ts';
import { type OpenStream, Streams } from './streams.ts';

export interface FaultProxyOptions {
  /** Text of a kubeconfig of the real server; its identity is the one of `kubeconfig`. */
  target: string;
  /** Context of it; the current one unless told. */
  context?: string;
  /** A port nobody else will take while it is refused; any free one unless told. */
  port?: number;
}

/** Requests that match get the action instead of being passed on. */
export interface Rule {
  /** Every request unless told. */
  when?: (request: ProxiedRequest) => boolean;
  /** How many requests it takes before it is spent; 1 unless told. */
  times?: number;
  action: Action;
}

export interface ScriptHandle {
  /** How many requests the rule has taken. */
  readonly taken: number;
  /** Takes the rule away. */
  cancel(): void;
}

/** What to do with a write before the real server hears of it. */
export type Ruling = 'forward' | 'hold' | 'reset';

/**
 * An HTTP-aware proxy in front of one real API server, which fails in the ways that networks and servers fail.
 * It speaks TLS with a CA of its own, and tells identities apart by bearer tokens (see Identities).
 */
export interface FaultProxy {
  /** `https://127.0.0.1:port` */
  readonly url: string;
  /** PEM: who signs the certificate that it serves under. */
  readonly ca: string;
  /** From now on it serves under a certificate of this authority; connections that are open stay. */
  servesUnder(authority: Authority): void;
  /** Through the proxy, as the identity of the target's kubeconfig. */
  readonly kubeconfig: string;
  /** Through the proxy, as the identity of another kubeconfig of the same server; `name` shows in the log. */
  kubeconfigFor(name: string, realKubeconfig: string, context?: string): Promise<string>;
  /** A bearer token for that identity, for kubeconfigs that a test writes itself. */
  tokenFor(name: string, realKubeconfig: string, context?: string): Promise<string>;
  /** From now on tokens that the proxy has not given out are presented as they are: the real server made them. */
  passTokens(): Promise<void>;
  /** From now on this token is answered with 401. */
  revoke(token: string): void;
  /** How connections are treated from now on; see Relay. */
  mode(mode: WireMode): Promise<void>;
  /** Every request and every line of a stream is held back this long; 0 ends it. */
  latency(ms: number): void;
  /** What a wide area does to the connections; undefined ends it. Where `latency` holds up requests, this holds up bytes. */
  shape(shape: Shape | undefined): void;
  /** Adds a rule; earlier ones go first. */
  script(rule: Rule): ScriptHandle;
  /**
   * Asked before each write is passed on, with its position since this call, from 1: the place to stop an
   * agent between any two of its writes. A held write is never answered. Undefined takes the hook away.
   */
  beforeMutation(
    hook: ((request: ProxiedRequest, position: number) => Ruling | Promise<Ruling>) | undefined,
  ): void;
  /** All requests so far, in order of arrival. Empty it at will. */
  readonly requests: ProxiedRequest[];
  /** Watches that are open now. */
  readonly streams: OpenStream[];
  readonly connections: { readonly opened: number; readonly open: number };
  /** Breaks every open connection. */
  resetConnections(): void;
  close(): Promise<void>;
}

/** Starts a proxy; it passes everything on until told otherwise. */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const proxy = new TlsFaultProxy();
  await proxy.start(options);
  return proxy;
}

class TlsFaultProxy implements FaultProxy {
  readonly requests: ProxiedRequest[] = [];
  readonly #identities = new Identities();
  readonly #streams = new Streams();
  readonly #rules: { rule: Rule; taken: number }[] = [];
  readonly #server: Server;
  #authority = new Authority('fault-proxy-ca');
  #relay = new Relay(0);
  #target = '';
  #kubeconfig = '';
  #latency = 0;
  #count = 0;
  #mutations = 0;
  #hook:
    | { ask: (request: ProxiedRequest, position: number) => Ruling | Promise<Ruling>; asked: number }
    | undefined;

  constructor() {
    this.#server = createServer(servingUnder(this.#authority), (request, response) => {
      void this.#handle(request, response);
    });
    // As long as an API server keeps them; Node's 5 s would look like a fault of its own.
    this.#server.keepAliveTimeout = 90_000;
    this.#server.requestTimeout = 0;
    this.#server.on('tlsClientError', () => {});
    this.#server.on('clientError', () => {});
  }

  async start({ target, context, port = 0 }: FaultProxyOptions): Promise<void> {
    this.#server.listen({ port: 0, host: '127.0.0.1' });
    await once(this.#server, 'listening');
    this.#relay = new Relay((this.#server.address() as AddressInfo).port);
    await this.#relay.listen(port);
    this.#target = target;
    this.#kubeconfig = await this.kubeconfigFor('default', target, context);
  }

  get ca(): string {
    return this.#authority.cert;
  }

  servesUnder(authority: Authority): void {
    this.#authority = authority;
    this.#server.setSecureContext(servingUnder(authority));
  }

  get url(): string {
    return `https://127.0.0.1:${this.#relay.port}`;
  }

  get kubeconfig(): string {
    return this.#kubeconfig;
  }

  get connections(): { opened: number; open: number } {
    return { opened: this.#relay.opened, open: this.#relay.open };
  }

  get streams(): OpenStream[] {
    return this.#streams.all;
  }

  async kubeconfigFor(name: string, realKubeconfig: string, context?: string): Promise<string> {
    return kubeconfigThrough(this.url, this.ca, name, await this.tokenFor(name, realKubeconfig, context));
  }

  tokenFor(name: string, realKubeconfig: string, context?: string): Promise<string> {
    return this.#identities.add(name, realKubeconfig, context);
  }

  passTokens(): Promise<void> {
    return this.#identities.passOn(this.#target);
  }

  revoke(token: string): void {
    this.#identities.revoke(token);
  }

  mode(mode: WireMode): Promise<void> {
    return this.#relay.mode(mode);
  }

  latency(ms: number): void {
    this.#latency = ms;
  }

  shape(shape: Shape | undefined): void {
    this.#relay.shape(shape);
  }

  script(rule: Rule): ScriptHandle {
    const entry = { rule, taken: 0 };
    this.#rules.push(entry);
    return {
      get taken() {
        return entry.taken;
      },
      cancel: () => {
        this.#rules.splice(this.#rules.indexOf(entry), this.#rules.includes(entry) ? 1 : 0);
      },
    };
  }

  beforeMutation(
    hook: ((request: ProxiedRequest, position: number) => Ruling | Promise<Ruling>) | undefined,
  ): void {
    this.#hook = hook && { ask: hook, asked: 0 };
  }

  resetConnections(): void {
    this.#relay.resetAll();
  }

  async close(): Promise<void> {
    await this.#relay.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.#identities.close();
  }

  async #handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const innerPort = incoming.socket.remotePort;
    const url = incoming.url ?? '/';
    const method = incoming.method ?? 'GET';
    const upstream = this.#identities.of(incoming.headers.authorization);
    try {
      const request: ProxiedRequest = {
        ...targetOf(method, url),
        number: ++this.#count,
        mutation: isMutating(method) ? ++this.#mutations : undefined,
        connection: this.#relay.numberOf(innerPort),
        method,
        identity: upstream?.identity ?? 'unknown',
        authorization: incoming.headers.authorization,
        headers: incoming.headers,
        body: await text(incoming),
        at: performance.now(),
        status: undefined,
      };
      this.requests.push(request);
      const exchange = new Exchange(request, url, upstream, response, () => this.#relay.reset(innerPort));
      if (this.#latency > 0) await exchange.pause(this.#latency);
      const action = this.#rule(request) ?? (await this.#ruling(request)) ?? this.#usual(exchange);
      await action(exchange);
    } catch {
      // The real server is away, or the client is: to the client both look like a broken connection. One whose
      // answer was complete may already carry another request.
      if (!response.writableEnded) this.#relay.reset(innerPort);
    }
  }

  #rule(request: ProxiedRequest): Action | undefined {
    for (const entry of this.#rules) {
      const { when = () => true, times = 1, action } = entry.rule;
      if (entry.taken >= times || !when(request)) continue;
      entry.taken++;
      return action;
    }
    return undefined;
  }

  async #ruling(request: ProxiedRequest): Promise<Action | undefined> {
    if (this.#hook === undefined || request.mutation === undefined) return undefined;
    switch (await this.#hook.ask(request, ++this.#hook.asked)) {
      case 'forward':
        return undefined;
      case 'hold':
        return stall();
      case 'reset':
        return reset();
    }
  }

  #usual(exchange: Exchange): Action {
    return exchange.known ? (passed) => this.#pass(passed) : answer(401);
  }

  /** Passes a request on; watches by whole lines, so that a test's own can go in between. */
  async #pass(exchange: Exchange): Promise<void> {
    const { statusCode, headers, body } = await exchange.forward();
    exchange.begin(statusCode, headers);
    if (exchange.request.verb === 'watch') {
      const stream = this.#streams.begin(exchange);
      for await (const line of wholeLines(body)) {
        if (this.#latency > 0) await exchange.pause(this.#latency);
        await stream.pass(line);
      }
    } else {
      for await (const chunk of body) await exchange.write(chunk);
    }
    exchange.end();
  }
}

function servingUnder(authority: Authority): KeyPair {
  return authority.issue({ user: 'fault-proxy', hosts: ['127.0.0.1', 'localhost'] });
}
