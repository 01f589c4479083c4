import { DERIVED_SERVICE_ANNOTATION } from '#apis/labels.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import type { Milliseconds } from '#src/runtime/clock.ts';
import type { ReconcileContext, Result } from '#src/runtime/controller.ts';
import { endpointsRestored, endpointsWithdrawn, typeChanged } from '../events.ts';
import type { ImportPlace } from '../observer.ts';
import type { ServiceDecision } from './decision.ts';
import { addressesOf } from './derived-service.ts';
import { serviceKey } from './place.ts';
import { desiredServiceImport, sameServiceImport } from './service-import.ts';
import { type DerivedDeps, type HeldDerived, heldDerived, settleDerived } from './settle-derived.ts';
import { desiredStatus, sameStatus } from './status.ts';

/** No object tells when a cluster has become dual-stack. */
const ASK_FOR_FAMILIES_EVERY: Milliseconds = 300_000;

export type Show = Extract<ServiceDecision, { do: 'show' }>;

/**
 * Writes what differs: the ServiceImport, then the derived Service, which it owns, then the status, which
 * tells of both. The address that the derived Service is given comes with its own event and another pass.
 */
export async function show(
  deps: DerivedDeps,
  at: ImportPlace,
  existing: IServiceImport | undefined,
  decision: Show,
  context: Pick<ReconcileContext, 'log' | 'clock' | 'signal'>,
): Promise<Result | undefined> {
  const { log, clock, signal } = context;
  const { shape, sources } = decision;
  // With the address it had, a derived Service that somebody deleted leaves the import as it is.
  const early =
    existing && hasUid(existing) && hasLost(existing, heldDerived(deps, at, shape))
      ? await settleDerived(deps, at, existing, shape, context)
      : undefined;
  const { wanted, taken, usable, name } = heldDerived(deps, at, shape);
  const nowhere = { ips: [], ipFamilies: shape.ipFamilies };
  const desired = desiredServiceImport({
    ...at,
    existing,
    shape,
    sources,
    derivedService: usable ? name : undefined,
    addresses: usable ? addressesOf(usable) : wanted && taken ? nowhere : undefined,
  });
  for (const why of decision.gone) log.info({ why }, 'a source of the import is gone');
  const writer = deps.writers.serviceImports;
  if (existing === undefined) {
    await writer.create(desired, { signal });
    log.info({ clusters: decision.clusters, type: shape.type }, 'ServiceImport created');
  } else if (!sameServiceImport(existing, desired)) {
    await writer.update(desired, { signal });
    if (decision.flip) deps.events.record(typeChanged(existing, decision.flip.from, decision.flip.to));
    for (const cluster of decision.withdrawn) deps.events.record(endpointsWithdrawn(existing, cluster));
    for (const cluster of decision.restored) deps.events.record(endpointsRestored(existing, cluster));
  }
  const held = deps.local.serviceImports.get(serviceKey(at));
  // Deleted or replaced in the meantime: its event brings the key back.
  if (held === undefined || !hasUid(held)) return undefined;
  const { state, error } = early ?? (await settleDerived(deps, at, held, shape, context));
  const status = desiredStatus(held, {
    clusters: decision.clusters,
    derived: state,
    heldBack: decision.heldBack ? decision.frozen : [],
    now: clock.now(),
  });
  if (!sameStatus(held, status)) await writer.updateStatus({ ...held, status }, { signal });
  if (error !== undefined) throw error;
  return state.is === 'no family' ? { requeueAfter: ASK_FOR_FAMILIES_EVERY } : undefined;
}

/** The import leads to a derived Service that is not there, and its name is free. */
function hasLost(existing: IServiceImport, { wanted, found, name }: HeldDerived): boolean {
  return (
    wanted &&
    found === undefined &&
    existing.spec.type === 'ClusterSetIP' &&
    existing.metadata.annotations?.[DERIVED_SERVICE_ANNOTATION] === name
  );
}

function hasUid(held: IServiceImport): held is IServiceImport & { metadata: { uid: string } } {
  return held.metadata.uid !== undefined;
}
