import type { ILease } from '#apis/kubernetes/lease.ts';
import type { Milliseconds } from '../clock.ts';
import { microTime } from '../micro-time.ts';

/** How long leadership lasts; client-go's numbers unless told (tools/leaderelection/leaderelection.go). */
export interface ElectionTimings {
  /** How long others leave a Lease alone that is not renewed. */
  lease: Milliseconds;
  /** How long a leader goes on without a renewal that was answered. Below `lease`, or two lead at once. */
  renewWithin: Milliseconds;
  /** From one attempt to take or to renew it to the next. */
  retryEvery: Milliseconds;
}

export const ELECTION_TIMINGS: ElectionTimings = { lease: 15_000, renewWithin: 10_000, retryEvery: 2_000 };

/** A state of the Lease, and the monotonic time at which this process first saw it. */
export interface Observation {
  version: string;
  since: Milliseconds;
}

/** What was observed, brought up to what the Lease is now. */
export function observe(before: Observation | undefined, lease: ILease, now: Milliseconds): Observation {
  const version = lease.metadata.resourceVersion ?? '';
  return before?.version === version ? before : { version, since: now };
}

/**
 * Whether a candidate may take the Lease: nobody holds it, or the candidate itself (its last life, in a container
 * that was begun anew), or nobody has renewed it for as long as its holder said
 * that it lasts, counted from when this process saw the last change. The times written in it are never compared with
 * any clock: the holder's may be an hour off (kubernetes/client-go tools/leaderelection).
 */
export function mayTake(holder: string, lease: ILease, observed: Observation, now: Milliseconds): boolean {
  const { holderIdentity, leaseDurationSeconds } = lease.spec ?? {};
  if (!holderIdentity || holderIdentity === holder) return true;
  const lasts = (leaseDurationSeconds ?? ELECTION_TIMINGS.lease / 1_000) * 1_000;
  return now - observed.since >= lasts;
}

/** The Lease's spec when `holder` takes it over, or renews what it holds already. `now` in ms since the epoch. */
export function heldBy(
  holder: string,
  before: ILease['spec'],
  now: Milliseconds,
  lease: Milliseconds,
): NonNullable<ILease['spec']> {
  const renews = before?.holderIdentity === holder;
  return {
    ...before,
    holderIdentity: holder,
    leaseDurationSeconds: Math.max(1, Math.ceil(lease / 1_000)),
    acquireTime: renews ? (before?.acquireTime ?? microTime(now)) : microTime(now),
    renewTime: microTime(now),
    leaseTransitions: (before?.leaseTransitions ?? 0) + (renews || before === undefined ? 0 : 1),
  };
}

/** The Lease's spec when its holder gives it back: the next candidate need not wait. */
export function givenBack(before: ILease['spec'], now: Milliseconds): NonNullable<ILease['spec']> {
  const { holderIdentity: _, ...rest } = before ?? {};
  return { ...rest, leaseDurationSeconds: 1, renewTime: microTime(now) };
}
