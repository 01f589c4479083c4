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
import type { MemberId } from './script.ts';
import { type InventoriesSeen, madeAt, type Trouble, undisturbed } from './vouching.ts';
import type { Sight } from './watched.ts';
import { HUB_AT_FIRST, type World } from './world.ts';

/** What was seen in one member's own cluster, and what its agent has written there. */
export interface MemberSeen {
  id: MemberId;
  imports: readonly Sight<IServiceImport>[];
  services: readonly Sight<IService>[];
  slices: readonly Sight<IEndpointSlice>[];
  writes: readonly Write[];
  /** Of its way to its own API server. */
  troubles: readonly Trouble[];
}

/** What was seen of every member's inventories. */
export type Inventories = ReadonlyMap<string, InventoriesSeen>;

/**
 * Deletions for which there was no reason (S1): since each of its sources was last vouched for, the source was there
 * at every moment, and no way to see the rest of the world takes the object away. One line each.
 */
export function spuriousDeletes(world: World, member: MemberSeen, inventories: Inventories): string[] {
  const kinds = { serviceimports: member.imports, services: member.services, endpointslices: member.slices };
  return member.writes
    .filter(({ verb, namespace }) => verb === 'delete' && namespace === world.namespace)
    .flatMap((write) => {
      const sights: readonly Sight<KubeObject>[] | undefined = kinds[write.resource as keyof typeof kinds];
      const last = sights?.find(
        ({ is, at, object }) => is === 'deleted' && at >= write.at && object.metadata.name === write.name,
      );
      if (last === undefined)
        return [`${member.id} deleted ${write.resource} ${write.name}, and nobody saw it`];
      const { uid } = last.object.metadata;
      const first = sights?.find(({ object }) => object.metadata.uid === uid)?.at ?? write.at;
      const about = subject(world, member, write, last.object, inventories, first);
      const why = reasonless(world, write, about);
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
  { at }: Write,
  { service, isThere, vouched, ruled }: Subject,
): string | undefined {
  // Of clusters that are no source of it nobody can say how much the agent had seen.
  const seen = looks(world, service, {
    cluster: (id) => Math.min(vouched.get(id) ?? 0, at),
    hub: ruled,
    until: at,
  });
  if (seen === undefined || seen.some(({ expected }) => !isThere(expected))) return undefined;
  const since = [...vouched].map(([id, from]) => `${id} ${at - from} ms before`);
  return `it had to be there ever since it was vouched for (${since.join(', ')}; ${seen.length} ways to see it; ${lastChanges(world, at)})`;
}

/** For people: when each part of the world changed last before that. */
function lastChanges(world: World, at: number): string {
  const parts = [...world.clusters, ['hub', world.hub] as const].map(([id, { all }]) => {
    const times = all.filter(({ from }) => from <= at).map(({ from }) => at - from);
    return `${id} changed ${times.slice(-3).join(', ')} ms before`;
  });
  return parts.join('; ');
}

function subject(
  world: World,
  member: MemberSeen,
  write: Write,
  object: KubeObject,
  inventories: Inventories,
  firstSeen: number,
): Subject {
  const { labels = {}, annotations = {}, name } = object.metadata;
  const service = labels[SERVICE_NAME_LABEL] ?? name;
  const { id } = member;
  // Own slices and imports made without the hub are vouched for by no inventory (0).
  const madeSince = (cluster: string, sequence: number, of?: string) => {
    const seen = inventories.get(cluster);
    const made = sequence > 0 && seen ? madeAt(seen, sequence, of) : undefined;
    return made ?? undisturbed(firstSeen, member.troubles);
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
  made: ReadonlyMap<string, number>,
  has: (state: ClusterState) => boolean = () => true,
): Pick<Subject, 'vouched' | 'ruled'> {
  const vouched = new Map<string, number>();
  let ruled = Number.POSITIVE_INFINITY;
  for (const [cluster, at] of made) {
    const moments = [...world.clusters].find(([id]) => id === cluster)?.[1];
    const exportIn = (state: ClusterState) => state.exports.find(({ metadata }) => metadata.name === service);
    const isExported = (state: ClusterState, hub: HubState) => {
      const found = exportIn(state);
      return found !== undefined && validityOf(found, state, hub) === 'Valid';
    };
    const since = moments?.firstSince(at, (state) => isExported(state, HUB_AT_FIRST) && has(state));
    vouched.set(cluster, since ?? 0);
    const allows = (hub: HubState) =>
      !hub.removed.includes(cluster) && (moments?.all.some(({ value }) => isExported(value, hub)) ?? false);
    ruled = Math.min(ruled, world.hub.firstSince(at, allows) ?? 0);
  }
  return { vouched, ruled: made.size === 0 ? 0 : ruled };
}

type Sources = Record<string, { sequence: number }>;

/** The ServiceImport as it was when the agent deleted what belongs to it. */
function lastImport({ imports }: MemberSeen, service: string, { at }: Write): IServiceImport | undefined {
  return imports.findLast((sight) => sight.object.metadata.name === service && sight.at <= at)?.object;
}
