import type { IExportedService } from '#apis/hub/exported-service.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';
import type { RecordView } from '#controllers/endpoints/views.ts';

/** All that lies in one member's namespace. */
export interface MemberRecords {
  slices: readonly RecordView[];
  services: readonly IExportedService[];
  report: IMemberReport | undefined;
}

/**
 * What removed clusters wrote: everything that one of their UIDs vouches for. A record whose author cannot be
 * read stays, since the admin's statement is about clusters and not about the namespace. Readers do not wait
 * for these deletes: to them the statement alone is proof.
 */
export function recordsToRemove(removed: readonly string[], records: MemberRecords) {
  const isRemoved = (uid: string | undefined) => uid !== undefined && uid !== '' && removed.includes(uid);
  const isPresent = ({ metadata }: { metadata: { deletionTimestamp?: string } }) =>
    metadata.deletionTimestamp === undefined;
  const { slices, services, report } = records;
  return {
    slices: slices.filter((slice) => isRemoved(slice.spec.asserted.uid) && isPresent(slice)),
    services: services.filter((service) => isRemoved(service.spec?.asserted?.uid) && isPresent(service)),
    reports: report && isRemoved(report.spec?.clusterUID) && isPresent(report) ? [report] : [],
  };
}
