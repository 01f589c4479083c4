import type { Asserted } from '#apis/hub/asserted.ts';
import type { IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import type { IExportedService } from '#apis/hub/exported-service.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';
import { inventoryOfReport } from '#controllers/absence/inventory.ts';
import { assertedOf } from '#controllers/absence/proof.ts';

/** What lies on the hub when a member withdraws all that it exports. */
export interface WithdrawalInput {
  /** kube-system UID of the cluster that leaves. */
  uid: string;
  /** UID of the hub's ClusterSet. */
  clusterSetUID: string;
  report: IMemberReport | undefined;
  services: readonly IExportedService[];
  slices: readonly IExportedEndpointSlice[];
}

/** The writes that withdraw everything, in this order; `report` undefined: it says so already. */
export interface Withdrawal {
  /** The empty inventory, with a sequence above this one. */
  report: { held: IMemberReport | undefined; above: number } | undefined;
  slices: IExportedEndpointSlice[];
  services: IExportedService[];
}

/** Why nothing may be withdrawn in this cluster's name, or what is to be written. */
export type WithdrawalVerdict = { is: 'foreign'; why: string } | ({ is: 'own' } & Withdrawal);

/**
 * How a member withdraws (DESIGN.md 4a): first an inventory that names nothing, newer than all that this cluster has
 * asserted, which alone is what others remove their imports by; then the records, which are this cluster's by the UID
 * that vouches for them. Stopping between any two writes is harmless: the plan made of what is there then leads to
 * the same end.
 */
export function planWithdrawal(input: WithdrawalInput): WithdrawalVerdict {
  const { uid, clusterSetUID, report } = input;
  const author = report?.spec?.clusterUID;
  if (report !== undefined && author !== uid) {
    return {
      is: 'foreign',
      why: `the report under this id is cluster ${String(author)}'s, not this one's (${uid})`,
    };
  }
  const services = input.services.filter((record) => isOwn(record, uid));
  const slices = input.slices.filter((record) => isOwn(record, uid));
  const highest = Math.max(
    sequenceOf(report?.spec?.inventory),
    ...[...services, ...slices].map(({ spec }) => sequenceOf(assertedOf(spec?.asserted))),
    ...services.map(({ spec }) => sequenceOf(spec?.inventory)),
  );
  const inventory = report && inventoryOfReport(report);
  const says =
    report !== undefined &&
    inventory !== undefined &&
    report.spec.inventory.services.length === 0 &&
    report.spec.clusterSetUID === clusterSetUID &&
    inventory.sequence >= highest;
  // Who has never reported and has nothing there asserts nothing: a first report would be a claim to the id.
  const silent = report === undefined && services.length + slices.length === 0;
  return {
    is: 'own',
    report: says || silent ? undefined : { held: report, above: highest },
    slices: slices.filter(isAlive),
    services: services.filter(isAlive),
  };
}

function isOwn({ spec }: { spec?: { asserted?: Asserted } }, uid: string): boolean {
  return assertedOf(spec?.asserted)?.uid === uid;
}

function isAlive({ metadata }: IExportedService | IExportedEndpointSlice): boolean {
  return metadata.deletionTimestamp === undefined;
}

/** Of anything that carries one; a member may have written anything. */
function sequenceOf(value: { sequence?: unknown } | undefined): number {
  const sequence = value?.sequence;
  return Number.isSafeInteger(sequence) ? Number(sequence) : 0;
}
