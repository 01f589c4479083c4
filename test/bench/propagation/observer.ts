import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { collectionPath } from '#src/kube/paths.ts';
import type { Access } from '../rig/access.ts';
import { ApiServer } from '../rig/api-server.ts';
import { type Channel, runProgram } from '../rig/program-side.ts';
import { LANE_NAMESPACES, type Lane } from './lanes.ts';
import type { Stamps } from './stamps.ts';
import { watchQuery } from './watch-query.ts';

export interface ObserverConfig {
  lanes: readonly Lane[];
  a: Access;
  b: Access;
}

/** Before a change is made: which address it will bring, on which lane. */
export interface Expect {
  lane: Lane;
  address: string;
}

export type Observed =
  | { type: 'ready' }
  /** The observer looks out for the address from here on. */
  | { type: 'armed' }
  /** Both sides have shown it. */
  | ({ type: 'seen'; lane: Lane; address: string } & Stamps);

/**
 * Watches the same namespaces in A and B with nothing but byte searches, and stamps both with one
 * monotonic clock at the arrival of the bytes. It knows nothing of who carries a change.
 */
async function observe(
  config: ObserverConfig,
  channel: Channel<Observed>,
): Promise<(expect: Expect) => void> {
  const a = new ApiServer(config.a);
  const b = new ApiServer(config.b);
  let expected: (Expect & { atA?: bigint; atB?: bigint }) | undefined;

  const look = (lane: Lane, side: 'atA' | 'atB') => (line: string, at: bigint) => {
    if (expected?.lane !== lane || expected[side] !== undefined || !line.includes(expected.address)) return;
    expected[side] = at;
    if (expected.atA === undefined || expected.atB === undefined) return;
    const { address, atA, atB } = expected;
    expected = undefined;
    channel.send({ type: 'seen', lane, address, atA: String(atA), atB: String(atB) });
  };
  const follow = (server: ApiServer, path: string, onLine: (line: string, at: bigint) => void) => {
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    server
      .watch(path, new AbortController().signal, (line, at) => {
        begin();
        onLine(line, at);
      })
      .then(
        () => channel.fail(new Error(`the watch ${path} ended`)),
        (error: unknown) => channel.fail(error),
      );
    return begun;
  };

  // Every watched namespace holds a slice already: its first event proves the watch live.
  await Promise.all(
    config.lanes.flatMap((lane) => {
      const path = collectionPath(endpointSlices, LANE_NAMESPACES[lane]);
      return [
        follow(a, path + watchQuery({ onlySources: true }), look(lane, 'atA')),
        follow(b, path + watchQuery(), look(lane, 'atB')),
      ];
    }),
  );
  channel.send({ type: 'ready' });
  return (expect) => {
    expected = expect;
    channel.send({ type: 'armed' });
  };
}

runProgram(observe);
