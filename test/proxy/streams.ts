import type { Exchange } from './exchange.ts';
import type { ProxiedRequest } from './request.ts';

/** A watch that is open through the proxy, for a test to interfere with. */
export interface OpenStream {
  readonly request: ProxiedRequest;
  /** Whole lines that have been passed on or sent. */
  readonly lines: number;
  /** Sends an event between two of the server's, such as a BOOKMARK or an ERROR. */
  send(event: { type: string; object: unknown }): Promise<void>;
  /** Sends raw bytes, such as half a line. */
  sendRaw(bytes: string | Buffer): Promise<void>;
  /** Ends it as the server does at its time limit. */
  end(): void;
  /** Breaks its connection. */
  reset(): void;
  /** From now on nothing of the server's gets through, and nothing is closed. */
  stall(): void;
  /** Keeps the server's lines back, in order, until the returned function is called. */
  hold(): () => void;
}

/** The open watches of a proxy. */
export class Streams {
  readonly #open = new Set<LiveStream>();

  get all(): OpenStream[] {
    return [...this.#open];
  }

  begin(exchange: Exchange): LiveStream {
    const stream = new LiveStream(exchange);
    this.#open.add(stream);
    exchange.gone.addEventListener('abort', () => this.#open.delete(stream), { once: true });
    return stream;
  }
}

export class LiveStream implements OpenStream {
  readonly #exchange: Exchange;
  #lines = 0;
  #stalled = false;
  #held: Promise<void> = Promise.resolve();

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  get request(): ProxiedRequest {
    return this.#exchange.request;
  }

  get lines(): number {
    return this.#lines;
  }

  /** Passes one line of the server's on. */
  async pass(line: Buffer): Promise<void> {
    await this.#held;
    if (this.#stalled) return;
    this.#lines++;
    await this.#exchange.write(line);
  }

  async send(event: { type: string; object: unknown }): Promise<void> {
    this.#lines++;
    await this.#exchange.write(`${JSON.stringify(event)}\n`);
  }

  async sendRaw(bytes: string | Buffer): Promise<void> {
    await this.#exchange.write(bytes);
  }

  end(): void {
    this.#stalled = true;
    this.#exchange.end();
  }

  reset(): void {
    this.#exchange.reset();
  }

  stall(): void {
    this.#stalled = true;
  }

  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held = promise;
    return resolve;
  }
}
