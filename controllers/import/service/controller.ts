import { exportedServices } from '#apis/hub/exported-service.ts';
import { type IService, services } from '#apis/kubernetes/service.ts';
import { type IServiceImport, serviceImports } from '#apis/multicluster/service-import.ts';
import { admit } from '#controllers/conflict/record.ts';
import { derivedServiceName } from '#controllers/endpoints/names.ts';
import { BY_SERVICE } from '#controllers/membership/indexes.ts';
import { placeOfService } from '#controllers/membership/places.ts';
import { cacheKey } from '#src/cache/lister.ts';
import { isNamespaceTerminating } from '#src/kube/errors.ts';
import type { ControllerSpec, PolicyRule, ReconcileContext, Result } from '#src/runtime/controller.ts';
import { nameTaken } from '../events.ts';
import { namespaceClosed } from '../namespace.ts';
import type { ImportPlace } from '../observer.ts';
import { Obstacles } from '../obstacles.ts';
import { ownExport } from '../own-export.ts';
import { isOurs } from '../ownership.ts';
import { RefusalLog, type RefusedRecords } from '../refusal-log.ts';
import { withheldOf } from '../staleness.ts';
import { decideService } from './decision.ts';
import type { ImportServiceDeps } from './deps.ts';
import type { HubRecord } from './judgement.ts';
import { placeOf, serviceKey } from './place.ts';
import { remove } from './settle-derived.ts';
import { show } from './show.ts';
import { watches } from './watches.ts';

type Deps = ImportServiceDeps & { obstacles: Obstacles; refusals: RefusalLog };

/** How soon to look again where no event will tell: whether the hub can be reached at all. */
const ASK_AGAIN_MS = 1_000;

/** Why a derived Service goes with all else. */
const NOBODY = 'nobody exports it';

const PERMISSIONS: PolicyRule[] = [
  rule(serviceImports, serviceImports.plural, 'create', 'update', 'delete'),
  rule(serviceImports, `${serviceImports.plural}/status`, 'update'),
  rule(services, services.plural, 'create', 'update', 'delete'),
];

/**
 * import.service: the records of one Service become its ServiceImport and its derived Service in this cluster.
 * Gathers, decides (decision.ts, pure) and writes what differs (show.ts). Slices are import.slice's.
 */
export function newImportServiceController(given: ImportServiceDeps): ControllerSpec {
  const deps: Deps = { ...given, obstacles: new Obstacles(), refusals: new RefusalLog() };
  return {
    name: 'import.service',
    watches: watches(deps),
    permissions: PERMISSIONS,
    sourceOf: (key) => exporterIds(deps, key),
    async reconcile(key, context) {
      try {
        return await reconcile(deps, placeOf(key), context);
      } catch (error) {
        if (!isNamespaceTerminating(error)) throw error;
        // Its end, and a new one of its name, are events: nothing to retry until then.
        context.log.debug({ err: error }, 'the namespace is being deleted, nothing is imported');
        return undefined;
      }
    },
  };
}

/** Names that the same clusters export have one source: whoever floods with his own delays none that he has no part in. */
function exporterIds({ hubCaches }: Deps, key: string): string {
  return hubCaches.exportedServices
    .byIndex(BY_SERVICE, key)
    .map((record) => placeOfService(record)?.cluster ?? '')
    .sort()
    .join();
}

