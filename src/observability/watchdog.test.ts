import { describe, expect, it } from 'vitest';
import { SteppedClock } from '#test/clock/stepped-clock.ts';
import { RecordingLog } from '#test/runtime/recording-log.ts';
import { LoopWatchdog } from './watchdog.ts';

function start() {
  const clock = new SteppedClock();
  const log = new RecordingLog();
  const stop = new AbortController();
  const watchdog = new LoopWatchdog(clock, log);
  const run = watchdog.run(stop.signal);
  return { clock, log, watchdog, run, stop };
}

describe('the watchdog of the event loop', () => {
  it('says nothing while the loop turns', async () => {
    const { clock, log, watchdog } = start();
    await clock.step(600_000);
    expect([log.lines, watchdog.check()]).toEqual([[], undefined]);
  });

  it('reports a stall and does not condemn the process for it', async () => {
    const { clock, log, watchdog } = start();
    await clock.step(10_000);
    await clock.block(5_500);
    expect(log.alarms).toEqual([
      { level: 'warn', message: 'the event loop was blocked', fields: { blockedMs: 5_000 } },
    ]);
    expect(watchdog.check()).toBeUndefined();
  });

  it('fails the check of a loop that is blocked most of the time, until it has recovered', async () => {
    const { clock, watchdog } = start();
    await clock.step(0);
    for (let i = 0; i < 4; i++) {
      await clock.block(10_500);
      await clock.step(500);
    }
    expect(watchdog.check()).toBe('blocked for 40 s of the last minute');
    await clock.step(60_000);
    expect(watchdog.check()).toBeUndefined();
  });

  it('stops with its signal and leaves no timer', async () => {
    const { clock, run, stop } = start();
    await clock.step(100);
    stop.abort();
    await run;
    expect(clock.pending).toBe(0);
  });
});
