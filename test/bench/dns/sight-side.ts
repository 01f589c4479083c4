import { createSocket } from 'node:dgram';
import { encode } from 'dns-packet';
import type { Access } from '../rig/access.ts';
import { ApiServer } from '../rig/api-server.ts';
import { type Channel, runProgram } from '../rig/program-side.ts';
import type { Lane } from './content.ts';

export interface SightConfig {
  servers: Record<string, Access>;
  lanes: Record<Lane, LaneSight>;
  /** Of CoreDNS, on 127.0.0.1. */
  port: number;
}

/** Where a change of a lane is seen. */
export interface LaneSight {
  /** By server, the watches; the last one is that of the slices from which CoreDNS answers. */
  watches: readonly { server: string; path: string }[];
  name: string;
}

/** Before a change is made: which address it brings. */
export interface LookOut {
  lane: Lane;
  address: string;
}

export type Sighted =
  | { type: 'ready' }
  | { type: 'armed' }
  /** Nanoseconds of the machine's monotonic clock, as text: when each watch showed it, and when an answer had it. */
  | { type: 'seen'; at: readonly string[]; answeredAt: string };

/** A question for all addresses of the name. */
const questionFor = (name: string) =>
  encode({ type: 'query', id: 1, flags: 0x0100, questions: [{ type: 'A', name }] });

/** The four bytes by which an address stands in an answer. */
const bytesOf = (address: string) => Buffer.from(address.split('.').map(Number));

/**
 * Sees one change at a time, by bare watches and in CoreDNS' answers. From the moment at which the last watch has shown
 * it, CoreDNS is asked again and again, one question after the other's answer.
 */
async function sight(config: SightConfig, channel: Channel<Sighted>): Promise<(order: LookOut) => void> {
  const servers = new Map(
    Object.entries(config.servers).map(([name, access]) => [name, new ApiServer(access)]),
  );
  const socket = createSocket('udp4');
  const connected = Promise.withResolvers<void>();
  socket.once('error', connected.reject);
  socket.connect(config.port, '127.0.0.1', connected.resolve);
  await connected.promise;
  socket.on('error', (error) => channel.fail(error));

  let wanted: (LookOut & { at: (bigint | undefined)[]; bytes: Buffer }) | undefined;
  const ask = (lane: Lane) => socket.send(questionFor(config.lanes[lane].name));
  socket.on('message', (answer) => {
    if (wanted === undefined) return;
    const { lane, at, bytes } = wanted;
    if (!answer.includes(bytes)) return ask(lane);
    wanted = undefined;
    channel.send({ type: 'seen', at: at.map(String), answeredAt: String(process.hrtime.bigint()) });
  });
  const look = (lane: Lane, watch: number) => (line: string, at: bigint) => {
    if (wanted?.lane !== lane || wanted.at[watch] !== undefined || !line.includes(wanted.address)) return;
    wanted.at[watch] = at;
    // Two watches are two streams: what is first on the way need not be seen first.
    if (!wanted.at.includes(undefined)) ask(lane);
  };
  const follow = (lane: Lane, watch: number) => {
    const { server, path } = config.lanes[lane].watches[watch] ?? { server: '', path: '' };
    const begun = Promise.withResolvers<void>();
    const seen = look(lane, watch);
    const onLine = (line: string, at: bigint) => {
      begun.resolve();
      seen(line, at);
    };
    servers
      .get(server)
      ?.follow(path, new AbortController().signal, onLine)
      .catch((error: unknown) => channel.fail(error));
    return begun.promise;
  };
  await Promise.all(
    (['set', 'own'] as const).flatMap((lane) =>
      config.lanes[lane].watches.map((_, watch) => follow(lane, watch)),
    ),
  );
  channel.send({ type: 'ready' });
  return (order) => {
    const at = config.lanes[order.lane].watches.map(() => undefined);
    wanted = { ...order, at, bytes: bytesOf(order.address) };
    channel.send({ type: 'armed' });
  };
}

runProgram(sight);
