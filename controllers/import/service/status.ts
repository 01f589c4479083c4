import { isDeepStrictEqual } from 'node:util';
import { mergeConditions } from '#apis/conditions.ts';
import { ImportCondition, ImportReadyReason } from '#apis/multicluster/conditions.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';

/** How far the derived Service is. */
export type DerivedState =
  | { is: 'not wanted' }
  /** `without`: fields that this cluster's API server does not know. */
  | { is: 'ready'; without?: string | undefined }
  | { is: 'pending'; why: string }
  | { is: 'no family'; families: string[] };

export interface StatusInput {
  /** The live exporters, sorted. */
  clusters: readonly string[];
  derived: DerivedState;
  /** Why a newer shape waits; empty: none does. */
  heldBack: readonly string[];
  /** Milliseconds since the epoch. */
  now: number;
}

type Status = NonNullable<IServiceImport['status']>;

/** The status that the import must have (SEMANTICS 3.5). Conditions of other types stay. */
export function desiredStatus(
  held: IServiceImport,
  { clusters, derived, heldBack, now }: StatusInput,
): Status {
  const { reason, message } = ready(lacksAddress(held) && derived.is === 'ready' ? WITHOUT_ADDRESS : derived);
  const state = {
    type: ImportCondition.Ready,
    status: reason === ImportReadyReason.Ready ? ('True' as const) : ('False' as const),
    reason,
    message: heldBack.length === 0 ? message : `${message}; newer settings wait: ${heldBack.join('; ')}`,
  };
  return {
    ...held.status,
    clusters: clusters.map((cluster) => ({ cluster })),
    conditions: mergeConditions(held.status?.conditions ?? [], [state], {
      now,
      observedGeneration: held.metadata.generation,
    }),
    endpointSliceObjects: 'Present',
  };
}

const WITHOUT_ADDRESS: DerivedState = {
  is: 'pending',
  why: 'waiting for the address of the derived Service',
};

/** The address comes with an event of the derived Service; whoever waits for Ready wants to read it. */
function lacksAddress({ spec }: IServiceImport): boolean {
  return spec.type === 'ClusterSetIP' && (spec.ips ?? []).length === 0;
}

/**
 * Whether writing the status would change it. A CRD of mcs-api v0.5 drops `endpointSliceObjects`, which comes
 * back unset beside a condition that was written with it: that is not a difference, or it were one for ever.
 */
export function sameStatus(held: IServiceImport, desired: Status): boolean {
  const { clusters = [], conditions = [], endpointSliceObjects } = held.status ?? {};
  return (
    conditions === desired.conditions &&
    (endpointSliceObjects ?? 'Present') === desired.endpointSliceObjects &&
    isDeepStrictEqual(clusters, desired.clusters)
  );
}

function ready(derived: DerivedState): { reason: ImportReadyReason; message: string } {
  switch (derived.is) {
    case 'not wanted':
      return {
        reason: ImportReadyReason.Ready,
        message: 'DNS answers with the endpoints of the exporting clusters',
      };
    case 'ready': {
      const message = 'the derived Service leads to the endpoints of the exporting clusters';
      if (derived.without === undefined) return { reason: ImportReadyReason.Ready, message };
      const without = `this cluster's API server does not know ${derived.without}, so the derived Service goes without it`;
      return { reason: ImportReadyReason.Ready, message: `${message}; ${without}` };
    }
    case 'pending':
      return { reason: ImportReadyReason.Pending, message: derived.why };
    case 'no family':
      return {
        reason: ImportReadyReason.IPFamilyNotSupported,
        message: `the exporting clusters share ${derived.families.join(' and ')}, which this cluster does not have`,
      };
  }
}
