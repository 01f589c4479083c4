import { isSequence } from '#apis/hub/asserted.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';
import type { Claim } from './claim.ts';

/** Who writes a report, and for which hub. */
export interface ReportIdentity {
  uid: string;
  clusterSetUID: string;
  /** The least sequence that counts; a report below it is from before a rollback. */
  floor: number;
}

export interface ReportInput {
  claim: Claim;
  identity: ReportIdentity;
  agentVersion: string;
  /** All that the member exports by its own complete caches, `<namespace>.<service>`, sorted. */
  services: readonly string[];
  /** The report that lies on the hub. */
  held: IMemberReport | undefined;
  /** The sequence above which a report shows that this member lives; undefined: nobody doubts it. */
  doubtedAt?: number | undefined;
  /** Whether the hub still holds records of this service that must go before it is named: all but later ones. */
  leftovers(service: string): boolean;
  /** Whether the hub holds records that the held report does not name, but that came after it. */
  later(): boolean;
}

/** What to do about the report. `remove`: the held one is another cluster's, and its UID cannot be changed. */
export type ReportPlan =
  | { do: 'nothing' }
  | { do: 'wait'; why: string }
  | { do: 'remove'; report: IMemberReport }
  | { do: 'create' }
  | { do: 'update'; report: IMemberReport; newSequence: boolean };

/**
 * Decides about the member's report, which is written before any record that it newly names and before the
 * delete of any that it no longer names (DESIGN.md 4a). It names what the member stands for, all of it in
 * each version: one that left out a service for the time being would be taken as proof.
 */
export function planReport(input: ReportInput): ReportPlan {
  const { claim, identity, agentVersion, services, held } = input;
  if (claim.is === 'refused') return { do: 'wait', why: claim.why };
  if (held === undefined) return { do: 'create' };
  if (held.spec?.clusterUID !== identity.uid) return { do: 'remove', report: held };
  if (isStanding(held, identity)) {
    const names = held.spec.inventory.services;
    const named = new Set(names);
    const added = services.filter((service) => !named.has(service));
    if (added.length === 0 && names.length === services.length) {
      // Only a report above those records can prove their end to whoever has imported them.
      if (input.later()) return { do: 'update', report: held, newSequence: true };
      // Whoever is called unreachable and reads it is not: readers need not wait for the hub controller.
      const { doubtedAt } = input;
      if (isSequence(doubtedAt) && held.spec.inventory.sequence <= doubtedAt) {
        return { do: 'update', report: held, newSequence: true };
      }
      if (held.spec.agentVersion === agentVersion) return { do: 'nothing' };
      return { do: 'update', report: held, newSequence: false };
    }
    // What the last report did not name must be gone before the next one names it: its old content would
    // come back to life in between, under an assertion that an old inventory speaks against.
    const left = added.find((service) => input.leftovers(service));
    if (left !== undefined) return { do: 'wait', why: `old records of ${left} are still on the hub` };
  }
  return { do: 'update', report: held, newSequence: true };
}

/** True for a report of this very cluster, for this ClusterSet, from after the last rollback of the hub. */
export function isStanding(
  report: IMemberReport | undefined,
  { uid, clusterSetUID, floor }: ReportIdentity,
): report is IMemberReport {
  const spec: Partial<IMemberReport['spec']> | undefined = report?.spec;
  const sequence: unknown = spec?.inventory?.sequence;
  return (
    spec?.clusterUID === uid &&
    spec.clusterSetUID === clusterSetUID &&
    Array.isArray(spec.inventory?.services) &&
    spec.inventory.services.every((name) => typeof name === 'string') &&
    isSequence(sequence) &&
    sequence >= floor
  );
}
