import type { IClusterSet } from '#apis/hub/cluster-set.ts';
import type { IExportedService } from '#apis/hub/exported-service.ts';
import type { IMember } from '#apis/hub/member.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';
import type { Evidence } from '#controllers/absence/evidence.ts';
import type { RecordView } from '#controllers/endpoints/views.ts';

/**
 * The only way in which controllers read the hub. It answers nothing unless the hub may be believed, so that
 * a foreign hub, one whose lists are incomplete and one that cannot be reached all look the same: no evidence
 * of anything (DESIGN.md 4a).
 *
 * The source cluster of an answer is always the hub namespace that the record lies in. What lies there is
 * unchecked: a member may have written anything that the hub's schema lets pass.
 */
export interface HubView {
  /** Identity accepted, and the first complete list of every kind taken over. */
  readonly readable: boolean;
  /** Why it is not, in one sentence for people; undefined where it is. */
  readonly whyUnreadable: string | undefined;
  /** No hub list has succeeded since the start and the last attempt failed: it cannot be reached. */
  readonly unreachable: boolean;
  /** Undefined unless readable. */
  readonly clusterSet: IClusterSet | undefined;
  member(cluster: string): IMember | undefined;
  exportedService(cluster: string, namespace: string, service: string): IExportedService | undefined;
  /** Every member's record of one Service, in no order. */
  exportedServices(namespace: string, service: string): readonly IExportedService[];
  slice(cluster: string, namespace: string, service: string, sliceHash: string): RecordView | undefined;
  slices(cluster: string, namespace: string, service: string): readonly RecordView[];
  /** Only a report that was written for this ClusterSet or for one that it replaces. */
  report(cluster: string): IMemberReport | undefined;
  /**
   * Ids of members, none of them removed, that may export this Service, whatever records there are of it: their report
   * names it, or there is none that counts.
   */
  possibleExporters(namespace: string, service: string): readonly string[];
  readonly evidence: Evidence;
  /** Calls back whenever `readable` or the accepted identity may have changed: everything is to be looked at again. */
  onTurn(listener: () => void): void;
}
