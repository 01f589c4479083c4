import type { PrecedenceMode } from '#apis/hub/cluster-set.ts';
import type { ExportRecord } from './record.ts';

/**
 * Since when an exporter stands in the line, in milliseconds since 1970; undefined: nobody knows, which is
 * behind everyone (SEMANTICS 3.1).
 * `ExportTime`: the ServiceExport's age as its member claims it, but never younger than the hub knows the
 * record to be, so neither a fast clock nor a missing stamp sends an export back.
 * `HubTime`: the hub's own stamp, which no member can forge.
 */
export function standsSince(record: ExportRecord, mode: PrecedenceMode): number | undefined {
  const { exportedAt, recordedAt } = record;
  if (mode === 'HubTime') return recordedAt;
  if (exportedAt === undefined || recordedAt === undefined) return exportedAt ?? recordedAt;
  return Math.min(exportedAt, recordedAt);
}

/**
 * Oldest export first, then by cluster id, then by the ServiceExport's UID; the KEP has no tie-break, and with
 * stamps of whole seconds ties are common wherever one tool applies to all clusters. Strings compare by code
 * unit, so that every member orders alike whatever its locale. A cluster counts once, with its oldest record.
 */
export function inPrecedenceOrder(records: readonly ExportRecord[], mode: PrecedenceMode): ExportRecord[] {
  const ordered = [...records].sort((a, b) => compare(a, b, mode));
  const clusters = new Set<string>();
  return ordered.filter(({ cluster }) => !clusters.has(cluster) && clusters.add(cluster));
}

function compare(a: ExportRecord, b: ExportRecord, mode: PrecedenceMode): number {
  return (
    byValue(
      standsSince(a, mode) ?? Number.POSITIVE_INFINITY,
      standsSince(b, mode) ?? Number.POSITIVE_INFINITY,
    ) ||
    byValue(a.cluster, b.cluster) ||
    byValue(a.exportUID, b.exportUID)
  );
}

/** Compares for sorting: numbers by size, strings by code unit. */
export function byValue<T extends string | number>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
