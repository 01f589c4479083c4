import type { PrecedenceMode } from '#apis/hub/cluster-set.ts';
import type { IExportedService } from '#apis/hub/exported-service.ts';
import type { ImportType, IServiceImport } from '#apis/multicluster/service-import.ts';
import type { Evidence } from '#controllers/absence/evidence.ts';
import { type Admission, admit, type ExportRecord } from '#controllers/conflict/record.ts';
import { resolve } from '#controllers/conflict/resolve.ts';
import type { OwnExport } from '../own-export.ts';
import type { Withheld } from '../staleness.ts';
import { type HubRecord, type Judged, judgeSources } from './judgement.ts';
import { lastShape, type Shape, sameShape, shapeOf } from './shape.ts';
import { type HeldSource, type HeldSources, readSources, remember } from './sources.ts';

/** All that decides what this cluster shows of one Service. */
export interface ServiceInput {
  namespace: string;
  service: string;
  /** This cluster's id. */
  self: string;
  hub: { readable: boolean; unreachable: boolean; mode: PrecedenceMode };
  evidence: Evidence;
  records: readonly HubRecord[];
  own: OwnExport;
  /** Whether a member's endpoints are withheld in an import of this type: it is unreachable. */
  withheld: Withheld;
  /** The ServiceImport, if it is there and ours. */
  existing: IServiceImport | undefined;
  /** A derived Service of ours is there without an import: somebody has deleted that. */
  orphaned: boolean;
}

export type ServiceDecision =
  /** Leave everything as it is. `ask`: look again in a moment, for no event will tell. */
  | { do: 'nothing'; why: string; ask?: boolean }
  /** Nobody exports it: nothing of it may be left. */
  | { do: 'remove'; whys: string[] }
  | {
      do: 'show';
      shape: Shape;
      sources: HeldSources;
      /** The live exporters, sorted, without those whose endpoints are withheld. */
      clusters: string[];
      /** Whose endpoints are withheld from now on, and whose no longer. */
      withdrawn: string[];
      restored: string[];
      /** Why the shape may not change now, one sentence a source; empty: it is what the records say. */
      frozen: string[];
      /** Whether the frozen shape is another than the records that are there would give. */
      heldBack: boolean;
      /** The type changes. */
      flip: { from: ImportType; to: ImportType } | undefined;
      /** Sources that are proven gone, and why. */
      gone: string[];
    };

/**
 * Decides what this cluster shows of one Service (DESIGN.md 4a). Presence is the set of live records, read
 * anew each time: there is no shared object to delete when one exporter leaves (SEMANTICS 25, 26).
 */
export function decideService(input: ServiceInput): ServiceDecision {
  const { existing, hub } = input;
  if (!hub.readable) return existing ? keepAll(existing) : withoutHub(input);
  const held: HeldSources = existing ? readSources(existing) : new Map();
  const judged = judgeSources({ ...input, records: withOwn(input), held });
  const present = of(judged, 'present');
  const unknown = of(judged, 'unknown');
  const gone = of(judged, 'gone').map(([, { why }]) => why);
  if (present.length === 0 && unknown.length === 0) {
    if (existing === undefined) return { do: 'nothing', why: 'nobody exports it' };
    // Neither annotation nor status names anybody: that is damage, not proof.
    if (held.size === 0) return { do: 'nothing', why: 'its sources are not known' };
    return { do: 'remove', whys: gone };
  }
  const merged = merge(
    present.map(([, { record }]) => record),
    hub.mode,
  );
  const frozen = unknown.map(([, { why }]) => why).sort();
  const last = existing && lastShape(existing);
  const shape = frozen.length === 0 || last === undefined ? merged : last;
  // Sources are unknown only to an import that remembers them.
  if (shape === undefined) return { do: 'nothing', why: 'no record can be used' };
  // Whoever is unreachable goes on to count for the shape (SEMANTICS 3.2).
  const sources = new Map([
    ...present.map(([cluster, { remembered }]) =>
      mark(cluster, remembered, input.withheld(cluster, shape.type) ?? isWithheld(held, cluster)),
    ),
    // Without its record nothing of it moves, and nothing could be brought back.
    ...unknown.map(([cluster, { remembered }]) => mark(cluster, remembered, isWithheld(held, cluster))),
  ]);
  return {
    do: 'show',
    shape,
    sources,
    clusters: shownClusters(sources),
    withdrawn: [...sources.keys()].filter((at) => isWithheld(sources, at) && !isWithheld(held, at)).sort(),
    restored: [...sources.keys()].filter((at) => !isWithheld(sources, at) && isWithheld(held, at)).sort(),
    frozen,
    heldBack: merged !== undefined && !sameShape(shape, merged),
    flip: last && last.type !== shape.type ? { from: last.type, to: shape.type } : undefined,
    gone,
  };
}

