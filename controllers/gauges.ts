import { clusterOfNamespace, type IMember } from '#apis/hub/member.ts';
import type { KubeObject } from '#apis/meta.ts';
import type { IServiceExport } from '#apis/multicluster/service-export.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import type { Informer } from '#src/cache/contract.ts';
import type { Lister } from '#src/cache/lister.ts';
import type { HubContact, Metrics } from '#src/observability/metrics.ts';
import type { Clock, Milliseconds } from '#src/runtime/clock.ts';
import type { RecordView, SliceView } from './endpoints/views.ts';
import type { LocalExports } from './export/local-exports.ts';
import { IMPORTED_BY_CLUSTER } from './import/indexes.ts';
import { isOurs } from './import/ownership.ts';
import type { ImportTally } from './import/tally.ts';
import type { HubView } from './membership/hub-view.ts';
import { isUnreachable } from './membership/reachability.ts';

/** What the gauges of a member look at. */
export interface GaugeSources {
  exports: LocalExports;
  serviceExports: Pick<Lister<IServiceExport>, 'list'>;
  serviceImports: Pick<Lister<IServiceImport>, 'list'>;
  records: Pick<Lister<RecordView>, 'list'>;
  /** With the index IMPORTED_BY_CLUSTER. */
  endpointSlices: Pick<Lister<SliceView>, 'byIndex'>;
  members: Pick<Lister<IMember>, 'list'>;
  /** This cluster's id: its own endpoints are never stale here. */
  cluster: string;
  hubView: Pick<HubView, 'readable' | 'evidence'>;
  tally: ImportTally;
  /** When the credentials on the hub end. */
  credential: { readonly at: Milliseconds | undefined };
  /** The informers of what is read on the hub. */
  hub: readonly Pick<Informer<KubeObject>, 'health'>[];
  clock: Pick<Clock, 'now' | 'monotonic'>;
}

/** Figures of the domain, computed from the caches at each scrape: they cannot drift from what they count. */
export function addGauges(metrics: Metrics, sources: GaugeSources): void {
  const { exports, serviceExports, serviceImports, records, tally } = sources;
  metrics.hub(() => hubContact(sources));
  metrics.credentialExpiry(() => sources.credential.at);
  metrics.exports(() =>
    countBy(exports.keys(), (key) => (exports.decide(key).publish ? 'published' : 'refused')),
  );
  metrics.imports(() => countBy([...serviceImports.list()].filter(isOurs), ({ spec }) => spec.type));
  metrics.conflicts(() => countBy([...serviceExports.list()].flatMap(conflictReasons), (reason) => reason));
  metrics.endpoints(() => endpointsByCluster(records.list()));
  metrics.staleSlices(() => staleSlices(sources));
  metrics.refusedRecords(() => tally.refusedRecords.totals);
  metrics.droppedEndpoints(() => tally.droppedEndpoints.totals);
  metrics.pendingImports(() => tally.pending.totals);
}

/** The hub is one API server: whichever of the connections was heard of last tells of it. */
function hubContact({ hub, clock }: Pick<GaugeSources, 'hub' | 'clock'>): HubContact {
  const last = Math.max(...hub.map(({ health }) => health.lastContact ?? Number.NEGATIVE_INFINITY));
  return {
    connected: hub.some(({ health }) => health.state === 'live'),
    lastAnswer: Number.isFinite(last) ? clock.now() - (clock.monotonic() - last) : 0,
  };
}

/** Of every member that counts as unreachable; none while the hub is not read. */
function* staleSlices({
  members,
  hubView,
  endpointSlices,
  cluster,
}: GaugeSources): Iterable<readonly [string, number]> {
  if (!hubView.readable) return;
  for (const member of members.list()) {
    const { name } = member.metadata;
    if (name === cluster || !isUnreachable(member, hubView.evidence.report(name))) continue;
    yield [name, endpointSlices.byIndex(IMPORTED_BY_CLUSTER, name).length];
  }
}

function conflictReasons({ status }: IServiceExport): string[] {
  const conflict = status?.conditions?.find(({ type }) => type === 'Conflict');
  return conflict?.status === 'True' ? conflict.reason.split(',') : [];
}

function endpointsByCluster(records: Iterable<RecordView>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { metadata, spec } of records) {
    const cluster = clusterOfNamespace(metadata.namespace) ?? 'unknown';
    const lines = spec.packed === '' ? 0 : spec.packed.split('\n').length;
    counts.set(cluster, (counts.get(cluster) ?? 0) + lines);
  }
  return counts;
}

function countBy<T>(things: Iterable<T>, label: (thing: T) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const thing of things) {
    const key = label(thing);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
