import { serviceGone } from '#controllers/absence/proof.ts';
import { admit, type ExportRecord } from '#controllers/conflict/record.ts';
import type { HubView } from './hub-view.ts';
import { placeOfService } from './places.ts';

/**
 * The records of one Service that count: admitted by the rules of the set, and not proven gone. Every member
 * resolves by these, so every member must pick them alike (SEMANTICS 3.2).
 */
export function exportersOf(
  hub: Pick<HubView, 'clusterSet' | 'member' | 'exportedServices' | 'evidence'>,
  namespace: string,
  service: string,
): ExportRecord[] {
  const { clusterSet, evidence } = hub;
  const records: ExportRecord[] = [];
  for (const object of hub.exportedServices(namespace, service)) {
    const cluster = placeOfService(object)?.cluster;
    if (cluster === undefined) continue;
    const admission = admit(object, cluster, { clusterSet, member: hub.member(cluster) });
    if (!admission.ok) continue;
    const { record } = admission;
    if (serviceGone(evidence, { cluster, namespace, service }, record.asserted) === undefined)
      records.push(record);
  }
  return records;
}
