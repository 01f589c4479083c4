import { memberNamespace } from '#apis/hub/member.ts';
import { AGENT_USER, agentUserOnHub, HUB_USER } from '#test/driver/requests.ts';
import type { Write } from './audit-tail.ts';
import { type Inventories, type MemberSeen, spuriousDeletes } from './deletions.ts';
import { finalizers, foreignWrites, strayEndpoints, strayShapes } from './invariants.ts';
import { spuriousRecordDeletes } from './record-deletions.ts';
import type { Rig } from './rig.ts';
import { MEMBERS } from './script.ts';
import type { WorldVerdict } from './verdict.ts';
import type { World } from './world.ts';

/** What was written in each cluster during a round. */
export interface Audits {
  own: ReadonlyMap<string, readonly Write[]>;
  hub: readonly Write[];
}

/** What was written in each cluster since the last call. */
export async function auditsOf(rig: Rig): Promise<Audits> {
  const own = MEMBERS.map(async (id) => [id, await rig.place(id).audit.writes()] as const);
  return { own: new Map(await Promise.all(own)), hub: await rig.hubAudit.writes() };
}

/** What went against the invariants in one history, from everything that was seen and written. */
export function judge(
  rig: Rig,
  world: World,
  { own, hub }: Audits,
): Pick<WorldVerdict, 'violations' | 'spuriousDeletes'> {
  const { namespace } = world;
  const slices = new Set(
    [...world.clusters.values()].flatMap(({ all }) =>
      all.flatMap(({ value }) => value.slices.map(({ metadata }) => metadata.name)),
    ),
  );
  const inventories: Inventories = new Map(
    MEMBERS.map((id) => {
      const at = memberNamespace(id);
      const { reports, services } = rig.records;
      const { troubles } = rig.link(id, 'hub');
      return [id, { reports: reports.sights(at), services: services.sights(at), troubles }];
    }),
  );
  const violations = strayShapes(
    world,
    MEMBERS.map((id) => ({ id, imports: rig.place(id).watches.imports.sights(namespace) })),
  );
  const spurious: string[] = [];
  for (const id of MEMBERS) {
    const { watches, links } = rig.place(id);
    const writes = (own.get(id) ?? []).filter(
      (write) => write.user === AGENT_USER && write.namespace === namespace,
    );
    const seen: MemberSeen = {
      id,
      imports: watches.imports.sights(namespace),
      services: watches.services.sights(namespace),
      slices: watches.slices.sights(namespace),
      gaps: [watches.imports, watches.services, watches.slices].flatMap(({ gaps }) => gaps),
      writes,
      troubles: [...links.own.troubles, ...(world.denials.get(id) ?? [])],
      silences: links.hub.silences,
    };
    const at = memberNamespace(id);
    const onHub = hub.filter(({ user }) => user === agentUserOnHub(id));
    const { reports, services, slices: records } = rig.records;
    const held = {
      id,
      reports: reports.sights(at),
      services: services.sights(at),
      slices: records.sights(at),
      gaps: [...services.gaps, ...records.gaps],
      byAgent: onHub.filter((write) => write.namespace === at),
      byHub: hub.filter(({ user, namespace: of }) => user === HUB_USER && of === at),
      troubles: [...links.own.troubles, ...links.hub.troubles],
    };
    const exports = watches.exports.sights(namespace);
    spurious.push(...spuriousDeletes(world, seen, inventories), ...spuriousRecordDeletes(world, held));
    violations.push(
      ...foreignWrites(world, id, { own: writes, hub: onHub }, { slices }),
      ...strayEndpoints(world, seen),
      ...finalizers(id, [...seen.imports, ...seen.services, ...seen.slices, ...exports]),
    );
  }
  return { violations, spuriousDeletes: spurious };
}
