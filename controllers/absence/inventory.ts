import type { IExportedService } from '#apis/hub/exported-service.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';

/** What a member said that it stands for at one moment: the only thing from which absence can be read. */
export interface Inventory {
  /** kube-system UID of the cluster that wrote it: a rebuilt cluster's inventory says nothing of the old one's. */
  uid: string;
  sequence: number;
  names(name: string): boolean;
}

/** The inventory of a member's exported services, by `<namespace>.<service>`; undefined for a malformed one. */
export function inventoryOfReport(report: IMemberReport): Inventory | undefined {
  const spec: Partial<IMemberReport['spec']> | undefined = report.spec;
  return inventory(spec?.clusterUID, spec?.inventory?.sequence, spec?.inventory?.services);
}

/** The inventory of a service's slices, by slice hash; undefined for a malformed one. */
export function inventoryOfService(record: IExportedService): Inventory | undefined {
  const spec: Partial<IExportedService['spec']> | undefined = record.spec;
  // Both were stamped by the same writer in the same write: `asserted` says which cluster it was.
  return inventory(spec?.asserted?.uid, spec?.inventory?.sequence, spec?.inventory?.slices);
}

/**
 * Whether what an inventory left out may no longer be left out, whatever the one after it names: there is none, or it
 * speaks for another cluster or for an earlier time.
 */
export function provesLess(before: Inventory | undefined, after: Inventory | undefined): boolean {
  if (before === undefined) return false;
  return after?.uid !== before.uid || after.sequence < before.sequence;
}

/** Wrong types come from another version or a hostile member; read as an empty list they would delete. */
function inventory(uid: unknown, sequence: unknown, names: unknown): Inventory | undefined {
  if (typeof uid !== 'string' || uid === '') return undefined;
  if (typeof sequence !== 'number' || !Number.isSafeInteger(sequence)) return undefined;
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) return undefined;
  return { uid, sequence, names: lookup(names) };
}

/** Most inventories are short or never asked: a set is made at the first question to a long one. */
function lookup(names: readonly string[]): (name: string) => boolean {
  if (names.length <= SHORT) return (name) => names.includes(name);
  let set: ReadonlySet<string> | undefined;
  return (name) => {
    set ??= new Set(names);
    return set.has(name);
  };
}

const SHORT = 16;
