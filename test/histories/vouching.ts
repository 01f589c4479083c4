import type { IExportedService } from '#apis/hub/exported-service.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';
import type { Sight } from './watched.ts';

/** When something was wrong with a way; milliseconds since the epoch. */
export interface Trouble {
  from: number;
  until: number;
}

/** What was seen on the hub of one member's inventories, and what its way there has been through. */
export interface InventoriesSeen {
  reports: readonly Sight<IMemberReport>[];
  services: readonly Sight<IExportedService>[];
  troubles: readonly Trouble[];
}

/** From the last look at a cache to the moment at which a write is seen: generous, as two cores carry everything. */
const UNDER_WAY_MS = 250;

/**
 * The earliest moment at which an inventory of that sequence can have been made: what it does not say, it may have
 * seen only after. Sequences are no times: each start of an agent puts them ahead. `of`: the record of the Service
 * whose inventory it is; the report's unless told. Undefined: nobody has seen it.
 */
export function madeAt(
  { reports, services, troubles }: InventoriesSeen,
  sequence: number,
  of?: string,
): number | undefined {
  const sights = of === undefined ? reports : services.filter(({ object }) => object.metadata.name === of);
  const first = sights.find(({ object }) => object.spec.inventory.sequence >= sequence);
  return first && undisturbed(first.at, troubles);
}

/** When what was seen at that time can have been begun: in trouble it may have waited. */
export function undisturbed(at: number, troubles: readonly Trouble[]): number {
  let from = at - UNDER_WAY_MS;
  // From the last one back: one trouble follows the other.
  for (const trouble of troubles.toSorted((a, b) => b.from - a.from)) {
    if (trouble.from <= at && trouble.until >= from) from = Math.min(from, trouble.from - UNDER_WAY_MS);
  }
  return from;
}
