import type { IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import type { IExportedService } from '#apis/hub/exported-service.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';
import type { KubeObject } from '#apis/meta.ts';
import { validityOf } from '#test/oracle/exporters.ts';
import type { ClusterState, HubState } from '#test/oracle/state.ts';
import type { Write } from './audit-tail.ts';
import { lifeEndedBy } from './deleted.ts';
import type { MemberId } from './script.ts';
import { type Act, actOf, type Trouble } from './vouching.ts';
import type { Gap, Sight } from './watched.ts';
import type { World } from './world.ts';

/** What was seen on the hub of one member's records. */
export interface RecordsSeen {
  id: MemberId;
  reports: readonly Sight<IMemberReport>[];
  services: readonly Sight<IExportedService>[];
  slices: readonly Sight<IExportedEndpointSlice>[];
  /** When nobody looked on. */
  gaps: readonly Gap[];
  /** What its agent has deleted there, and what the hub's controller has. */
  byAgent: readonly Write[];
  byHub: readonly Write[];
  /** Of its agent's ways to either API server. */
  troubles: readonly Trouble[];
}

/** How much later than an agent we may see what happens, where two cores carry much more than this. */
const LATE_MS = 2_000;

type HubRecord = IExportedService | IExportedEndpointSlice;

/** Whether the agent has a reason to stand for the record's object. */
type Stands = (state: ClusterState, hub: HubState) => boolean;

/**
 * Records on the hub that were deleted without a reason (S1): by the agent that stands for them, while what they are
 * about was exported all along; or by the hub's controller, while the member was in the set. One line each.
 */
export function spuriousRecordDeletes(world: World, seen: RecordsSeen): string[] {
  const { id, services, slices } = seen;
  const isOurs = ({ verb, name }: Write) => verb === 'delete' && name.startsWith(`${world.namespace}.`);
  const line = ({ resource, name }: Write, who: string, why: string) =>
    `${who} deleted ${resource} ${name} of ${id}: ${why}`;
  const removals = world.hub.all.filter(({ value }) => value.removed.includes(id));
  const byHub = seen.byHub
    .filter((write) => isOurs(write) && !removals.some(({ from }) => from <= write.at))
    .map((write) => line(write, 'the hub', 'the member was in the set'));
  const byAgent = seen.byAgent.filter(isOurs).flatMap((write) => {
    const sights: readonly Sight<HubRecord>[] = write.resource === 'exportedservices' ? services : slices;
    const life = lifeEndedBy(write, sights, seen.gaps);
    if (life === 'unwatched') return [];
    if (life === undefined) return [line(write, id, 'nobody saw it')];
    const { first, last } = life;
    const made = actOf(first, seen.troubles);
    if (isUnnamed(seen, write)) return [];
    if (write.resource === 'exportedendpointslices' && lostItsService(world, seen, write, made)) return [];
    return hasReason(world, id, standsFor(world, last.object), made, write.at)
      ? []
      : [
          line(
            write,
            id,
            `what it is about was exported ever since it was made, ${write.at - first.at} ms before (${world.changesBefore(write.at)})`,
          ),
        ];
  });
  return [...byHub, ...byAgent];
}

/**
 * Whether the hub's inventory does not name it: then it goes, whatever has come since that was made. A wrong inventory
 * shows in the importers, who believe it.
 */
function isUnnamed({ reports, services }: RecordsSeen, { resource, name, at }: Write): boolean {
  const [namespace, service, hash = ''] = name.split('.');
  const exported = `${namespace}.${service}`;
  // The report is the inventory of the Services: the slices of one that it does not name go, too.
  if (around(at, reports).some(({ object }) => !object.spec.inventory.services.includes(exported)))
    return true;
  if (resource === 'exportedservices') return false;
  const records = services.filter(({ object }) => object.metadata.name === exported);
  return around(at, records).some(({ object }) => !object.spec.inventory.slices.includes(hash));
}

/** What somebody can have seen at that time, as far as we can tell. */
function around<T extends KubeObject>(at: number, sights: readonly Sight<T>[]): Sight<T>[] {
  const states = sights.filter(({ is }) => is === 'seen');
  const first = states.findLastIndex((state) => state.at < at - LATE_MS);
  return states.slice(Math.max(0, first)).filter((state) => (state.since ?? state.at) <= at + LATE_MS);
}

/** What the record of its Service does not name goes; one that somebody has deleted names nothing. */
function lostItsService(
  world: World,
  { services }: RecordsSeen,
  { name, at }: Write,
  { begun }: Act,
): boolean {
  const service = `${world.namespace}.${serviceOf(world, name)}`;
  return services.some(
    (sight) =>
      sight.is === 'deleted' &&
      sight.object.metadata.name === service &&
      sight.at >= begun &&
      (sight.since ?? sight.at) <= at + LATE_MS,
  );
}

function serviceOf({ namespace }: World, record: string): string | undefined {
  return record.slice(namespace.length + 1).split('.')[0];
}

function hasReason(world: World, id: MemberId, stands: Stands, made: Act, at: number): boolean {
  const moments = world.of(id);
  const rules = world.hub.all.map(({ value }) => value);
  // It was made by somebody who saw a reason for it, under some rules.
  const since = moments.actedBy(made, (state) => rules.some((hub) => stands(state, hub))) ?? 0;
  const ruled = world.hub.actedBy(made, (hub) => moments.all.some(({ value }) => stands(value, hub))) ?? 0;
  return world.hub
    .during(ruled, at)
    .some((hub) => moments.during(since, at).some(({ value }) => !stands(value, hub.value)));
}

function standsFor(world: World, record: HubRecord): Stands {
  const service = serviceOf(world, record.metadata.name);
  const { spec } = record;
  const source = 'source' in spec ? spec.source.uid : undefined;
  const exported = 'export' in spec ? spec.export.uid : undefined;
  return (state, hub) => {
    const found = state.exports.find(({ metadata }) => metadata.name === service);
    // The record of another ServiceExport stands for nothing any more.
    if (exported !== undefined && found?.metadata.uid !== exported) return false;
    if (found === undefined || validityOf(found, state, hub) !== 'Valid' || hub.removed.includes(state.id))
      return false;
    return (
      source === undefined ||
      state.slices.some(({ metadata, addressType }) => metadata.uid === source && addressType !== 'FQDN')
    );
  };
}
