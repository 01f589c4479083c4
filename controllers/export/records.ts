import { isDeepStrictEqual } from 'node:util';
import { type Asserted, isSequence } from '#apis/hub/asserted.ts';
import type { IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServiceName, type IExportedService } from '#apis/hub/exported-service.ts';
import type { Inventory } from '#controllers/absence/inventory.ts';
import { isLater } from '#controllers/absence/later.ts';
import { exposesAny } from '#controllers/endpoints/ports.ts';
import { type RecordSpec, sameRecord } from '#controllers/endpoints/record.ts';
import type { RecordView } from '#controllers/endpoints/views.ts';
import { placeOfSlice } from '#controllers/membership/places.ts';
import type { ExportSpec } from './decision.ts';

/** What an export is to be on the hub. */
export interface DesiredRecords {
  export: IExportedService['spec']['export'];
  spec: ExportSpec;
  /** By slice hash. */
  slices: ReadonlyMap<string, RecordSpec>;
}

export interface RecordsInput {
  namespace: string;
  service: string;
  /** kube-system UID of this cluster. */
  uid: string;
  /** The least sequence that an inventory or assertion may carry. */
  floor: number;
  /** This member's standing report on the hub; undefined: there is none, so nothing is vouched for. */
  report: Inventory | undefined;
  /** What the hub holds of this export. */
  held: IExportedService | undefined;
  slices: readonly RecordView[];
  /** Undefined: it is not exported. */
  desired: DesiredRecords | undefined;
  /** Whether a record says what it must; told apart so that a caller may remember the answer. */
  same?: (record: RecordView, desired: RecordSpec) => boolean;
  /**
   * Whether it is certain that this cluster has only an earlier generation of the slice than the record shows, since it
   * was restored from a backup. Asked only where `showsLater`; undefined where nobody has looked.
   */
  wentBack?: ((record: RecordView) => boolean) | undefined;
}

/** An ExportedService's spec, all but the sequence of its inventory. */
export interface ServiceDraft {
  spec: Omit<IExportedService['spec'], 'inventory'>;
  slices: string[];
  /** The sequence to keep; undefined: the record differs and needs a new one. */
  sequence: number | undefined;
  /** What a new one must be above. */
  above: number;
}

/** One write. `why` is for the log. */
export type RecordStep =
  | { do: 'delete slice'; record: RecordView }
  | { do: 'delete service'; record: IExportedService; why: string }
  | { do: 'create service'; draft: ServiceDraft }
  | { do: 'update service'; record: IExportedService; draft: ServiceDraft }
  | { do: 'create slice'; sliceHash: string; spec: IExportedEndpointSlice['spec'] }
  | { do: 'update slice'; record: RecordView; spec: IExportedEndpointSlice['spec'] };

/**
 * The next writes by which the hub's records of one export come to be what they must be, in the order of
 * DESIGN.md 4a: what the hub's inventory does not name is deleted unless it came later, then the inventory is written
 * if it differs, then the records that it names. Slices are planned only under an inventory that is right, so
 * after a write of the ExportedService the plan is to be made again. Stopping between any two writes is harmless: the
 * plan made of what is there then leads to the same end.
 *
 * The report is the inventory of the ExportedService itself: while it names a service that is no longer
 * exported, or does not yet name one that is, this waits for it.
 */
