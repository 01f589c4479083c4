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
  /** Whether certainly nothing has vouched for this service, which the held report does not name, since that report. */
  unvouched(service: string): boolean;
  /** Whether the hub holds records that the held report does not name, but that came after it. */
  later(): boolean;
}

/**
 * What to do about the report, and the services that it is to name. `remove`: the held one is another cluster's, and its
 * UID cannot be changed.
 */
export type ReportPlan =
  | { do: 'nothing' }
  | { do: 'wait'; why: string }
  | { do: 'remove'; report: IMemberReport }
  | { do: 'create'; services: readonly string[] }
  | { do: 'update'; report: IMemberReport; newSequence: boolean; services: readonly string[] };

/**
 * Decides about the member's report, which is written before any record that it newly names and before the
 * delete of any that it no longer names (DESIGN.md 4a). It names what the member stands for, all of it in
 * each version: one that left out a service for the time being would be taken as proof. Only what still has old
 * records is left out once more, where it is certain that this proves nothing which the last one did not: the others
 * would all have to wait for it.
 */
export function planReport(input: ReportInput): ReportPlan {
  const { claim, identity, agentVersion, services, held } = input;
  if (claim.is === 'refused') return { do: 'wait', why: claim.why };
  if (held === undefined) return { do: 'create', services };
  if (held.spec?.clusterUID !== identity.uid) return { do: 'remove', report: held };
  if (!isStanding(held, identity)) return { do: 'update', report: held, newSequence: true, services };
  const names = held.spec.inventory.services;
  const named = new Set(names);
  // What the last report did not name must be gone before the next one names it: its old content would
  // come back to life in between, under an assertion that an old inventory speaks against.
  const left = new Set(services.filter((service) => !named.has(service) && input.leftovers(service)));
  for (const service of left) {
    if (!input.unvouched(service)) return waitFor(service);
  }
  const ready = services.filter((service) => !left.has(service));
  const update = { do: 'update', report: held, services: ready } as const;
  const isSame = ready.length === names.length && ready.every((service) => named.has(service));
  // Only a report above those records can prove their end to whoever has imported them.
  if (!isSame || input.later()) return { ...update, newSequence: true };
  // Whoever is called unreachable and reads it is not: readers need not wait for the hub controller.
  const { doubtedAt } = input;
  if (isSequence(doubtedAt) && held.spec.inventory.sequence <= doubtedAt)
    return { ...update, newSequence: true };
  if (held.spec.agentVersion !== agentVersion) return { ...update, newSequence: false };
  const [first] = left;
  return first === undefined ? { do: 'nothing' } : waitFor(first);
}

function waitFor(service: string): ReportPlan {
  return { do: 'wait', why: `old records of ${service} are still on the hub` };
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
