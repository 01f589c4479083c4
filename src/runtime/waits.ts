import type { Clock, Milliseconds } from './clock.ts';

/** Resolves true when the promise settled in time, however it settled, and false when `limit` passed first. */
export async function settledWithin(
  clock: Clock,
  limit: Milliseconds,
  promise: Promise<unknown>,
): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const timer = clock.after(limit, () => late.resolve(false));
  const settled = promise.then(
    () => true as const,
    () => true as const,
  );
  try {
    return await Promise.race([settled, late.promise]);
  } finally {
    timer.cancel();
  }
}

/** Resolves once the signal is aborted. For signals that end with their one listener. */
export function abortOf(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
