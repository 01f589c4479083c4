import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { configMaps } from '#apis/kubernetes/config-map.ts';
import { newInformer } from '#src/cache/informer.ts';
import { SteppedClock } from '#test/clock/stepped-clock.ts';
import { answer } from '#test/proxy/actions.ts';
import type { ProxiedRequest } from '#test/proxy/request.ts';
import { RecordingLog } from '#test/runtime/recording-log.ts';
import { Rig } from './rig.ts';
import { until } from './watched.ts';

const LIST_TAKES = 100;
const GONE = answer(410, { reason: 'Expired', message: 'too old resource version' });

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.start();
});
afterAll(() => rig.stop());

/** An informer among `readers` whose first list takes a tenth of a second of a clock that the test moves. */
async function loseHistory(readers: number) {
  const namespace = await rig.namespace();
  const clock = new SteppedClock();
  const log = new RecordingLog();
  const informer = newInformer(
    { client: rig.through(), clock, log, random: () => 0.5, readers: () => readers },
    { resource: configMaps, namespace },
  );
  const isIn = (verb: string) => (request: ProxiedRequest) =>
    request.verb === verb && request.namespace === namespace;
  rig.proxy.script({
    when: isIn('list'),
    action: async (exchange) => {
      await clock.block(LIST_TAKES);
      const { statusCode, headers, body } = await exchange.forward();
      exchange.begin(statusCode, headers);
      for await (const chunk of body) await exchange.write(chunk);
      exchange.end();
    },
  });
  rig.proxy.script({ when: isIn('watch'), action: GONE });
  const stop = new AbortController();
  const life = informer.run(stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await life;
  });
  await until('the watch is refused', () => log.alarms.length > 0);
  return { clock, informer, log, lists: () => rig.proxy.requests.filter(isIn('list')).length };
}

describe('a history that is lost to all readers of a server', () => {
  it('is listed anew in turns, which nobody cuts short', async () => {
    const { clock, informer, log, lists } = await loseHistory(9);
    expect(log.alarms[0]?.fields).toMatchObject({ retryInMs: 400 });
    // As another informer of the server does that has been answered.
    informer.wake();
    expect(clock.untilNext).toBe(400);
    expect(lists()).toBe(1);
    await clock.step(400);
    await until('it is listed again', () => lists() === 2);
  });

  it('is listed at once by a reader that is alone', async () => {
    const { log, lists } = await loseHistory(1);
    await until('it is listed again', () => lists() === 2);
    expect(log.alarms[0]?.fields).toMatchObject({ retryInMs: 0 });
  });
});
