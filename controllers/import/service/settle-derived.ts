import type { IService } from '#apis/kubernetes/service.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import { derivedServiceName } from '#controllers/endpoints/names.ts';
import { cacheKey } from '#src/cache/lister.ts';
import { isForGood } from '#src/kube/errors.ts';
import type { ReconcileContext } from '#src/runtime/controller.ts';
import { derivedServiceRefused, nameTaken } from '../events.ts';
import type { ImportPlace } from '../observer.ts';
import type { Obstacles } from '../obstacles.ts';
import { isOurs } from '../ownership.ts';
import type { ImportServiceDeps } from './deps.ts';
import {
  addressesOf,
  desiredDerivedService,
  previousIPs,
  sameDerivedService,
  usableFamilies,
  whyReplace,
} from './derived-service.ts';
import { serviceKey } from './place.ts';
import type { Shape } from './shape.ts';
import type { DerivedState } from './status.ts';
import { describeUnsupported } from './unsupported.ts';
import { writeDerived } from './write-derived.ts';

export type DerivedDeps = Pick<
  ImportServiceDeps,
  'local' | 'writers' | 'events' | 'observer' | 'headlessDerivedService'
> & {
  obstacles: Obstacles;
};

/** The derived Service of one import as the cache has it, and what may be said of it. */
export interface HeldDerived {
  wanted: boolean;
  name: string;
  /** Whatever Service has the name. */
  found: IService | undefined;
  /** Somebody else's. */
  taken: boolean;
  /** Ours, and it may stay: consumers can be led to it. */
  usable: IService | undefined;
}

/** Looks at what has the derived Service's name. */
export function heldDerived(
  deps: DerivedDeps,
  { namespace, service }: ImportPlace,
  shape: Shape,
): HeldDerived {
  const name = derivedServiceName(namespace, service);
  const wanted = shape.type === 'ClusterSetIP' || deps.headlessDerivedService;
  const found = deps.local.services.get(cacheKey(namespace, name));
  const taken = found !== undefined && !isOurs(found);
  const going = found?.metadata.deletionTimestamp !== undefined;
  const usable =
    found && wanted && !taken && !going && whyReplace(found, shape) === undefined ? found : undefined;
  return { wanted, name, found, taken, usable };
}

/**
 * Brings the derived Service to what the shape asks for. The answer is for the import's status; an error that
 * is worth another try is handed back with it, so that the status can be written before it is thrown.
 */
export async function settleDerived(
  deps: DerivedDeps,
  at: ImportPlace,
  held: IServiceImport & { metadata: { uid: string } },
  shape: Shape,
  { log, clock, signal }: Pick<ReconcileContext, 'log' | 'clock' | 'signal'>,
): Promise<{ state: DerivedState; error?: unknown }> {
  const { wanted, name, found, taken, usable } = heldDerived(deps, at, shape);
  noteObstacle(deps, at, taken ? found : undefined, name);
  if (!wanted) {
    if (found !== undefined && !taken) await remove(deps, found, 'the import is headless', { log, signal });
    return { state: { is: 'not wanted' } };
  }
  if (taken) return { state: { is: 'pending', why: takenMessage(at, name) } };
  if (found?.metadata.deletionTimestamp !== undefined) {
    return { state: { is: 'pending', why: `the former derived Service ${name} is still being deleted` } };
  }
  const replaced = usable === undefined ? found : undefined;
  if (replaced !== undefined)
    await remove(deps, replaced, whyReplace(replaced, shape) ?? '', { log, signal });
  const service = desiredDerivedService({
    ...at,
    owner: held.metadata,
    shape,
    existing: usable,
    previousIPs: previousIPs(held, replaced),
  });
  if (usable !== undefined && sameDerivedService(usable, service)) return { state: stateOf(usable, shape) };
  try {
    const first = { service, spareFamilies: usableFamilies(shape).slice(1) };
    const written = await writeDerived(deps.writers.services, first, {
      taken: (ip) => hasAddress(deps.local.services.list(), ip),
      sleep: (delay) => clock.sleep(delay, signal),
      signal,
    });
    if (!written.ok && written.why === 'no family') {
      return { state: { is: 'no family', families: shape.ipFamilies } };
    }
    if (!written.ok) {
      const why = `the API server refuses the derived Service: ${written.error.message}`;
      deps.events.record(derivedServiceRefused(held, why));
      // A policy may have refused it, too, and nobody tells when that one goes.
      return { state: { is: 'pending', why }, error: written.error };
    }
    log.info({ derivedService: name }, usable ? 'derived Service updated' : 'derived Service created');
  } catch (error) {
    // Words that differ from one attempt to the next would be a change of the import at each, and so the next attempt.
    const passing = 'the API server does not answer, or not for good; the log says how';
    const said = isForGood(error) ? error.message : passing;
    return { state: { is: 'pending', why: `the derived Service could not be written: ${said}` }, error };
  }
  const now = heldDerived(deps, at, shape).usable;
  return { state: now ? stateOf(now, shape) : { is: 'pending', why: `waiting for derived Service ${name}` } };
}

function hasAddress(all: Iterable<IService>, ip: string): boolean {
  for (const { spec } of all) if (spec?.clusterIPs?.includes(ip)) return true;
  return false;
}

/** Deletes a derived Service of ours. */
export async function remove(
  { writers }: Pick<DerivedDeps, 'writers'>,
  derived: IService,
  why: string,
  { log, signal }: Pick<ReconcileContext, 'log' | 'signal'>,
): Promise<void> {
  if (derived.metadata.deletionTimestamp !== undefined) return;
  log.info({ derivedService: derived.metadata.name, why }, 'removing the derived Service');
  await writers.services.delete(derived, { signal });
}

function stateOf(derived: IService, shape: Shape): DerivedState {
  if (shape.type === 'ClusterSetIP' && addressesOf(derived) === undefined) {
    return { is: 'pending', why: `waiting for the address of derived Service ${derived.metadata.name}` };
  }
  return { is: 'ready', without: describeUnsupported(derived) };
}

function noteObstacle(
  deps: DerivedDeps,
  at: ImportPlace,
  obstacle: IService | undefined,
  name: string,
): void {
  deps.observer.obstructed(at, 'Service', name, obstacle !== undefined);
  if (obstacle === undefined) return;
  deps.obstacles.add(obstacle, serviceKey(at));
  deps.events.record(nameTaken(obstacle, `the derived Service of ServiceImport ${at.service}`));
}

function takenMessage({ namespace }: ImportPlace, name: string): string {
  return `Service ${namespace}/${name} has the name that the derived Service must have, and was not made by Tombolo: rename or delete it`;
}
