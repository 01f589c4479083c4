import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { Lane, type Shape } from './shape.ts';

/** Both directions of a link. */
interface Lanes {
  readonly toServer: Lane;
  readonly toClient: Lane;
}

/** One TCP connection of a client, and its way on. Frozen, it takes and gives no byte, but stays open. */
class RelayedConnection {
  readonly number: number;
  readonly client: Socket;
  readonly inner: Socket;
  #frozen = false;

  constructor(
    number: number,
    client: Socket,
    inner: Socket,
    lanes: Lanes,
    onBytesToClient: (bytes: number) => void,
  ) {
    this.number = number;
    this.client = client;
    this.inner = inner;
    this.#carry(client, inner, lanes.toServer);
    this.#carry(inner, client, lanes.toClient);
    inner.on('data', (chunk: Buffer) => onBytesToClient(chunk.length));
  }

  freeze(): void {
    this.#frozen = true;
    this.client.pause();
    this.inner.pause();
  }

  get frozen(): boolean {
    return this.#frozen;
  }

  /** Goes on; what has ended meanwhile is told to the other side. */
  thaw(): void {
    this.#frozen = false;
    this.client.resume();
    this.inner.resume();
    if (this.client.destroyed) this.inner.destroy();
    if (this.inner.destroyed) this.client.destroy();
  }

  reset(): void {
    this.client.resetAndDestroy();
    this.inner.destroy();
  }

  #carry(from: Socket, to: Socket, lane: Lane): void {
    from.setNoDelay(true);
    from.on('data', (chunk: Buffer) =>
      lane.carry(chunk.length, () => {
        if (to.destroyed || to.write(chunk)) return;
        from.pause();
        to.once('drain', () => this.#frozen || from.resume());
      }),
    );
    from.on('end', () => this.#frozen || lane.carry(0, () => to.end()));
    // An error is followed by close; a frozen connection tells the other side nothing.
    from.on('error', () => {});
    from.on('close', () => this.#frozen || lane.carry(0, () => to.destroy()));
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
  #bytesToClients = 0;
  readonly #lanes: Lanes = { toServer: new Lane(), toClient: new Lane() };

  constructor(innerPort: number) {
    this.#innerPort = innerPort;
  }

  get port(): number {
    return this.#port;
  }

  /** Bytes carried to clients since the start, as they are on the wire. */
  get bytesToClients(): number {
    return this.#bytesToClients;
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
        for (const connection of [...this.#connections, ...this.#left.splice(0)]) connection.thaw();
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

  /** Nothing moves any more on those of the open connections that `which` picks by number, until `pass`. */
  freeze(which: (connection: number) => boolean): void {
    for (const connection of this.#connections) if (which(connection.number)) connection.freeze();
  }

  /** All connections together are one link of this shape from now on, in each direction; undefined ends it. */
  shape(shape: Shape | undefined): void {
    this.#lanes.toServer.shape = shape;
    this.#lanes.toClient.shape = shape;
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
    for (const { inner } of this.#left.splice(0)) inner.destroy();
    for (const client of this.#abandoned) client.destroy();
    const server = this.#server;
    this.#server = undefined;
    if (server !== undefined) await new Promise((resolve) => server.close(resolve));
  }

  readonly #abandoned: Socket[] = [];
  /** Closed by the client while they were frozen: the other side has not been told. */
  readonly #left: RelayedConnection[] = [];

  #accept(client: Socket): void {
    this.#opened++;
    const inner = connect({ port: this.#innerPort, host: '127.0.0.1' });
    const connection = new RelayedConnection(this.#opened, client, inner, this.#lanes, (bytes) => {
      this.#bytesToClients += bytes;
    });
    this.#connections.add(connection);
    inner.once('connect', () => this.#byInnerPort.set(inner.localPort ?? -1, connection));
    client.once('close', () => {
      this.#forget(connection);
      if (connection.frozen) this.#left.push(connection);
    });
    if (this.#mode === 'blackhole') connection.freeze();
  }

  #forget(connection: RelayedConnection): void {
    this.#connections.delete(connection);
    for (const [port, known] of this.#byInnerPort) {
      if (known === connection) this.#byInnerPort.delete(port);
    }
  }
}
