import { type Asserted, formatAsserted, parseAsserted } from '#apis/hub/asserted.ts';
import { exportedServiceName } from '#apis/hub/exported-service.ts';
import type { Evidence } from './evidence.ts';
import type { Inventory } from './inventory.ts';

/** One member's export of one Service. */
export interface ServicePlace {
  cluster: string;
  namespace: string;
  service: string;
}

/** One member's slice of one Service. */
export interface SlicePlace extends ServicePlace {
  sliceHash: string;
}

/**
 * Why a member's export is gone, in one sentence for the log; undefined: not proven. It is gone when the
 * hub's admin says so of its cluster, or when a report of the same cluster, not older than what the export
 * was last asserted by, does not name it. A record that is still there proves nothing against that
 * (DESIGN.md 4a).
 */
export function serviceGone(evidence: Evidence, at: ServicePlace, asserted: Asserted): string | undefined {
  if (evidence.isRemoved(at.cluster, asserted.uid)) {
    return `the hub's admin has stated that cluster ${at.cluster} (${asserted.uid}) is removed`;
  }
  const report = evidence.report(at.cluster);
  if (!leavesOut(report, exportedServiceName(at.namespace, at.service), asserted)) return undefined;
  return (
    `cluster ${at.cluster} no longer names ${at.namespace}/${at.service} among its exports ` +
    `(its report has sequence ${report.sequence}, the export was asserted at ${asserted.sequence})`
  );
}

/** Why a slice of a member's export is gone: its service is, or the service's own inventory leaves it out. */
export function sliceGone(evidence: Evidence, at: SlicePlace, asserted: Asserted): string | undefined {
  const service = serviceGone(evidence, at, asserted);
  if (service !== undefined) return service;
  const inventory = evidence.service(at.cluster, at.namespace, at.service);
  if (!leavesOut(inventory, at.sliceHash, asserted)) return undefined;
  return (
    `cluster ${at.cluster} no longer names slice ${at.sliceHash} of ${at.namespace}/${at.service} ` +
    `(its inventory has sequence ${inventory.sequence}, the slice was asserted at ${asserted.sequence})`
  );
}

/** A record's `asserted` as it came over the wire; undefined where it is not one. */
export function assertedOf(value: unknown): Asserted | undefined {
  const { uid, sequence } = (value ?? {}) as Partial<Record<keyof Asserted, unknown>>;
  if (typeof uid !== 'string' || typeof sequence !== 'number') return undefined;
  // Only what survives the annotation's form: an imported object that forgot who vouched for it stays for ever.
  return parseAsserted(formatAsserted({ uid, sequence }));
}

/**
 * The assertion that an imported object must carry once it has shown `next`. Within one cluster UID it never
 * goes down: a hub restored from a snapshot shows old records beside old inventories, and by the old
 * `asserted` an inventory from before the export would count as proof.
 */
export function laterAsserted(held: Asserted | undefined, next: Asserted): Asserted {
  return held !== undefined && held.uid === next.uid && held.sequence > next.sequence ? held : next;
}

function leavesOut(
  inventory: Inventory | undefined,
  name: string,
  asserted: Asserted,
): inventory is Inventory {
  return (
    inventory !== undefined &&
    inventory.uid === asserted.uid &&
    inventory.sequence >= asserted.sequence &&
    !inventory.names(name)
  );
}