async function reconcile(
  deps: Deps,
  at: ImportPlace,
  context: ReconcileContext,
): Promise<Result | undefined> {
  const { hub, local, observer } = deps;
  const { log } = context;
  const existing = local.serviceImports.get(serviceKey(at));
  const records = readRecords(deps, at);
  const here = deps.selected.verdict(at.namespace);
  // What is imported already stays and stays current: a slip with a label must not cut traffic.
  const unselected = here.allowed || existing !== undefined ? undefined : here.why;
  const closed = namespaceClosed(local.namespaces.get(at.namespace)) ?? unselected;
  const used = records.some(({ admission }) => admission.ok);
  const refused = refusedOf(records);
  observer.refused(at, refused.size);
  if (hub.readable) deps.refusals.note(serviceKey(at), refused, log);
  observer.waiting(at, used ? closed : undefined);
  if (closed !== undefined) {
    observer.frozen(at, 0);
    if (used) log.debug({ why: closed }, 'nothing is imported');
    return undefined;
  }
  const foreign = existing !== undefined && !isOurs(existing);
  observer.obstructed(at, serviceImports.kind, at.service, foreign && used);
  if (foreign) {
    if (used)
      deps.events.record(nameTaken(existing, `the import of Service ${at.service} from the cluster set`));
    return undefined;
  }
  // Somebody's finalizer holds it; the next one is made when it is gone.
  if (existing?.metadata.deletionTimestamp !== undefined) return undefined;
  const derived = derivedOf(deps, at);
  const orphaned = existing === undefined && derived !== undefined;
  const decision = decideService({
    ...at,
    self: deps.cluster,
    hub: {
      readable: hub.readable,
      unreachable: hub.unreachable,
      mode: hub.clusterSet?.spec?.precedence === 'HubTime' ? 'HubTime' : 'ExportTime',
    },
    evidence: hub.evidence,
    records,
    own: ownExport(deps, at.namespace, at.service),
    withheld: withheldOf(hub, deps.cluster, at),
    existing,
    orphaned,
  });
  observer.frozen(at, decision.do === 'show' ? decision.frozen.length : 0);
  switch (decision.do) {
    case 'show':
      if (decision.frozen.length > 0)
        log.debug({ why: decision.frozen }, 'the shape of the import is frozen');
      return show(deps, at, existing, decision, context);
    case 'remove':
      await removeAll(deps, { existing, derived }, decision.whys, context);
      return undefined;
    case 'nothing':
      // Where the garbage collector has not been yet.
      if (orphaned && isExportedByNobody(deps, at)) await remove(deps, derived, NOBODY, context);
      return decision.ask ? { requeueAfter: ASK_AGAIN_MS } : undefined;
  }
}

function readRecords({ hub }: Deps, { namespace, service }: ImportPlace): HubRecord[] {
  const { clusterSet } = hub;
  return hub.exportedServices(namespace, service).flatMap((record) => {
    const cluster = placeOfService(record)?.cluster;
    if (cluster === undefined) return [];
    return [
      { cluster, record, admission: admit(record, cluster, { clusterSet, member: hub.member(cluster) }) },
    ];
  });
}

function refusedOf(records: readonly HubRecord[]): RefusedRecords {
  return new Map(
    records.flatMap(({ record: { metadata }, admission }) =>
      admission.ok
        ? []
        : [[`${exportedServices.kind} ${metadata.namespace}/${metadata.name}`, admission.reason] as const],
    ),
  );
}

/** The derived Service first: of the two it is the one that nothing would lead back to. */
async function removeAll(
  deps: Deps,
  { existing, derived }: { existing: IServiceImport | undefined; derived: IService | undefined },
  whys: readonly string[],
  context: ReconcileContext,
): Promise<void> {
  if (derived !== undefined) await remove(deps, derived, NOBODY, context);
  if (existing === undefined) return;
  context.log.info({ why: whys }, 'removing the ServiceImport: every source of it is gone');
  await deps.writers.serviceImports.delete(existing, { signal: context.signal });
}

/**
 * Without an import nothing remembers its sources, and a record that is missing proves nothing (DESIGN.md 4a): but the
 * reports of all members, none of which names it, do.
 */
function isExportedByNobody({ hub }: Deps, { namespace, service }: ImportPlace): boolean {
  return hub.readable && hub.possibleExporters(namespace, service).length === 0;
}

/** The derived Service, if it is there and ours. */
function derivedOf({ local }: Deps, { namespace, service }: ImportPlace): IService | undefined {
  const derived = local.services.get(cacheKey(namespace, derivedServiceName(namespace, service)));
  return derived !== undefined && isOurs(derived) ? derived : undefined;
}

function rule({ group }: { readonly group: string }, resource: string, ...verbs: string[]): PolicyRule {
  return { on: 'member', scope: 'cluster', apiGroups: [group], resources: [resource], verbs };
}
