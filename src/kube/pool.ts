import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import type { Milliseconds } from '#src/runtime/clock.ts';
import type { ConnectionMaterial } from './credentials.ts';
import { KubeconfigError } from './kubeconfig.ts';

const CONNECT_TIMEOUT: Milliseconds = 10_000;

/** Below the 90 s after which an API server closes an idle connection, and the 60 s of common load balancers. */
const KEEP_IDLE_FOR: Milliseconds = 45_000;

/** TCP keep-alive: below the idle limits of common load balancers, as client-go has it. */
const PROBE_AFTER: Milliseconds = 30_000;

/** Connections to one API server under one set of TLS material. */
export interface Lease {
  readonly dispatcher: Dispatcher;
  /** Aborts when the material has been replaced: a stream on these connections should move to the new ones. */
  readonly replaced: AbortSignal;
}

interface Generation extends Lease {
  readonly fingerprint: string;
  readonly retire: AbortController;
  /** Settles when its last connection is closed; set when it has been taken out of use. */
  closing?: Promise<void>;
}

/**
 * The one set of keep-alive connections to a cluster. New TLS material opens a new set; the old one is closed
 * as soon as its requests are done, and its streams are told to move.
 */
export class ConnectionPool {
  readonly #onMoved: () => void;
  #current: Generation | undefined;
  #closed = false;
  /** Those out of use whose requests still run. */
  readonly #retired = new Set<Generation>();

  /** `onMoved`: told of new material in the place of other one, before anything is sent under it. */
  constructor(onMoved: () => void) {
    this.#onMoved = onMoved;
  }

  /** The connections for this material. Throws a KubeconfigError for a proxy of a kind that is not supported. */
  lease(material: ConnectionMaterial): Lease {
    if (this.#current?.fingerprint === material.fingerprint) return this.#current;
    const dispatcher = dispatcherFor(material);
    if (this.#current !== undefined) this.#onMoved();
    this.#retire();
    for (const old of this.#retired) old.retire.abort();
    return this.#begin(material.fingerprint, dispatcher);
  }

  /**
   * One of these connections was silent for longer than it may be: the idle ones beside it may be as dead, and
   * each would cost a request its whole deadline. New requests get new connections; what runs is left alone.
   */
  distrust(lease: Lease, material: ConnectionMaterial): void {
    if (this.#current !== lease || this.#closed) return;
    this.#retire();
    this.#begin(material.fingerprint, dispatcherFor(material));
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Breaks off whatever still runs and closes every connection. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#retire();
    await Promise.all([...this.#retired].map(({ dispatcher }) => dispatcher.destroy()));
  }

  #begin(fingerprint: string, dispatcher: Dispatcher): Generation {
    const retire = new AbortController();
    this.#current = { fingerprint, dispatcher, replaced: retire.signal, retire };
    return this.#current;
  }

  #retire(): void {
    const old = this.#current;
    if (old === undefined) return;
    this.#current = undefined;
    this.#retired.add(old);
    old.closing = old.dispatcher
      .close()
      // Destroyed meanwhile by close(): it is closed either way.
      .catch(() => {})
      .finally(() => this.#retired.delete(old));
  }
}

function dispatcherFor({ tls, proxy, title }: ConnectionMaterial): Dispatcher {
  // HTTP/1.1 on purpose: each watch has a connection of its own, so that a lost packet or a slow reader of one
  // stream holds up no other, and a broken connection breaks one stream only.
  const shared = { allowH2: false, keepAliveTimeout: KEEP_IDLE_FOR, headersTimeout: 0, bodyTimeout: 0 };
  const connect = { ...tls, timeout: CONNECT_TIMEOUT, keepAlive: true, keepAliveInitialDelay: PROBE_AFTER };
  if (proxy === undefined) return new Agent({ ...shared, connect });
  if (!/^https?:/.test(proxy)) {
    throw new KubeconfigError(`${title}: proxy-url ${proxy}: only http and https proxies are supported`);
  }
  return new ProxyAgent({ ...shared, uri: proxy, requestTls: connect });
}
