import type { IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { SOURCE_CLUSTER_LABEL, SOURCE_GENERATION_ANNOTATION, SOURCES_ANNOTATION } from '#apis/labels.ts';
import type { KubeObject } from '#apis/meta.ts';
import type { Write } from './audit-tail.ts';
import { looks } from './combinations.ts';
import { shapeOf, wantedShape } from './compare.ts';
import type { MemberSeen } from './deletions.ts';
import type { MemberId } from './script.ts';
import type { Trouble } from './vouching.ts';
import type { Sight } from './watched.ts';
import type { World } from './world.ts';

/** S1: no import ever has a shape that no way to see the world gives. By HubTime ages are the hub's own, and nobody can tell. */
export function strayShapes(world: World, member: MemberSeen): string[] {
  if (world.hub.all.some(({ value }) => value.precedence === 'HubTime')) return [];
  const lines: string[] = [];
  const names = new Set(member.imports.map(({ object }) => object.metadata.name));
  for (const service of names) {
    const all = looks(world, service, { until: Number.POSITIVE_INFINITY });
    if (all === undefined) continue;
    const earliest = new Map<string, number>();
    for (const { expected, from } of all) {
      const wanted = expected.imports.get(member.id);
      if (wanted === undefined) continue;
      const text = canonical(wantedShape(wanted));
      earliest.set(text, Math.min(earliest.get(text) ?? Number.POSITIVE_INFINITY, from));
    }
    for (const { at, is, object } of member.imports) {
      if (is === 'deleted' || object.metadata.name !== service) continue;
      const text = canonical(shapeOf(object));
      if ((earliest.get(text) ?? Number.POSITIVE_INFINITY) <= at) continue;
      lines.push(`${member.id} showed ${service} as nobody exported it: ${text}`);
    }
  }
  return [...new Set(lines)];
}

/** S2: agents write what is ours, in the users' namespace and in their own on the hub. */
export function foreignWrites(
  { namespace }: Pick<World, 'namespace'>,
  id: MemberId,
  { own, hub }: { own: readonly Write[]; hub: readonly Write[] },
  users: { slices: ReadonlySet<string> },
): string[] {
  const ours = ({ resource, subresource, name }: Write) => {
    switch (resource) {
      case 'serviceimports':
      case 'events':
        return true;
      case 'services':
        return name.startsWith('derived-');
      case 'endpointslices':
        return !users.slices.has(name);
      case 'serviceexports':
        return subresource === 'status';
      default:
        return false;
    }
  };
  const strange = [
    ...own.filter((write) => write.namespace === namespace && !ours(write)),
    ...hub.filter((write) => write.namespace !== `member-${id}` && write.namespace !== ''),
  ];
  return strange.map(
    (write) =>
      `${id} wrote what is not its own: ${write.verb} ${write.resource} ${write.namespace}/${write.name}`,
  );
}

/**
 * S3 and S4: a slice shows only what its own source cluster has had, at the generation that it says; and never a lower
 * generation, or an earlier source, than before.
 */
export function strayEndpoints(world: World, { id, slices }: Pick<MemberSeen, 'id' | 'slices'>): string[] {
  const lines: string[] = [];
  const shown = new Map<string, { uid: string; generation: number; left: Set<string> }>();
  const sources = sourceSlices(world);
  for (const { is, object } of slices) {
    const { name, labels = {}, annotations = {}, resourceVersion } = object.metadata;
    const cluster = labels[SOURCE_CLUSTER_LABEL];
    if (is === 'deleted' || cluster === undefined || world.tampered.has(`${id} ${resourceVersion}`)) continue;
    const [uid = '', text] = annotations[SOURCE_GENERATION_ANNOTATION]?.split('/') ?? [];
    const generation = Number(text);
    const source = sources.get(`${cluster} ${uid} ${generation}`);
    if (source === undefined) lines.push(`${id} shows in ${name} what ${cluster} never had: ${uid}/${text}`);
    else if (!isSubset(addressesOf(object), addressesOf(source))) {
      lines.push(`${id} shows in ${name} other addresses than ${cluster} had in ${uid}/${text}`);
    }
    const before = shown.get(name) ?? { uid, generation, left: new Set<string>() };
    if (before.uid === uid && generation < before.generation) {
      lines.push(
        `${id} went back in ${name} from generation ${before.generation} of ${uid} to ${generation}`,
      );
    }
    if (before.uid !== uid) before.left.add(before.uid);
    if (before.left.has(uid)) lines.push(`${id} went back in ${name} to source ${uid}, which it had left`);
    shown.set(name, { ...before, uid, generation });
  }
  return lines;
}

/** S7: nothing of ours holds anything up. */
export function finalizers(id: MemberId, sights: readonly Sight<KubeObject>[]): string[] {
  return sights.flatMap(({ object }) => {
    const metadata: object = object.metadata;
    const found = 'finalizers' in metadata ? String(metadata.finalizers) : '';
    return found === '' ? [] : [`${id}: ${object.metadata.name} has finalizers: ${found}`];
  });
}

/** Decisions from before the silence may still be carried out. */
const IN_FLIGHT_MS = 500;

/**
 * S8: while nothing gets through from the hub, nothing that came from there goes. In trouble on the way to the own API
 * server an older decision may be held up.
 */
export function silentRemovals(
  { id, writes, slices, imports, troubles }: MemberSeen,
  silences: readonly Trouble[],
): string[] {
  return writes
    .filter(({ verb, at }) => verb === 'delete' && isWithin(at))
    .filter((write) => sourcesOf(write).some((cluster) => cluster !== id))
    .map(({ resource, name }) => `${id} deleted ${resource} ${name} while it could not hear the hub`);

  function isWithin(at: number): boolean {
    return silences.some(
      ({ from, until }) =>
        at > from + IN_FLIGHT_MS &&
        at < until &&
        !troubles.some((trouble) => trouble.until > from - IN_FLIGHT_MS && trouble.from < at),
    );
  }

  function sourcesOf({ resource, name }: Write): string[] {
    if (resource === 'endpointslices') {
      const found = slices.find(({ object }) => object.metadata.name === name);
      return [found?.object.metadata.labels?.[SOURCE_CLUSTER_LABEL] ?? id];
    }
    if (resource !== 'serviceimports') return [];
    const found = imports.findLast(({ object }) => object.metadata.name === name);
    return Object.keys(JSON.parse(found?.object.metadata.annotations?.[SOURCES_ANNOTATION] ?? '{}'));
  }
}

function sourceSlices(world: World): Map<string, IEndpointSlice> {
  const found = new Map<string, IEndpointSlice>();
  for (const [id, moments] of world.clusters) {
    for (const slice of moments.all.flatMap(({ value }) => value.slices)) {
      found.set(`${id} ${slice.metadata.uid} ${slice.metadata.generation}`, slice);
    }
  }
  return found;
}

function addressesOf({ endpoints }: IEndpointSlice): string[] {
  return (endpoints ?? []).flatMap(({ addresses }) => addresses);
}

function isSubset(part: readonly string[], whole: readonly string[]): boolean {
  return part.every((one) => whole.includes(one));
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
