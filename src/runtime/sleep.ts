import type { Clock, Milliseconds } from './clock.ts';

/** `Clock.sleep` made from a clock's `after`, so that every clock keeps its promise in the same way. */
export function sleepOn(after: Clock['after'], delay: Milliseconds, signal?: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  if (signal?.aborted) {
    reject(signal.reason);
    return promise;
  }
  const onAbort = () => {
    timer.cancel();
    reject(signal?.reason);
  };
  const timer = after(delay, () => {
    // A signal of the process's life would otherwise gather one listener per sleep.
    signal?.removeEventListener('abort', onAbort);
    resolve();
  });
  signal?.addEventListener('abort', onAbort, { once: true });
  return promise;
}