export function planRecords(input: RecordsInput): RecordStep[] {
  const { report, held, desired, slices } = input;
  if (report === undefined) return [];
  if (!report.names(exportedServiceName(input.namespace, input.service))) {
    const isGone = (record: IExportedService | RecordView) =>
      isAlive(record) && !isLater(record, input.uid, report.sequence);
    const steps = slices.filter(isGone).map(deleteSlice);
    return held && isGone(held) ? [...steps, deleteService(held, 'the report does not name it')] : steps;
  }
  if (desired === undefined) return [];
  const inventory = inventoryOf(held);
  const unnamed = slices.filter((record) => !inventory?.slices.includes(hashOf(record)));
  // Another cluster's says nothing of our own.
  const said = held?.spec?.asserted?.uid === input.uid ? inventory?.sequence : undefined;
  // This inventory does not speak against what came after it: the next one names that, or leaves it out before it goes.
  const isAfter = (record: RecordView) => isLater(record, input.uid, said);
  const deletions = unnamed.filter((record) => isAlive(record) && !isAfter(record)).map(deleteSlice);
  // Readers believe an earlier generation only under a later stamp, for which there must be an inventory.
  const isToBeStamped = (record: RecordView) =>
    wentBack(input, record, desired.slices.get(hashOf(record))) &&
    record.spec.asserted.sequence >= (said ?? 0);
  const wanted = draft(
    input,
    desired,
    unnamed.some(isAfter) || (input.wentBack !== undefined && slices.some(isToBeStamped)),
  );
  if (held === undefined) return [...deletions, { do: 'create service', draft: wanted }];
  // It goes as soon as nothing holds it up, and its removal brings us here again.
  if (!isAlive(held)) return deletions;
  if (!isDeepStrictEqual(held.spec?.export, desired.export)) {
    // Another ServiceExport has another place in the line, which HubTime reads off the record's own age.
    const gone = deleteService(held, 'it is of another ServiceExport');
    const fresh = draft({ ...input, held: undefined }, desired, false);
    return [...deletions, gone, { do: 'create service', draft: { ...fresh, above: wanted.above } }];
  }
  if (inventory === undefined || wanted.sequence === undefined) {
    return [...deletions, { do: 'update service', record: held, draft: wanted }];
  }
  // New addresses first: a slice that took over another's endpoints must not wait for the other's end.
  return [...sliceWrites(input, desired, inventory.sequence), ...deletions];
}

/**
 * What can be written while the hub refuses the record of the Service as it is to be: the slices that its present
 * inventory names. Endpoints move on although ports, say, may not; slices with ports that the record on the hub does
 * not expose stay as they are, since nobody could show them.
 */
export function planNamed(input: RecordsInput): RecordStep[] {
  const { report, held, desired } = input;
  const inventory = inventoryOf(held);
  if (desired === undefined || held === undefined || inventory === undefined) return [];
  if (!report?.names(exportedServiceName(input.namespace, input.service)) || !isAlive(held)) return [];
  if (!isDeepStrictEqual(held.spec?.export, desired.export)) return [];
  const exposes = ({ ports }: RecordSpec) => ports.length === 0 || exposesAny(ports, held.spec.ports);
  const slices = new Map(
    [...desired.slices].filter(([hash, spec]) => inventory.slices.includes(hash) && exposes(spec)),
  );
  return sliceWrites(input, { ...desired, slices }, inventory.sequence);
}

function sliceWrites(input: RecordsInput, desired: DesiredRecords, named: number): RecordStep[] {
  const same = input.same ?? sameRecord;
  const held = new Map(input.slices.map((record) => [hashOf(record), record]));
  const steps: RecordStep[] = [];
  for (const [sliceHash, spec] of desired.slices) {
    const record = held.get(sliceHash);
    if (record === undefined) {
      const asserted = { uid: input.uid, sequence: named };
      steps.push({ do: 'create slice', sliceHash, spec: { ...spec, asserted } });
      continue;
    }
    if (!isAlive(record)) continue;
    const later = showsLater(record, spec);
    // Else the own cache is behind, and what it shows next brings us here again.
    if (later && !(wentBack(input, record, spec) && record.spec.asserted.sequence < named)) continue;
    const asserted = later ? { uid: input.uid, sequence: named } : stamp(input, record.spec.asserted, named);
    if (asserted === record.spec.asserted && same(record, spec)) continue;
    steps.push({ do: 'update slice', record, spec: { ...spec, asserted } });
  }
  return steps;
}

/**
 * Whether the hub shows a later generation of a slice than our cache. Of what is there now only the own API server can
 * tell: the cache may lag behind it, or the cluster was restored and has gone back.
 */
function showsLater({ invalid, spec: { source } }: RecordView, own: RecordSpec | undefined): boolean {
  return invalid === undefined && own?.source.uid === source.uid && own.source.generation < source.generation;
}

/** Whether the hub shows a later generation of any slice than our cache. */
export function showsAnyLater({ slices, desired }: RecordsInput): boolean {
  return slices.some((record) => showsLater(record, desired?.slices.get(hashOf(record))));
}

function wentBack(input: RecordsInput, record: RecordView, own: RecordSpec | undefined): boolean {
  return showsLater(record, own) && input.wentBack?.(record) === true;
}