/** The hub is not read: whatever the import shows stays, and drift from that is still repaired. */
function keepAll(existing: IServiceImport): ServiceDecision {
  const sources = readSources(existing);
  if (sources.size === 0) return { do: 'nothing', why: 'its sources are not known and the hub is not read' };
  return {
    do: 'show',
    shape: lastShape(existing),
    sources,
    clusters: shownClusters(sources),
    withdrawn: [],
    restored: [],
    frozen: ['the hub has not been read'],
    heldBack: false,
    flip: undefined,
    gone: [],
  };
}

/**
 * Whoever deletes an import deletes what it remembers of its sources. Where the hub has lost the own record as well,
 * the own export is known by the own caches alone: without it the import would take the shape of the others, and the
 * derived Service, with its address, would go for no reason.
 */
function withOwn({ orphaned, own, self, records }: ServiceInput): readonly HubRecord[] {
  if (!orphaned || own.is !== 'exported' || records.some(({ cluster }) => cluster === self)) return records;
  return [...records, { cluster: self, record: own.record, admission: admitOwn(own.record, self) }];
}

/**
 * Where there is no import yet and the hub cannot be reached, the own export enters without the hub (DESIGN.md 3),
 * so that a cluster which starts alone serves its own Services. What the hub holds takes its place as soon as it
 * can be read.
 */
function withoutHub({ self, hub, own }: ServiceInput): ServiceDecision {
  if (own.is !== 'exported') return { do: 'nothing', why: 'the hub has not been read' };
  if (!hub.unreachable) {
    return { do: 'nothing', why: 'the hub may still come to be read', ask: true };
  }
  const admission = admitOwn(own.record, self);
  if (!admission.ok) return { do: 'nothing', why: admission.reason };
  const shape = merge([admission.record], hub.mode);
  if (shape === undefined) return { do: 'nothing', why: 'the own export gives no import' };
  return {
    do: 'show',
    shape,
    sources: new Map([[self, remember(undefined, admission.record.asserted, 0)]]),
    clusters: [self],
    withdrawn: [],
    restored: [],
    frozen: [],
    heldBack: false,
    flip: undefined,
    gone: [],
  };
}

/** The own caches have judged the own export by the set's rules already. */
function admitOwn(record: IExportedService, self: string): Admission {
  return admit(record, self, { clusterSet: undefined, member: undefined });
}

function mark(
  cluster: string,
  { withheld: _, ...source }: HeldSource,
  withheld: boolean,
): [string, HeldSource] {
  return [cluster, withheld ? { ...source, withheld } : source];
}

function isWithheld(sources: HeldSources, cluster: string): boolean {
  return sources.get(cluster)?.withheld === true;
}

function shownClusters(sources: HeldSources): string[] {
  return [...sources.keys()].filter((cluster) => !isWithheld(sources, cluster)).sort();
}

function merge(records: readonly ExportRecord[], mode: PrecedenceMode): Shape | undefined {
  const resolved = resolve(records, mode).import;
  return resolved && shapeOf(resolved);
}

function of<Is extends Judged['is']>(
  judged: ReadonlyMap<string, Judged>,
  is: Is,
): [string, Extract<Judged, { is: Is }>][] {
  return [...judged].filter((entry): entry is [string, Extract<Judged, { is: Is }>] => entry[1].is === is);
}
