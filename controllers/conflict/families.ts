import type { ExportRecord } from './record.ts';

/** The merged IP families, and the exporters that none of them can reach. */
export interface MergedFamilies {
  /** In the order of the oldest export that states any; empty only where nobody states any. */
  readonly families: string[];
  /** Whose statement has nothing in common with the ones before it. */
  readonly unreachable: ExportRecord[];
  /** The oldest export that states families. */
  readonly decidedBy: ExportRecord | undefined;
}

/**
 * What all exporters have in common, walked oldest first (SEMANTICS 3.11, the rule of Cilium). An exporter
 * without overlap is stepped over, because an empty result would cut everybody's traffic; it is a conflict.
 * An exporter that says nothing (an old version) does not count: unknown is not the empty set
 * (https://github.com/cilium/cilium/pull/42145).
 */
export function mergeFamilies(ordered: readonly ExportRecord[]): MergedFamilies {
  let families: string[] = [];
  let decidedBy: ExportRecord | undefined;
  const unreachable: ExportRecord[] = [];
  for (const record of ordered) {
    const stated = record.ipFamilies;
    if (stated === undefined) continue;
    if (decidedBy === undefined) {
      decidedBy = record;
      families = [...stated];
      continue;
    }
    const common = families.filter((family) => stated.includes(family));
    if (common.length > 0) families = common;
    else unreachable.push(record);
  }
  return { families, unreachable, decidedBy };
}
