import { expect, onTestFinished } from 'vitest';
import { systemClock } from '#src/runtime/system-clock.ts';
import { FastClock } from '#test/clock/fast-clock.ts';
import { endpoint, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { exportsPlain } from '#test/driver/exporting.ts';
import type { ProxiedWay } from '#test/driver/proxied.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { type Action, answer, breakStream, errorInStream } from '#test/proxy/actions.ts';
import { faultKeepingAll } from '../frame/keeping.ts';
import { isSliceWatch, listsTaken, sliceStream } from './hub-watches.ts';

/** A minute of the agent's is a second and a half. */
const TIMES = 40;
/** The first wait, before chance makes it longer; each further one is twice as long. */
const FIRST_WAIT_MS = 800;
const RETRY_AFTER_S = 10;
/** With the shortest waits that chance allows, more do not fit into a minute. */
const ATTEMPTS = 7;

interface Refusal {
  what: string;
  action: Action;
  /** Attempts that follow the first at once: what was open a moment ago may be again, and an early end may be chance. */
  atOnce: number;
  /** The least wait after those, in the agent's milliseconds. */
  firstWait: number;
  /** No wait is shorter: what the server has asked for. */
  asked?: number;
}

const REFUSALS: Refusal[] = [
  { what: '500', action: answer(500), atOnce: 0, firstWait: FIRST_WAIT_MS },
  { what: '504', action: answer(504), atOnce: 0, firstWait: FIRST_WAIT_MS },
  {
    what: '429 with Retry-After',
    action: answer(429, { retryAfterSeconds: RETRY_AFTER_S }),
    atOnce: 0,
    firstWait: FIRST_WAIT_MS,
    asked: 1_000 * RETRY_AFTER_S,
  },
  { what: '500 in the stream', action: errorInStream(500), atOnce: 1, firstWait: 2 * FIRST_WAIT_MS },
  { what: '504 in the stream', action: errorInStream(504), atOnce: 1, firstWait: 2 * FIRST_WAIT_MS },
  { what: 'an end at once', action: breakStream('end', 0), atOnce: 2, firstWait: 2 * FIRST_WAIT_MS },
];

/** A server that refuses shbt's watch of slices over and over. Only the agent's own waits matter: its clock is fast. */
export function refusedWatches(set: OpenedSet, way: () => ProxiedWay): void {
  for (const { what, action, atOnce, firstWait, asked = 0 } of REFUSALS) {
    faultKeepingAll(
      set,
      'F15',
      `${what}: tried again after waits that double, and not before the server wants it; then nothing is missing`,
      async (finding) => {
        const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
        const { proxy, kubeconfig } = way();
        // A failure of the test before would be one more in a row.
        await set().stopAgent('shbt');
        const agent = set().startAgent(
          'shbt',
          { hubKubeconfig: kubeconfig },
          new FastClock(systemClock(), TIMES),
        );
        await exportsPlain(zzzc, 'prod', 'refused', '198.18.15.1');
        await shbt.awaitAddresses('prod', 'refused', 'zzzc', ['198.18.15.1']);
        const from = agent.log.length;
        const refusing = proxy.script({ when: isSliceWatch, times: Number.POSITIVE_INFINITY, action });
        onTestFinished(() => refusing.cancel());
        proxy.requests.length = 0;
        (await sliceStream(proxy)).end();
        await zzzc.slice(slice('prod', 'refused', 'a', [endpoint('198.18.15.2')]));
        await eventually(`${ATTEMPTS} attempts`, async () =>
          expect(refusing.taken).toBeGreaterThanOrEqual(ATTEMPTS),
        );
        const times = proxy.requests.filter(isSliceWatch).map(({ at }) => TIMES * at);
        const waits = times.slice(1).map((at, n) => at - (times[n] ?? 0));
        for (const [n, wait] of waits.slice(atOnce, ATTEMPTS - 1).entries()) {
          expect(wait, `wait ${n + 1} of ${waits}`).toBeGreaterThanOrEqual(
            Math.max(asked, firstWait * 2 ** n) - TIMES,
          );
        }
        refusing.cancel();
        await shbt.awaitAddresses('prod', 'refused', 'zzzc', ['198.18.15.2']);
        expect(listsTaken(agent, from)).toEqual([]);
        const [first = 0] = times;
        finding.records({
          [`attempts in the first minute at ${what}`]: times.filter((at) => at - first < 60_000).length,
        });
      },
    );
  }
}
