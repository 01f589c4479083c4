import type { KubeObject } from '#apis/meta.ts';
import { expected, servicesIn } from '#test/oracle/expected.ts';
import { differences, shownOf } from './compare.ts';
import { type Rig, recordsOf } from './rig.ts';
import { MEMBERS, SERVICES } from './script.ts';
import type { World } from './world.ts';

/** In what members and hub differ now from what the oracle says of one history's world. */
export function unlike(rig: Rig, world: World): string[] {
  const { namespace } = world;
  const records = new Map(MEMBERS.map((id) => [id, recordsOf(rig.records.services, id, namespace)]));
  const recordedAt = Object.fromEntries(
    [...records.values()]
      .flat()
      .map(({ metadata, spec }) => [spec.export.uid, metadata.creationTimestamp ?? '']),
  );
  const state = world.state(recordedAt);
  const names = new Set([...SERVICES, ...servicesIn(state).map(({ name }) => name)]);
  const wanted = [...names].map((name) => ({ name, ...expected(state, namespace, name) }));
  const lines: string[] = [];
  for (const id of MEMBERS) {
    if (state.hub.removed.includes(id)) continue;
    const { watches } = rig.place(id);
    const all = {
      imports: watches.imports.present(namespace),
      services: watches.services.present(namespace),
      slices: watches.slices.present(namespace),
      exports: watches.exports.present(namespace),
    };
    for (const { name, imports, exports } of wanted) {
      const found = differences(shownOf(name, all), imports.get(id), exports.get(id));
      lines.push(...found.map((line) => `${name} in ${id}: ${line}`));
    }
  }
  return [...lines, ...leftOver(rig, world)];
}

/** Records on the hub that nobody stands for, and records that are missing there. */
function leftOver(rig: Rig, world: World): string[] {
  const { namespace } = world;
  const state = world.state({});
  return MEMBERS.flatMap((id) => {
    const held = recordsOf(rig.records.services, id, namespace).map(({ metadata }) => metadata.name);
    const wanted = SERVICES.filter(
      (name) => expected(state, namespace, name).exports.get(id)?.valid === 'Valid',
    ).map((name) => `${namespace}.${name}`);
    const slices = recordsOf(rig.records.slices, id, namespace).length;
    const exported = world
      .of(id)
      .now.slices.filter(
        ({ addressType, metadata }) =>
          addressType !== 'FQDN' &&
          wanted.includes(`${namespace}.${metadata.labels?.['kubernetes.io/service-name']}`),
      ).length;
    const lines: string[] = [];
    if (held.sort().join() !== wanted.sort().join()) {
      lines.push(`the hub holds of ${id} [${held}] instead of [${wanted}]`);
    }
    if (slices !== exported) lines.push(`the hub holds ${slices} slices of ${id} instead of ${exported}`);
    return lines;
  });
}

/** What is still there of a history whose namespaces are gone. */
export function remains(rig: Rig, { namespace }: World): string[] {
  const { services, slices } = rig.records;
  return MEMBERS.flatMap((id) => {
    const { watches } = rig.place(id);
    const own: KubeObject[] = [
      ...watches.imports.present(namespace),
      ...watches.services.present(namespace),
      ...watches.slices.present(namespace),
      ...watches.exports.present(namespace),
    ];
    const records: KubeObject[] = [
      ...recordsOf(services, id, namespace),
      ...recordsOf(slices, id, namespace),
    ];
    const names = (objects: KubeObject[]) => objects.map(({ metadata }) => metadata.name);
    return [
      ...(own.length > 0 ? [`${id} still has ${names(own)}`] : []),
      ...(records.length > 0 ? [`the hub still holds ${names(records)} of ${id}`] : []),
    ];
  });
}
