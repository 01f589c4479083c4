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

/**
 * The promise's outcome, or a rejection with the signal's reason if that comes first. Leaves no listener on the
 * signal, which may live as long as the process.
 */
export async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
