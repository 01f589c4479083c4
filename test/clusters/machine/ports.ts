import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** Ports of one workspace: a block of its own below the range that outgoing connections take theirs from. */
export const FIRST_PORT = 20_000;
export const BLOCK_SIZE = 100;
export const BLOCKS = 120;

/**
 * Gives the next port of a block that nobody listens on, TCP or UDP, on 127.0.0.1. A server may be stopped
 * and started again on it: no outgoing connection can take it in between, and no other workspace will.
 */
export class PortBlock {
  readonly #end: number;
  #next: number;

  constructor(block: number) {
    this.#next = FIRST_PORT + block * BLOCK_SIZE;
    this.#end = this.#next + BLOCK_SIZE;
  }

  /** @throws when the block is used up. */
  async take(): Promise<number> {
    while (this.#next < this.#end) {
      const port = this.#next++;
      if ((await tcpIsFree(port)) && (await udpIsFree(port))) return port;
    }
    throw new Error(`all ${BLOCK_SIZE} ports of this workspace are taken`);
  }
}

function tcpIsFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function udpIsFree(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    socket.once('error', () => resolve(false));
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => socket.close(() => resolve(true)));
  });
}
