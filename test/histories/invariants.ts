import type { IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { SOURCE_CLUSTER_LABEL, SOURCE_GENERATION_ANNOTATION } from '#apis/labels.ts';
import type { KubeObject } from '#apis/meta.ts';
import type { Write } from './audit-tail.ts';
import { looks } from './combinations.ts';
import { shapeOf, wantedShape } from './compare.ts';
import type { MemberSeen } from './deletions.ts';
import type { MemberId } from './script.ts';
import type { Sight } from './watched.ts';
import type { World } from './world.ts';

/** S1: no import ever has a shape that no way to see the world gives. */
export function strayShapes(world: World, members: readonly Pick<MemberSeen, 'id' | 'imports'>[]): string[] {
  const names = new Set(members.flatMap(({ imports }) => imports.map(({ object }) => object.metadata.name)));
  const lines = [...names].flatMap((service) => {
    const earliest = shapesOf(world, service);
    if (earliest === undefined) return [];
    return members.flatMap(({ id, imports }) =>
      imports
        .filter(({ is, object }) => is === 'seen' && object.metadata.name === service)
        .map(({ at, object }) => ({ at, text: canonical(shapeOf(object)) }))
        .filter(({ at, text }) => (earliest.get(`${id} ${text}`) ?? Number.POSITIVE_INFINITY) > at)
        .map(({ text }) => `${id} showed ${service} as nobody exported it: ${text}`),
    );
  });
  return [...new Set(lines)];
}

const EVER = { until: Number.POSITIVE_INFINITY };

/** Every shape that a member can be right to show, behind its id, and since when. */
function shapesOf(world: World, service: string): Map<string, number> | undefined {
  const all = looks(world, service, { cluster: () => EVER, hub: EVER });
  if (all === undefined) return undefined;
  const earliest = new Map<string, number>();
  for (const { expected, from } of all) {
    // All members show the same shape.
    const [wanted] = expected.imports.values();
    if (wanted === undefined) continue;
    const text = canonical(wantedShape(wanted));
    for (const id of expected.imports.keys()) {
      const key = `${id} ${text}`;
      earliest.set(key, Math.min(earliest.get(key) ?? Number.POSITIVE_INFINITY, from));
    }
  }
  return earliest;
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
