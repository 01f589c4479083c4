import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** One TCP connection of a client, and its way on. Frozen, it takes and gives no byte, but stays open. */
class RelayedConnection {
  readonly number: number;
  readonly client: Socket;
  readonly inner: Socket;
  #frozen = false;

  constructor(number: number, client: Socket, inner: Socket) {
    this.number = number;
    this.client = client;
    this.inner = inner;
    this.#carry(client, inner);
    this.#carry(inner, client);
  }

  freeze(): void {
    this.#frozen = true;
    this.client.pause();
    this.inner.pause();
  }

  thaw(): void {
    this.#frozen = false;
    this.client.resume();
    this.inner.resume();
  }

  reset(): void {
    this.client.resetAndDestroy();
    this.inner.destroy();
  }

  #carry(from: Socket, to: Socket): void {
    from.setNoDelay(true);
    from.on('data', (chunk: Buffer) => {
      if (to.destroyed || to.write(chunk)) return;
      from.pause();
      to.once('drain', () => this.#frozen || from.resume());
    });
    from.on('end', () => this.#frozen || to.end());
    // An error is followed by close; a frozen connection tells the other side nothing.
    from.on('error', () => {});
    from.on('close', () => this.#frozen || to.destroy());
  }
}

/** How TCP connections are treated. */
export type WireMode = 'pass' | 'refuse' | 'blackhole' | 'half-open';

/** Carries TCP connections from a public port to an inner one, as well or as badly as it is told. */
export class Relay {
  readonly #innerPort: number;
  readonly #connections = new Set<RelayedConnection>();
  readonly #byInnerPort = new Map<number, RelayedConnection>();
  #server: Server | undefined;
  #port = 0;
  #mode: WireMode = 'pass';
  #opened = 0;

  constructor(innerPort: number) {
    this.#innerPort = innerPort;
  }

  get port(): number {
    return this.#port;
  }

  /** Connections accepted since the start. */
  get opened(): number {
    return this.#opened;
  }

  /** Connections that no side has closed. */
  get open(): number {
    return this.#connections.size;
  }

  async listen(port = this.#port): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer((client) => this.#accept(client));
    this.#server = server;
    server.listen({ port, host: '127.0.0.1' });
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
  }

  /**
   * `refuse`: nobody listens, and what was open is reset. `blackhole`: connections are accepted and nothing
   * moves on any of them, until `pass` sets them going again. `half-open`: what is open now never moves again
   * and is never closed; new connections work.
   */
  async mode(mode: WireMode): Promise<void> {
    this.#mode = mode;
    switch (mode) {
      case 'pass':
        for (const connection of this.#connections) connection.thaw();
        return this.listen();
      case 'refuse':
        this.#server?.close();
        this.#server = undefined;
        this.resetAll();
        return;
      case 'blackhole':
        for (const connection of this.#connections) connection.freeze();
        return this.listen();
      case 'half-open':
        for (const connection of this.#connections) {
          connection.freeze();
          connection.inner.destroy();
          this.#forget(connection);
          this.#abandoned.push(connection.client);
        }
        return this.listen();
    }
  }

  /** The number of the connection whose inner side has this local port. */
  numberOf(innerPort: number | undefined): number {
    return this.#byInnerPort.get(innerPort ?? -1)?.number ?? 0;
  }

  /** Resets the connection whose inner side has this local port. */
  reset(innerPort: number | undefined): void {
    this.#byInnerPort.get(innerPort ?? -1)?.reset();
  }

  resetAll(): void {
    for (const connection of this.#connections) connection.reset();
  }

  async close(): Promise<void> {
    this.resetAll();
    for (const client of this.#abandoned) client.destroy();
    const server = this.#server;
    this.#server = undefined;
    if (server !== undefined) await new Promise((resolve) => server.close(resolve));
  }

  readonly #abandoned: Socket[] = [];

  #accept(client: Socket): void {
    this.#opened++;
    const inner = connect({ port: this.#innerPort, host: '127.0.0.1' });
    const connection = new RelayedConnection(this.#opened, client, inner);
    this.#connections.add(connection);
    inner.once('connect', () => this.#byInnerPort.set(inner.localPort ?? -1, connection));
    client.once('close', () => this.#forget(connection));
    if (this.#mode === 'blackhole') connection.freeze();
  }

  #forget(connection: RelayedConnection): void {
    this.#connections.delete(connection);
    for (const [port, known] of this.#byInnerPort) {
      if (known === connection) this.#byInnerPort.delete(port);
    }
  }
}
