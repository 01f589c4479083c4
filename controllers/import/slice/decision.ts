import { type Asserted, parseAsserted } from '#apis/hub/asserted.ts';
import type { IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { ASSERTED_ANNOTATION } from '#apis/labels.ts';
import type { ImportType, IServiceImport } from '#apis/multicluster/service-import.ts';
import type { Evidence } from '#controllers/absence/evidence.ts';
import { laterAsserted, type SlicePlace, sliceGone } from '#controllers/absence/proof.ts';
import type { Admission } from '#controllers/conflict/record.ts';
import type { Dropped } from '#controllers/endpoints/admitted.ts';
import { isOlderThanShown } from '#controllers/endpoints/compare.ts';
import { type MirrorInput, toImportedSlice } from '#controllers/endpoints/mirror.ts';
import type { ImportedSliceView, RecordView, SourceSliceView } from '#controllers/endpoints/views.ts';
import type { OwnExport } from '../own-export.ts';
import { lastShape } from '../service/shape.ts';

/** What there is of one source slice and of its import. */
interface Common {
  at: SlicePlace;
  /** The ServiceImport, if it is there, ours and not on its way out. */
  held: IServiceImport | undefined;
  /** The imported slice, if it is there and ours. */
  existing: ImportedSliceView | undefined;
  /** Name of the derived Service; undefined: there is none, or somebody else's Service has its name. */
  derivedService: string | undefined;
  /** Whether the import has the shape that its exporters' present records give. */
  importIsCurrent: () => boolean;
}

/** A slice of this cluster itself, by its own caches. */
export interface OwnSliceInput extends Common {
  own: OwnExport;
  source: SourceSliceView | undefined;
}

/** A slice of another member, as the hub shows it. */
export interface RemoteSliceInput extends Common {
  hubReadable: boolean;
  evidence: Evidence;
  /** Whether another cluster has taken over the id from that of this UID. */
  isTakenOver: (uid: string) => boolean;
  record: RecordView | undefined;
  /** Of the ExportedService that the slice belongs to; undefined: there is none. */
  admission: Admission | undefined;
  /** Whether that record is older than the one that shaped the import: the hub went back in time. */
  serviceRegressed: () => boolean;
  addressRanges: readonly string[] | undefined;
  /** Whether the endpoints are withheld in an import of this type: the member is unreachable. */
  withheld: (type: ImportType) => boolean;
}

export type SliceDecision =
  /** `refused`: the record is there and cannot be used, for this reason. `ask`: look again, no event may tell. */
  | { do: 'nothing'; why: string; refused?: string; ask?: boolean }
  | { do: 'write'; slice: IEndpointSlice; dropped: readonly Dropped[] }
  | { do: 'remove'; why: string };

/**
 * This cluster's own slices need no hub: they go with the local slice or the local export, of which the
 * complete local caches are the authority (DESIGN.md 3, https://github.com/submariner-io/lighthouse/pull/379).
 */
export function decideOwnSlice(input: OwnSliceInput): SliceDecision {
  const { at, own, source, held } = input;
  if (own.is === 'unknown') return nothing('the own export is not known yet');
  // An agent under another cluster's id is refused by the hub, and must not touch what that cluster shows here either.
  const shown = assertedOn(input.existing)?.uid;
  const uid = own.is === 'exported' ? own.record.spec.asserted.uid : own.uid;
  if (shown !== undefined && shown !== uid) return nothing('it shows another cluster that has this id');
  if (own.is === 'not exported') return removal(input, `this cluster does not export it: ${own.why}`);
  if (source === undefined) return removal(input, `there is no such slice in this cluster any more`);
  if (held === undefined) return nothing('there is no ServiceImport');
  // Asserted below every inventory: should this cluster ever have another id, any of the old one speaks for it.
  const { ports: exporterPorts, asserted } = own.record.spec;
  return mirror(input, { ...at, source, exporterPorts, asserted, ...importPart(input, held) });
}

/** Another member's slice goes only by proof, its own record's presence notwithstanding (DESIGN.md 4a). */
export function decideRemoteSlice(input: RemoteSliceInput): SliceDecision {
  const { at, record, evidence, existing, held, admission } = input;
  if (!input.hubReadable) return nothing('the hub has not been read');
  if (record === undefined || isGone(record, evidence, at)) return withoutRecord(input);
  if (admission === undefined) return nothing('the record of its Service is missing');
  if (!admission.ok) return nothing(`the record of its Service is refused: ${admission.reason}`);
  if (held === undefined) return nothing('there is no ServiceImport');
  if (existing && isOlderThanShown(existing, record.spec.source) && !isVouchedAnew(record, existing)) {
    return nothing('the record shows an older generation than this cluster does');
  }
  const { addressRanges } = input;
  const part = importPart(input, held);
  const withheld = input.withheld(part.importSpec.type);
  // The signs of life are its successor's: they must not bring back what is withheld of the former cluster, nor make
  // anything of it anew, whose end nobody would ever prove.
  const canBeWithheld = withheld && assertedOn(existing)?.uid === record.spec.asserted.uid;
  if (isOfFormer(record, input) && !canBeWithheld) return withoutRecord(input);
  return mirror(input, {
    ...at,
    source: record,
    exporterPorts: admission.record.ports,
    asserted: laterAsserted(assertedOn(existing), record.spec.asserted),
    ...(addressRanges && { addressRanges }),
    withheld,
    ...part,
  });
}

function isGone(record: RecordView, evidence: Evidence, at: SlicePlace): boolean {
  // A record that cannot be read was asserted by nobody, and neither present nor gone.
  return record.invalid === undefined && sliceGone(evidence, at, record.spec.asserted) !== undefined;
}

/**
 * Whether its cluster has vouched for a record again since what is shown here. Then it means what it says, though the
 * generation be an earlier one: the cluster itself was restored (a restored hub shows what was vouched for before).
 */
function isVouchedAnew({ spec }: RecordView, existing: ImportedSliceView): boolean {
  const shown = assertedOn(existing);
  return spec.asserted.uid === shown?.uid && spec.asserted.sequence > shown.sequence;
}

/** Whether a record is left over from a cluster that another one has taken over from. */
function isOfFormer({ invalid, spec }: RecordView, { isTakenOver }: RemoteSliceInput): boolean {
  return invalid === undefined && isTakenOver(spec.asserted.uid);
}

function withoutRecord({ at, existing, evidence }: RemoteSliceInput): SliceDecision {
  if (existing === undefined) return nothing('there is neither record nor imported slice');
  const asserted = assertedOn(existing);
  if (asserted === undefined) return nothing('nobody knows who vouched for the imported slice');
  const why = sliceGone(evidence, at, asserted);
  return why === undefined ? nothing('its absence is not proven') : { do: 'remove', why };
}

type ImportPart = Pick<MirrorInput, 'importSpec' | 'owner' | 'derivedService'>;

/** By the shape that was decided, not by the spec: one that somebody has edited must not cut traffic until it is repaired. */
function importPart({ derivedService }: Common, held: IServiceImport): ImportPart {
  const { name, uid = '' } = held.metadata;
  return { importSpec: lastShape(held), owner: { name, uid }, derivedService };
}

function mirror(input: OwnSliceInput | RemoteSliceInput, wanted: MirrorInput): SliceDecision {
  const mirrored = toImportedSlice(wanted);
  if ('invalid' in mirrored) {
    const { invalid } = mirrored;
    return { do: 'nothing', why: `its record cannot be used: ${invalid}`, refused: invalid };
  }
  if ('slice' in mirrored) return { do: 'write', ...mirrored };
  // Old ports of a restored hub must not take a slice away that the exporter will vouch for again.
  if ('serviceRegressed' in input && input.serviceRegressed())
    return nothing('the record of its Service is an old one');
  // An edited port is in the exporter's record before it is in the import, which a freeze or an outage of the hub
  // holds back: what has been shown under the old one goes only by an import that has followed.
  if (input.existing !== undefined && !input.importIsCurrent()) {
    const why = `${mirrored.skip}, but the import has yet to follow its exporters`;
    return { do: 'nothing', why, ask: true };
  }
  return removal(input, mirrored.skip);
}

function removal({ existing }: Common, why: string): SliceDecision {
  return existing === undefined ? nothing(why) : { do: 'remove', why };
}

function assertedOn(existing: ImportedSliceView | undefined): Asserted | undefined {
  return parseAsserted(existing?.metadata.annotations?.[ASSERTED_ANNOTATION]);
}

function nothing(why: string): SliceDecision {
  return { do: 'nothing', why };
}
