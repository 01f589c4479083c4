import type { ILease } from '#apis/kubernetes/lease.ts';
import type { KubeObject } from '#apis/meta.ts';

/** What this agent knows of its Lease on the hub from the replies to its own renewals. */
export interface KnownRenewals {
  /** Highest resourceVersion that any renewal returned, restarts included; empty: none. */
  highest: string;
  /** The renewTime last acknowledged to this process, and under which holder identity. */
  renewTime: string | undefined;
  holder: string;
}

/**
 * Why a version that the hub gave a renewal shows that the hub went back in time; undefined: it does not.
 * All objects of an API server share one counter, so each renewal must return more than the last one did.
 */
export function rollbackByVersion(known: KnownRenewals, got: string | undefined): string | undefined {
  if (known.highest === '' || got === undefined || !/^\d+$/.test(got)) return undefined;
  if (BigInt(got) >= BigInt(known.highest)) return undefined;
  return `a renewal of this member's Lease gave version ${got}, an earlier one ${known.highest}`;
}

/**
 * The same for a Lease read after a renewal was refused. A hub restored with its counter raised, so that
 * watches break (etcdutl --bump-revision), still shows the Lease as it was: with the old version, or, where
 * objects were written anew, with a renewTime that this very holder has since replaced.
 */
export function rollbackByLease(known: KnownRenewals, lease: ILease | undefined): string | undefined {
  if (lease === undefined) {
    return known.highest === ''
      ? undefined
      : "this member's Lease is gone from the hub, though it was renewed there";
  }
  const older = rollbackByVersion(known, lease.metadata.resourceVersion);
  if (older !== undefined) return older;
  const { renewTime, holderIdentity } = lease.spec ?? {};
  if (known.renewTime === undefined || renewTime === undefined || holderIdentity !== known.holder)
    return undefined;
  // MicroTime strings of one form: their order is the order of time.
  if (renewTime >= known.renewTime) return undefined;
  return `this member's Lease shows a renewal of ${renewTime}, though the one of ${known.renewTime} was acknowledged`;
}

/** A report or an ExportedService: what carries an inventory. */
export type Inventoried = KubeObject & { spec?: { inventory?: { sequence?: number } } };

/**
 * The same for two versions of one inventory of our own, the later one as an informer brought it. Below the
 * floor nothing is news: it is written again anyway.
 */
export function rollbackByInventory(
  before: Inventoried,
  after: Inventoried,
  floor: number,
): string | undefined {
  const [had, has] = [before.spec?.inventory?.sequence, after.spec?.inventory?.sequence];
  if (had === undefined || has === undefined || has >= had || had < floor) return undefined;
  return `the inventory of ${after.metadata.name} went from sequence ${had} to ${has}, which this member never did`;
}

/** The higher of two resourceVersions; empty counts as none. */
export function higherVersion(a: string, b: string | undefined): string {
  if (b === undefined || !/^\d+$/.test(b)) return a;
  return a === '' || BigInt(b) > BigInt(a) ? b : a;
}
