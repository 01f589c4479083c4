import { exportedEndpointSlices, exportedSliceName } from '#apis/hub/exported-endpoint-slice.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { apiVersionOf } from '#apis/meta.ts';
import type { SlicePlace } from '#controllers/absence/proof.ts';
import { importedSliceName } from '#controllers/endpoints/names.ts';
import { cacheKey } from '#src/cache/lister.ts';
import { isNamespaceTerminating } from '#src/kube/errors.ts';
import type { ControllerSpec, ReconcileContext, Result } from '#src/runtime/controller.ts';
import { nameTaken } from '../events.ts';
import { namespaceClosed } from '../namespace.ts';
import { Obstacles } from '../obstacles.ts';
import { RefusalLog, type RefusedRecords } from '../refusal-log.ts';
import type { ImportSliceDeps } from './deps.ts';
import { decideOwn, decideRemote, heldImport } from './gather.ts';
import { placeOfKey, sliceKey } from './place.ts';
import { watches } from './watches.ts';
import { writeSlice } from './write.ts';

type Deps = ImportSliceDeps & { obstacles: Obstacles; refusals: RefusalLog };

const NONE: RefusedRecords = new Map();

/** For a wait that as a rule an event ends. */
const ASK_AGAIN_MS = 5_000;

/** Slices are many and small, and each waits for its API server most of the time. */
const WORKERS = 16;

/**
 * import.slice: one source slice, of another member's records or of this cluster itself, becomes one
 * EndpointSlice in this cluster. One change of endpoints costs one update and nothing else (DESIGN.md 3).
 */
export function newImportSliceController(given: ImportSliceDeps): ControllerSpec {
  const deps: Deps = { ...given, obstacles: new Obstacles(), refusals: new RefusalLog() };
  return {
    name: 'import.slice',
    watches: watches(deps),
    permissions: [
      {
        on: 'member',
        scope: 'cluster',
        apiGroups: [endpointSlices.group],
        resources: [endpointSlices.plural],
        verbs: ['create', 'update', 'delete'],
      },
    ],
    workers: WORKERS,
    sourceOf: (key) => placeOfKey(key).cluster,
    async reconcile(key, context) {
      try {
        return await reconcile(deps, placeOfKey(key), context);
      } catch (error) {
        if (!isNamespaceTerminating(error)) throw error;
        context.log.debug({ err: error }, 'the namespace is being deleted, nothing is imported');
      }
      return undefined;
    },
  };
}

async function reconcile(deps: Deps, at: SlicePlace, context: ReconcileContext): Promise<Result | undefined> {
  const { local, obstacles, observer } = deps;
  const { log, signal } = context;
  if (namespaceClosed(local.namespaces.get(at.namespace)) !== undefined) return undefined;
  const name = importedSliceName(at.cluster, at.namespace, at.service, at.sliceHash);
  const found = local.endpointSlices.get(cacheKey(at.namespace, name));
  const existing = found?.view === 'imported' ? found : undefined;
  const held = heldImport(deps, at);
  const decision =
    at.cluster === deps.cluster
      ? decideOwn(deps, at, held, existing)
      : decideRemote(deps, at, held, existing);
  const refused = decision.do === 'nothing' ? decision.refused : undefined;
  deps.refusals.note(sliceKey(at), refused === undefined ? NONE : new Map([[recordOf(at), refused]]), log);
  observer.dropped(at, decision.do === 'write' ? decision.dropped.length : 0);
  const obstacle = decision.do === 'write' && existing === undefined ? found : undefined;
  observer.obstructed(at, endpointSlices.kind, name, obstacle !== undefined);
  if (obstacle !== undefined) {
    obstacles.add(obstacle, sliceKey(at));
    // The cache keeps slices without their kind.
    const about = { apiVersion: apiVersionOf(endpointSlices), kind: endpointSlices.kind, ...obstacle };
    deps.events.record(nameTaken(about, `the endpoints of ${at.service} in cluster ${at.cluster}`));
    return undefined;
  }
  switch (decision.do) {
    case 'write':
      await writeSlice(deps, at, { ...decision, existing, held }, context);
      return undefined;
    case 'remove':
      if (existing === undefined || existing.metadata.deletionTimestamp !== undefined) return undefined;
      log.info({ slice: name, why: decision.why }, 'removing an imported slice');
      await deps.writers.endpointSlices.delete(existing, { signal });
      return undefined;
    case 'nothing':
      log.debug({ slice: name, why: decision.why }, 'the imported slice stays as it is');
      return decision.ask ? { requeueAfter: ASK_AGAIN_MS } : undefined;
  }
}

function recordOf({ cluster, namespace, service, sliceHash }: SlicePlace): string {
  const name = exportedSliceName(namespace, service, sliceHash);
  return `${exportedEndpointSlices.kind} ${memberNamespace(cluster)}/${name}`;
}