/** `late`: there are slices that an inventory above the present one must name, or leave out before they go. */
function draft(input: RecordsInput, desired: DesiredRecords, late: boolean): ServiceDraft {
  const { held, report, namespace, service, floor } = input;
  const slices = [...desired.slices.keys()].sort();
  const inventory = inventoryOf(held);
  const asserted = stamp(input, held?.spec?.asserted, report?.sequence ?? 0);
  const spec = { service: { namespace, name: service }, export: desired.export, ...desired.spec, asserted };
  const keep =
    inventory !== undefined &&
    !late &&
    inventory.sequence >= floor &&
    // An inventory and its author are read off one object: of another cluster's, nothing is kept.
    held?.spec.asserted?.uid === input.uid &&
    isDeepStrictEqual(inventory.slices, slices) &&
    // Readers tell by the sequence, too, whether a restored hub shows them an older shape than they have seen.
    sameSpec(held.spec, spec);
  if (keep) return { spec, slices, sequence: inventory.sequence, above: 0 };
  // Of all slices, so that an inventory that leaves out any of them is proof at once.
  const stamps = input.slices.map((record) => record.spec?.asserted?.sequence);
  const above = Math.max(0, ...[inventory?.sequence, ...stamps].filter(isSequence));
  return { spec, slices, sequence: undefined, above };
}

/**
 * What a record shall be asserted by: what it was created with, unless that is another cluster's, from before a rollback
 * of the hub, or no sequence at all. Never by less than before: inventories from between the two would speak against it.
 */
function stamp({ uid, floor }: RecordsInput, held: Asserted | undefined, now: number): Asserted {
  const keep = held?.uid === uid && isSequence(held.sequence) && held.sequence >= floor;
  return keep ? held : { uid, sequence: now };
}

/** The merge-relevant fields that this version writes; what a newer hub adds by default is not ours to fight. */
const EXPORT_KEYS = [
  'type',
  'ports',
  'ipFamilies',
  'sessionAffinity',
  'sessionAffinityConfig',
  'internalTrafficPolicy',
  'trafficDistribution',
  'labels',
  'annotations',
  'staleness',
] as const satisfies readonly (keyof ExportSpec)[];

/** Whether a record says of the Service what it must; who vouches for it and its inventory are not looked at. */
export function sameExport(held: IExportedService['spec'], wanted: ExportSpec): boolean {
  return EXPORT_KEYS.every((key) => isDeepStrictEqual(held[key], wanted[key]));
}

function sameSpec(held: IExportedService['spec'], wanted: ServiceDraft['spec']): boolean {
  return (
    sameExport(held, wanted) &&
    isDeepStrictEqual(held.service, wanted.service) &&
    isDeepStrictEqual(held.asserted, wanted.asserted)
  );
}

/** The spec to send: ours, beside fields of the held one that this version does not know. */
export function mergeSpec(
  held: IExportedService['spec'] | undefined,
  wanted: IExportedService['spec'],
): IExportedService['spec'] {
  const known: readonly string[] = [...EXPORT_KEYS, 'service', 'export', 'inventory', 'asserted'];
  const foreign = Object.entries(held ?? {}).filter(([key]) => !known.includes(key));
  return { ...Object.fromEntries(foreign), ...wanted };
}

/** The inventory of a record; undefined where somebody has made it unreadable. */
function inventoryOf(
  held: IExportedService | undefined,
): { sequence: number; slices: readonly string[] } | undefined {
  const inventory: Partial<IExportedService['spec']['inventory']> | undefined = held?.spec?.inventory;
  if (!Number.isSafeInteger(inventory?.sequence) || !Array.isArray(inventory?.slices)) return undefined;
  return { sequence: Number(inventory.sequence), slices: inventory.slices };
}

function hashOf(record: RecordView): string {
  return placeOfSlice(record)?.sliceHash ?? '';
}

function isAlive(record: IExportedService | RecordView): boolean {
  return record.metadata.deletionTimestamp === undefined;
}

function deleteSlice(record: RecordView): RecordStep {
  return { do: 'delete slice', record };
}

function deleteService(record: IExportedService, why: string): RecordStep {
  return { do: 'delete service', record, why };
}
