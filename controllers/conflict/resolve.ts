import type { PrecedenceMode } from '#apis/hub/cluster-set.ts';
import type { SessionAffinityConfig } from '#apis/kubernetes/service.ts';
import { ConflictReason } from '#apis/multicluster/conditions.ts';
import type { ImportPort, ImportType } from '#apis/multicluster/service-import.ts';
import { mergeFamilies } from './families.ts';
import { describeFamilies, describePorts, describeProperty } from './messages.ts';
import { mergePorts } from './ports.ts';
import { inPrecedenceOrder } from './precedence.ts';
import {
  internalTrafficPolicyOf,
  PROPERTIES,
  sessionAffinityConfigOf,
  sessionAffinityOf,
} from './properties.ts';
import type { ExportRecord } from './record.ts';

/** What every member shows as the import of one Service. The clusterset IP is not part of it: each member has its own. */
export interface ResolvedImport {
  readonly type: ImportType;
  readonly ports: ImportPort[];
  /** Empty only where no exporter states any. Listed for Headless too. */
  readonly ipFamilies: string[];
  readonly sessionAffinity: string;
  readonly sessionAffinityConfig?: SessionAffinityConfig;
  readonly internalTrafficPolicy: string;
  /** In the oldest exporter's spelling. */
  readonly trafficDistribution?: string;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  /** The exporters in order of precedence. */
  readonly clusters: string[];
}

/** One property in which exporters disagree. */
export interface Conflict {
  readonly reason: ConflictReason;
  /** One sentence: the values, who has them, and whose is used since when. */
  readonly message: string;
}

export interface Resolution {
  /** Undefined where nobody exports. */
  readonly import: ResolvedImport | undefined;
  /**
   * By cluster, in the order of CONFLICT_REASONS. The KEP wants every exporter to state every conflict, the one
   * whose value won included, so all lists are alike.
   */
  readonly conflicts: ReadonlyMap<string, readonly Conflict[]>;
}

/**
 * The one function by which every member merges the records of one Service (SEMANTICS 3.2). It depends neither
 * on the order of the records nor on repetition, and on nothing else but them: members that hold the same
 * records show the same import and the same conflicts. The oldest export decides, except that ports are
 * united and IP families intersected.
 */
export function resolve(records: readonly ExportRecord[], mode: PrecedenceMode): Resolution {
  const ordered = inPrecedenceOrder(records, mode);
  const [winner] = ordered;
  if (winner === undefined) return { import: undefined, conflicts: new Map() };
  const ports = mergePorts(ordered);
  const families = mergeFamilies(ordered);
  const conflicts: Conflict[] = [];
  if (!ports.agreed) {
    conflicts.push({ reason: ConflictReason.Port, message: describePorts(ports, ordered, mode) });
  }
  if (families.unreachable.length > 0) {
    conflicts.push({ reason: ConflictReason.IPFamily, message: describeFamilies(families, mode) });
  }
  for (const property of PROPERTIES) {
    const rivals = ordered.filter(
      (record) =>
        (property.comparable?.(winner, record) ?? true) &&
        property.compared(record) !== property.compared(winner),
    );
    if (rivals.length === 0) continue;
    conflicts.push({ reason: property.reason, message: describeProperty(property, winner, rivals, mode) });
  }
  const sessionAffinityConfig = sessionAffinityConfigOf(winner);
  return {
    import: {
      type: winner.type,
      ports: ports.merged.map(({ port }) => ({ ...port })),
      ipFamilies: families.families,
      sessionAffinity: sessionAffinityOf(winner),
      ...(sessionAffinityConfig && { sessionAffinityConfig }),
      internalTrafficPolicy: internalTrafficPolicyOf(winner),
      ...(winner.trafficDistribution !== undefined && { trafficDistribution: winner.trafficDistribution }),
      labels: { ...winner.labels },
      annotations: { ...winner.annotations },
      clusters: ordered.map(({ cluster }) => cluster),
    },
    conflicts: new Map(ordered.map(({ cluster }) => [cluster, conflicts])),
  };
}
