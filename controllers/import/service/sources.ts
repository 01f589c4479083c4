import type { Asserted } from '#apis/hub/asserted.ts';
import type { IExportedService } from '#apis/hub/exported-service.ts';
import { SOURCES_ANNOTATION } from '#apis/labels.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import { assertedOf, laterAsserted } from '#controllers/absence/proof.ts';

/**
 * What an import remembers of one of its sources: by what it was last asserted, and the sequence of the
 * inventory that its record held when the shape was last written. Both only grow within one cluster UID.
 */
export interface HeldSource extends Asserted {
  inventory: number;
  /** Its endpoints are withheld for the time being: its cluster is unreachable. */
  withheld?: true;
}

/** By cluster id. */
export type HeldSources = ReadonlyMap<string, HeldSource>;

/** Nobody's UID: a source that is known only by name is never proven gone, and its next record replaces it. */
const UNKNOWN: HeldSource = { uid: '', sequence: 0, inventory: 0 };

/**
 * The sources of an import that we wrote. If somebody has spoilt the annotation, the names come from the
 * status: an import whose sources are forgotten would count as one that nobody exports any more.
 */
export function readSources(held: IServiceImport): HeldSources {
  const sources = parse(held.metadata.annotations?.[SOURCES_ANNOTATION]);
  if (sources !== undefined) return sources;
  return new Map((held.status?.clusters ?? []).map(({ cluster }) => [cluster, UNKNOWN]));
}

/** The annotation's text; equal sources give equal text. */
export function formatSources(sources: HeldSources): string {
  const entries = [...sources].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(
    Object.fromEntries(
      entries.map(([cluster, { uid, sequence, inventory, withheld }]) => [
        cluster,
        { uid, sequence, inventory, ...(withheld && { withheld }) },
      ]),
    ),
  );
}

/**
 * Whether two texts of the annotation differ in more than the inventories, which change with every slice that
 * comes or goes: those are taken over with the next write, since the shape only ever changes by one.
 */
export function sameSources(a: string | undefined, b: string | undefined): boolean {
  return a === b || assertions(a) === assertions(b);
}

/** The sequence of a record's inventory; 0 where it has none. It grows with what its member writes. */
export function inventorySequence(record: IExportedService): number {
  const sequence: unknown = record.spec?.inventory?.sequence;
  return typeof sequence === 'number' && Number.isSafeInteger(sequence) ? sequence : 0;
}

/** Whether a record is from before the one that shaped the import: the hub went back in time. */
export function isOlder(record: IExportedService, held: HeldSource | undefined): boolean {
  return (
    held !== undefined && held.uid === record.spec.asserted?.uid && inventorySequence(record) < held.inventory
  );
}

/** What is remembered of a source once its record has been seen, possibly an older one than before. */
export function remember(held: HeldSource | undefined, asserted: Asserted, inventory: number): HeldSource {
  const { uid, sequence } = laterAsserted(held, asserted);
  const before = held?.uid === uid ? held.inventory : 0;
  return { uid, sequence, inventory: Math.max(before, inventory) };
}

function assertions(text: string | undefined): string | undefined {
  const sources = parse(text);
  return (
    sources && formatSources(new Map([...sources].map(([key, held]) => [key, { ...held, inventory: 0 }])))
  );
}

function parse(text: string | undefined): HeldSources | undefined {
  const raw = parseObject(text);
  if (raw === undefined) return undefined;
  const sources = new Map<string, HeldSource>();
  for (const [cluster, value] of Object.entries(raw)) {
    const asserted = assertedOf(value);
    if (asserted === undefined && !isUnknown(value)) return undefined;
    const inventory: unknown = Object(value).inventory;
    sources.set(cluster, {
      ...UNKNOWN,
      ...asserted,
      inventory: Number.isSafeInteger(inventory) ? Number(inventory) : 0,
      ...(Object(value).withheld === true && { withheld: true }),
    });
  }
  return sources.size === 0 ? undefined : sources;
}

function isUnknown(value: unknown): boolean {
  return Object(value).uid === UNKNOWN.uid;
}

/** Null, text that is no JSON and JSON that is no object all count as spoilt. */
function parseObject(text: string | undefined): object | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
