import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type Channel, runProgram } from './program-side.ts';

export interface LinkConfig {
  /** The port on 127.0.0.1 that it leads to. */
  to: number;
  /** How long every byte is held back, each way. */
  delayMs: number;
}

export type LinkOrder =
  /** Breaks every connection that is open now; new ones work. */
  | { type: 'cut' }
  /** While nothing is on the way: what is sent later must not overtake it. */
  | { type: 'delay'; ms: number };

export interface LinkReady {
  type: 'ready';
  port: number;
}

/** Carries TCP connections, late. What is inside is not looked at: it costs as little as a link can. */
async function link(config: LinkConfig, channel: Channel<LinkReady>): Promise<(order: LinkOrder) => void> {
  const pace = { delayMs: config.delayMs };
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const inner = connect({ port: config.to, host: '127.0.0.1' });
    for (const socket of [client, inner]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on('close', () => open.delete(socket));
      // An error is followed by close.
      socket.on('error', () => {});
    }
    carry(client, inner, pace);
    carry(inner, client, pace);
  });
  server.listen({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  channel.send({ type: 'ready', port: (server.address() as AddressInfo).port });
  return (order) => {
    if (order.type === 'delay') pace.delayMs = order.ms;
    else for (const socket of open) socket.resetAndDestroy();
  };
}

function carry(from: Socket, to: Socket, pace: { readonly delayMs: number }): void {
  // Timers of one length fire in the order in which they were set: bytes keep theirs, and end and close come last.
  const later = (task: () => void) => (pace.delayMs === 0 ? task() : void setTimeout(task, pace.delayMs));
  from.on('data', (chunk: Buffer) => {
    later(() => {
      if (to.destroyed || to.write(chunk)) return;
      from.pause();
      to.once('drain', () => from.resume());
    });
  });
  from.on('end', () => later(() => to.end()));
  from.on('close', () => later(() => to.destroy()));
}

runProgram(link);
