import type { IExportedService } from '#apis/hub/exported-service.ts';
import { type IMember, removedUIDs } from '#apis/hub/member.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';
import type { KubeObject } from '#apis/meta.ts';
import { type Inventory, inventoryOfReport, inventoryOfService } from './inventory.ts';

/** All that may be asked about what is gone (DESIGN.md 4a). Undefined is silence, and silence proves nothing. */
export interface Evidence {
  /** The hub's admin has stated that this cluster under this id is gone for good. */
  isRemoved(cluster: string, uid: string): boolean;
  /** Names `<namespace>.<service>`. */
  report(cluster: string): Inventory | undefined;
  /** Names slice hashes. */
  service(cluster: string, namespace: string, service: string): Inventory | undefined;
}

/** The hub's objects as they lie in the caches of one reader, each looked up by the namespace it lies in. */
export interface EvidenceSources {
  member(cluster: string): IMember | undefined;
  report(cluster: string): IMemberReport | undefined;
  exportedService(cluster: string, namespace: string, service: string): IExportedService | undefined;
}

/**
 * Reads evidence from cached objects. An inventory is taken apart once for each object and kept as long as
 * the object is, so that a question costs a look-up even for a member with thousands of services.
 */
export function evidenceFrom(sources: EvidenceSources): Evidence {
  const reports = once(inventoryOfReport);
  const services = once(inventoryOfService);
  return {
    isRemoved: (cluster, uid) => removedUIDs(sources.member(cluster)).includes(uid),
    report: (cluster) => reports(sources.report(cluster)),
    service: (cluster, namespace, service) => services(sources.exportedService(cluster, namespace, service)),
  };
}

/** Evidence of nothing: what a hub that may not be believed gives. */
export const NO_EVIDENCE: Evidence = {
  isRemoved: () => false,
  report: () => undefined,
  service: () => undefined,
};

function once<T extends KubeObject>(read: (object: T) => Inventory | undefined) {
  const known = new WeakMap<T, Inventory | 'malformed'>();
  return (object: T | undefined): Inventory | undefined => {
    if (object === undefined) return undefined;
    const before = known.get(object);
    if (before !== undefined) return before === 'malformed' ? undefined : before;
    const inventory = read(object);
    known.set(object, inventory ?? 'malformed');
    return inventory;
  };
}
