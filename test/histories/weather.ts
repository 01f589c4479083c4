import type { Draw } from './draw.ts';
import { type Fault, type LinkEnd, MEMBERS, type MemberId, type RigOperation, WRITTEN } from './script.ts';

/** What goes wrong next; `histories`: how many there are to be hit. */
export function faultOf(draw: Draw, histories: number): Fault {
  const at = draw.of(MEMBERS);
  const link: LinkEnd = draw.of(['hub', 'hub', 'own']);
  return draw.weighed<Fault>([
    [3, () => ({ fault: 'refuse', at, link })],
    [3, () => ({ fault: 'blackhole', at, link })],
    [2, () => ({ fault: 'reset', at, link })],
    [2, () => ({ fault: 'stall', at, link })],
    [2, () => ({ fault: 'expire', at, link })],
    [2, () => ({ fault: 'cut', at, link })],
    [3, () => ({ fault: 'delay', at, link, ms: draw.between(5, 120) })],
    [4, () => ({ fault: 'lose replies', at, link, every: draw.between(1, 3) })],
    [4, () => statusOf(draw, at, link)],
    [1, () => ({ fault: 'cut lists', at, link, bytes: draw.between(0, 3_000) })],
    [3, () => ({ fault: 'stale lists', at, link })],
    [3, () => ({ fault: 'kill', at })],
    [4, () => ({ fault: 'kill', at, afterWrite: draw.between(1, 6) })],
    [2, () => ({ fault: 'stop', at })],
    [1, () => ({ fault: 'twin', at })],
    [1, () => ({ fault: 'no hub controller' })],
    [3, () => ({ fault: 'denied', at, history: draw.between(0, histories - 1), what: draw.of(WRITTEN) })],
    // Seconds each, in which all wait.
    [
      0.15,
      () => ({ fault: 'server dies', server: draw.of(['hub', 'hub', at]), compacted: draw.chance(0.5) }),
    ],
  ]);
}

/** What the hub's admin does next. */
export function rigOperationOf(draw: Draw): RigOperation {
  const at = draw.of(MEMBERS);
  return draw.weighed<RigOperation>([
    [4, () => ({ do: 'slip', at, what: draw.of(['report', 'services', 'slices']) })],
    [1.5, () => ({ do: 'precedence', mode: draw.of(['ExportTime', 'HubTime']) })],
    // While a member is out of the set, the oracle says nothing of it, in any of the histories.
    [0.6, () => ({ do: 'leave', at })],
    [3, () => ({ do: 'join', at })],
  ]);
}

/** No lie that a server could not tell: a write that it has committed is never called a conflict, say. */
function statusOf(draw: Draw, at: MemberId, link: LinkEnd): Fault {
  const every = draw.between(1, 3);
  return draw.chance(0.5)
    ? { fault: 'status', at, link, to: 'reads', code: draw.of([500, 503, 504, 403, 404, 410, 401]), every }
    : { fault: 'status', at, link, to: 'writes', code: draw.of([500, 503, 504, 403, 401, 429]), every };
}
