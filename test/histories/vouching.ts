import type { IExportedService } from '#apis/hub/exported-service.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';
import type { KubeObject } from '#apis/meta.ts';
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

/** Something that an agent did by what it knew. */
export interface Act {
  /** Before that it has not looked: what is told of the time before is no excuse for forgetting what was there. */
  begun: number;
  /** When it was seen. */
  seen: number;
}

/**
 * From the last look at a cache to the moment at which a write is seen: generous, as two cores carry four API servers
 * and ten histories.
 */
const UNDER_WAY_MS = 2_000;

/**
 * The making of an inventory of that sequence: what it does not say, its maker may have seen only after. Sequences are
 * no times: each start of an agent puts them ahead. `of`: the record of the Service whose inventory it is; the
 * report's unless told. Undefined: nobody has seen it.
 */
export function making(
  { reports, services, troubles }: InventoriesSeen,
  sequence: number,
  of?: string,
): Act | undefined {
  const sights = of === undefined ? reports : services.filter(({ object }) => object.metadata.name === of);
  const first = sights.find(({ object }) => object.spec.inventory.sequence >= sequence);
  return first && actOf(first, troubles);
}

/** What led to what was seen. In trouble it may have waited. */
export function actOf(
  { at, since = at }: Pick<Sight<KubeObject>, 'at' | 'since'>,
  troubles: readonly Trouble[],
): Act {
  let begun = since - UNDER_WAY_MS;
  // From the last one back: one trouble follows the other.
  for (const trouble of troubles.toSorted((a, b) => b.from - a.from)) {
    if (trouble.from <= since && trouble.until >= begun) begun = Math.min(begun, trouble.from - UNDER_WAY_MS);
  }
  return { begun, seen: at };
}
