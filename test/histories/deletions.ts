import { parseAsserted } from '#apis/hub/asserted.ts';
import { exportedServiceName } from '#apis/hub/exported-service.ts';
import type { IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import type { IService } from '#apis/kubernetes/service.ts';
import {
  ASSERTED_ANNOTATION,
  SERVICE_NAME_LABEL,
  SOURCE_CLUSTER_LABEL,
  SOURCE_GENERATION_ANNOTATION,
  SOURCES_ANNOTATION,
} from '#apis/labels.ts';
import type { KubeObject } from '#apis/meta.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import type { Expected } from '#test/oracle/expected.ts';
import { validityOf } from '#test/oracle/exporters.ts';
import type { ClusterState, HubState } from '#test/oracle/state.ts';
import type { Write } from './audit-tail.ts';
import { looks } from './combinations.ts';
import { lifeEndedBy } from './deleted.ts';
import type { MemberId } from './script.ts';
import { type Act, actOf, type InventoriesSeen, making, type Trouble } from './vouching.ts';
import type { Gap, Sight } from './watched.ts';
import { HUB_AT_FIRST, type World } from './world.ts';

/** What was seen in one member's own cluster, and what its agent has written there. */
export interface MemberSeen {
  id: MemberId;
  imports: readonly Sight<IServiceImport>[];
  services: readonly Sight<IService>[];
  slices: readonly Sight<IEndpointSlice>[];
  /** When nobody looked on. */
  gaps: readonly Gap[];
  writes: readonly Write[];
  /** Of its way to its own API server, and of its writes there. */
  troubles: readonly Trouble[];
  /** When nothing came from the hub. */
  silences: readonly Trouble[];
}

/** What was seen of every member's inventories. */
export type Inventories = ReadonlyMap<string, InventoriesSeen>;

/**
 * Deletions for which there was no reason (S1): since each of its sources was last vouched for, the source was there
 * at every moment, and no way to see the rest of the world takes the object away. What happened behind a hub that
 * could not be heard is no reason (S8). One line each.
 */
export function spuriousDeletes(world: World, member: MemberSeen, inventories: Inventories): string[] {
  const kinds = { serviceimports: member.imports, services: member.services, endpointslices: member.slices };
  return member.writes
    .filter(({ verb, namespace }) => verb.startsWith('delete') && namespace === world.namespace)
    .flatMap((write) => {
      const sights: readonly Sight<KubeObject>[] | undefined = kinds[write.resource as keyof typeof kinds];
      const life = lifeEndedBy(write, sights ?? [], member.gaps);
      if (life === 'unwatched') return [];
      if (life === undefined)
        return [`${member.id} deleted ${write.resource} ${write.name}, and nobody saw it`];
      const { first, last } = life;
      const about = subject(world, member, write, last.object, inventories, first);
      const why = reasonless(world, member, write, about);
      return why === undefined ? [] : [`${member.id} deleted ${write.resource} ${write.name}: ${why}`];
    });
}

/** What a deleted object was about. */
interface Subject {
  service: string;
  /** Whether the oracle wants it. */
  isThere: (expected: Expected) => boolean;
  /** Its sources, and when the period began in which they were vouched for; what was before that is no reason. */
  vouched: ReadonlyMap<string, number>;
  /** When the rules began under which they were. */
  ruled: number;
}

function reasonless(
  world: World,
  { id, silences }: MemberSeen,
  { at }: Write,
  { service, isThere, vouched, ruled }: Subject,
): string | undefined {
  const silent = silences.filter(({ from, until }) => from <= at && until >= at).map(({ from }) => from);
  const heard = Math.min(at, ...silent);
  // Of clusters that are no source of it nobody can say how much the agent had seen.
  const seen = looks(world, service, {
    cluster: (cluster) => ({ from: vouched.get(cluster) ?? 0, until: cluster === id ? at : heard }),
    hub: { from: ruled, until: heard },
  });
  if (seen === undefined) return undefined;
  let ways = 0;
  for (const { expected } of seen) {
    if (!isThere(expected)) return undefined;
    ways += 1;
  }
  const since = [...vouched].map(([cluster, from]) => `${cluster} ${at - from} ms before`);
  const silence = heard < at ? `; the hub was not heard for ${at - heard} ms` : '';
  return `it had to be there ever since it was vouched for (${since.join(', ')}${silence}; ${ways} ways to see it; ${world.changesBefore(at)})`;
}

function subject(
  world: World,
  member: MemberSeen,
  write: Write,
  object: KubeObject,
  inventories: Inventories,
  firstSeen: Sight<KubeObject>,
): Subject {
  const { labels = {}, annotations = {}, name } = object.metadata;
  const service = labels[SERVICE_NAME_LABEL] ?? name;
  const { id } = member;
  // Own slices and imports made without the hub are vouched for by no inventory (0).
  const madeSince = (cluster: string, sequence: number, of?: string) => {
    const seen = inventories.get(cluster);
    const made = sequence > 0 && seen ? making(seen, sequence, of) : undefined;
    return made ?? actOf(firstSeen, member.troubles);
  };
  if (write.resource === 'endpointslices') {
    const source = annotations[SOURCE_GENERATION_ANNOTATION]?.split('/')[0];
    const { sequence = 0 } = parseAsserted(annotations[ASSERTED_ANNOTATION]) ?? {};
    const cluster = labels[SOURCE_CLUSTER_LABEL] ?? '';
    const isThere = ({ imports }: Expected) =>
      imports.get(id)?.slices.some((slice) => slice.source === source) ?? false;
    const made = madeSince(cluster, sequence, exportedServiceName(world.namespace, service));
    const has = (state: ClusterState) => state.slices.some(({ metadata }) => metadata.uid === source);
    return { service, isThere, ...vouching(world, service, new Map([[cluster, made]]), has) };
  }
  const isImport = write.resource === 'serviceimports';
  const held = isImport ? object : lastImport(member, service, write);
  const sources = JSON.parse(held?.metadata.annotations?.[SOURCES_ANNOTATION] ?? '{}') as Sources;
  const made = new Map(
    Object.entries(sources).map(([cluster, { sequence }]) => [cluster, madeSince(cluster, sequence)]),
  );
  const vouched = vouching(world, service, made);
  if (isImport) return { service, isThere: ({ imports }) => imports.has(id), ...vouched };
  // A Service never changes its first family, nor turns headless.
  const { spec } = object as IService;
  const isThere = ({ imports }: Expected) => {
    const wanted = imports.get(id);
    return wanted?.derived === true && wanted.families.includes(spec?.ipFamilies?.[0] ?? '');
  };
  return { service, isThere, ...vouched };
}

/** An inventory that names a thing was made while the thing was there. */
function vouching(
  world: World,
  service: string,
  made: ReadonlyMap<string, Act>,
  has: (state: ClusterState) => boolean = () => true,
): Pick<Subject, 'vouched' | 'ruled'> {
  const vouched = new Map<string, number>();
  let ruled = Number.POSITIVE_INFINITY;
  for (const [cluster, act] of made) {
    const moments = [...world.clusters].find(([id]) => id === cluster)?.[1];
    const exportIn = (state: ClusterState) => state.exports.find(({ metadata }) => metadata.name === service);
    const isExported = (state: ClusterState, hub: HubState) => {
      const found = exportIn(state);
      return found !== undefined && validityOf(found, state, hub) === 'Valid';
    };
    const since = moments?.actedBy(act, (state) => isExported(state, HUB_AT_FIRST) && has(state));
    vouched.set(cluster, since ?? 0);
    const allows = (hub: HubState) =>
      !hub.removed.includes(cluster) && (moments?.all.some(({ value }) => isExported(value, hub)) ?? false);
    ruled = Math.min(ruled, world.hub.actedBy(act, allows) ?? 0);
  }
  return { vouched, ruled: made.size === 0 ? 0 : ruled };
}

type Sources = Record<string, { sequence: number }>;

/** The ServiceImport as it was when the agent deleted what belongs to it. */
function lastImport({ imports }: MemberSeen, service: string, { at }: Write): IServiceImport | undefined {
  return imports.findLast((sight) => sight.object.metadata.name === service && sight.at <= at)?.object;
}
