import type { IExportedService } from '#apis/hub/exported-service.ts';
import type { Evidence } from '#controllers/absence/evidence.ts';
import { serviceGone } from '#controllers/absence/proof.ts';
import type { Admission, ExportRecord } from '#controllers/conflict/record.ts';
import type { OwnExport } from '../own-export.ts';
import { type HeldSource, type HeldSources, inventorySequence, isOlder, remember } from './sources.ts';

/** A record as it lies on the hub, and whether it may be used. */
export interface HubRecord {
  cluster: string;
  record: IExportedService;
  admission: Admission;
}

export interface JudgementInput {
  namespace: string;
  service: string;
  /** This cluster's id. */
  self: string;
  own: OwnExport;
  evidence: Evidence;
  records: readonly HubRecord[];
  /** What the import remembers. */
  held: HeldSources;
}

/** What is known of one cluster as a source of a Service: it is there, it is proven gone, or neither. */
export type Judged =
  | { is: 'present'; record: ExportRecord; remembered: HeldSource }
  | { is: 'gone'; why: string }
  | { is: 'unknown'; why: string; remembered: HeldSource };

/**
 * Judges every cluster that has a record or that the import remembers (DESIGN.md 4a). A record that was
 * refused and a source that is only missing are the same: no statement at all.
 */
export function judgeSources(input: JudgementInput): Map<string, Judged> {
  const records = new Map(input.records.map((record) => [record.cluster, record]));
  const judged = new Map<string, Judged>();
  for (const cluster of new Set([...records.keys(), ...input.held.keys()])) {
    const verdict = judge(input, cluster, records.get(cluster), input.held.get(cluster));
    if (verdict !== undefined) judged.set(cluster, verdict);
  }
  return judged;
}

function judge(
  input: JudgementInput,
  cluster: string,
  found: HubRecord | undefined,
  held: HeldSource | undefined,
): Judged | undefined {
  const { evidence, namespace, service } = input;
  const at = { cluster, namespace, service };
  if (found?.admission.ok) {
    const { record } = found.admission;
    if (serviceGone(evidence, at, record.asserted) === undefined) {
      return standing(record, found.record, held);
    }
  }
  // Never shown here, hence nothing to keep and nothing to remove.
  if (held === undefined) return undefined;
  if (evidence.isRemoved(cluster, held.uid)) {
    return { is: 'gone', why: serviceGone(evidence, at, held) ?? '' };
  }
  if (cluster === input.self) return judgeOwn(input, found, held);
  const why = serviceGone(evidence, at, held);
  if (why !== undefined) return { is: 'gone', why };
  return { is: 'unknown', why: whyUnknown(cluster, found), remembered: held };
}

/** A hub restored from a snapshot shows an older record: its exporter will repair it, and until then it says nothing. */
function standing(record: ExportRecord, found: IExportedService, held: HeldSource | undefined): Judged {
  const { cluster, asserted } = record;
  const remembered = remember(held, asserted, inventorySequence(found));
  if (!isOlder(found, held)) return { is: 'present', record, remembered };
  const why = `the record of cluster ${cluster} is older than the one that shaped the import`;
  return { is: 'unknown', why, remembered };
}

/**
 * The own export is judged by the own caches, from which every inventory of ours is made. While they say that
 * it is exported, an inventory on the hub without it is only one that has not been renewed yet.
 */
function judgeOwn(input: JudgementInput, found: HubRecord | undefined, held: HeldSource): Judged {
  const { own, self: cluster, evidence, namespace, service } = input;
  if (own.is === 'not exported') {
    const why = serviceGone(evidence, { cluster, namespace, service }, held);
    if (why !== undefined) return { is: 'gone', why };
    // Another cluster that has the id by right is no business of these caches.
    const isOurs = held.uid === own.uid || held.uid === '';
    if (found === undefined && isOurs)
      return { is: 'gone', why: `this cluster does not export it: ${own.why}` };
  }
  const why = own.is === 'exported' ? 'the hub does not hold the own record yet' : whyUnknown(cluster, found);
  return { is: 'unknown', why, remembered: held };
}

function whyUnknown(cluster: string, found: HubRecord | undefined): string {
  if (found !== undefined && !found.admission.ok) {
    return `the record of cluster ${cluster} is refused: ${found.admission.reason}`;
  }
  return `the record of cluster ${cluster} is missing, and no newer inventory leaves it out`;
}
