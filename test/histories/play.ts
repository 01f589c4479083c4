import { setTimeout as pause } from 'node:timers/promises';
import { memberNamespace } from '#apis/hub/member.ts';
import { eventually } from '#test/driver/eventually.ts';
import { AGENT_USER, agentUserOnHub } from '#test/driver/requests.ts';
import { expected, servicesIn } from '#test/oracle/expected.ts';
import { differences, shownOf } from './compare.ts';
import { type MemberSeen, spuriousDeletes } from './deletions.ts';
import { Faults } from './faults.ts';
import { emptyNamespace, Hand } from './hand.ts';
import { finalizers, foreignWrites, silentRemovals, strayEndpoints, strayShapes } from './invariants.ts';
import { type Rig, recordsOf } from './rig.ts';
import { isFault, MEMBERS, type Script, SERVICES } from './script.ts';
import { failed, type Verdict } from './verdict.ts';
import { World } from './world.ts';

/** How long everything healed may take to come to rest. */
const DEADLINE_MS = 30_000;
/** That long it must then stay as it is. */
const REST_MS = 60;

export interface PlayOptions {
  /** How long everything healed may take to come to rest; half a minute unless told. */
  deadlineMs?: number;
  /** A folder for what the programs have said, if the history fails. */
  keepLogs?: string;
}

/** Plays a history on the rig: what it says happens, then all is healed, and everything must be as the oracle says. */
export async function play(
  rig: Rig,
  script: Script,
  { deadlineMs = DEADLINE_MS, keepLogs }: PlayOptions = {},
): Promise<Verdict> {
  const began = Date.now();
  const namespace = `h${script.seed}-${Math.random().toString(36).slice(2, 7)}`;
  const world = new World(namespace, (id) => rig.families(id), began);
  await Promise.all(
    MEMBERS.map((id) =>
      rig.member(id).request('POST', '/api/v1/namespaces', { metadata: { name: namespace } }),
    ),
  );
  await auditsOf(rig);
  const hand = new Hand(rig, world);
  const faults = new Faults(rig);
  let ops = 0;
  for (const step of script.steps) {
    if (isFault(step)) await faults.begin(step);
    else {
      await hand.does(step);
      ops += 1;
    }
    if (step.pauseMs > 0) await pause(step.pauseMs);
    await faults.tick();
  }
  await faults.heal();
  const healed = Date.now();
  const divergences = await rest(rig, world, deadlineMs);
  const done = Date.now();
  const verdict: Verdict = {
    script,
    divergences,
    ...(await judge(rig, world)),
    ops,
    faults: faults.count,
    tookMs: done - began,
    healedMs: done - healed,
  };
  if (keepLogs !== undefined && failed(verdict)) rig.keepLogs(keepLogs, namespace);
  await clearAway(rig, world, hand);
  return verdict;
}

/** Waits until every member shows what the oracle says and the hub holds no more than it must, and stays so. */
async function rest(rig: Rig, world: World, deadlineMs: number): Promise<string[]> {
  let changed = Promise.withResolvers<void>();
  const stop = rig.onChange(() => changed.resolve());
  const deadline = Date.now() + deadlineMs;
  try {
    for (;;) {
      changed = Promise.withResolvers();
      const found = unlike(rig, world);
      if (found.length === 0) {
        await pause(REST_MS);
        if (unlike(rig, world).length === 0) return [];
      }
      if (Date.now() > deadline) return found.length > 0 ? found : unlike(rig, world);
      const late = new AbortController();
      await Promise.race([
        changed.promise,
        pause(Math.max(1, deadline - Date.now()), undefined, { signal: late.signal }).catch(() => {}),
      ]);
      late.abort();
      // Changes come in packs.
      await pause(2);
    }
  } finally {
    stop();
  }
}

/** In what the world differs from the oracle now. */
function unlike(rig: Rig, world: World): string[] {
  const { namespace } = world;
  const records = new Map(MEMBERS.map((id) => [id, recordsOf(rig.records.services, id, namespace)]));
  const recordedAt = Object.fromEntries(
    [...records.values()]
      .flat()
      .map(({ metadata, spec }) => [spec.export.uid, metadata.creationTimestamp ?? '']),
  );
  const state = world.state(recordedAt);
  const names = new Set([...SERVICES, ...servicesIn(state).map(({ name }) => name)]);
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
    for (const name of names) {
      const { imports, exports } = expected(state, namespace, name);
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

async function judge(rig: Rig, world: World): Promise<Pick<Verdict, 'violations' | 'spuriousDeletes'>> {
  const { own, hub } = await auditsOf(rig);
  const slices = new Set(
    [...world.clusters.values()].flatMap(({ all }) =>
      all.flatMap(({ value }) => value.slices.map(({ metadata }) => metadata.name)),
    ),
  );
  const inventories = new Map(
    MEMBERS.map((id) => {
      const at = memberNamespace(id);
      const { reports, services } = rig.records;
      const { troubles } = rig.link(id, 'hub');
      return [id, { reports: reports.sights(at), services: services.sights(at), troubles }];
    }),
  );
  const violations: string[] = [];
  const spurious: string[] = [];
  for (const id of MEMBERS) {
    const { watches, links } = rig.place(id);
    const { namespace } = world;
    const writes = (own.get(id) ?? []).filter(({ user }) => user === AGENT_USER);
    const seen: MemberSeen = {
      id,
      imports: watches.imports.sights(namespace),
      services: watches.services.sights(namespace),
      slices: watches.slices.sights(namespace),
      writes,
      troubles: links.own.troubles,
    };
    const onHub = hub.filter(({ user }) => user === agentUserOnHub(id));
    const everything = [
      ...seen.imports,
      ...seen.services,
      ...seen.slices,
      ...watches.exports.sights(namespace),
    ];
    spurious.push(...spuriousDeletes(world, seen, inventories));
    violations.push(
      ...strayShapes(world, seen),
      ...foreignWrites(world, id, { own: writes, hub: onHub }, { slices }),
      ...strayEndpoints(world, seen),
      ...finalizers(id, everything),
      ...silentRemovals(seen, links.hub.silences),
    );
  }
  return { violations, spuriousDeletes: spurious };
}

/** What was written in each cluster since the last call. */
async function auditsOf(rig: Rig) {
  const own = new Map(
    await Promise.all(MEMBERS.map(async (id) => [id, await rig.place(id).audit.writes()] as const)),
  );
  return { own, hub: await rig.hubAudit.writes() };
}

/** Leaves the rig as the next history wants it. What the agents have to clear away they do beside that one. */
async function clearAway(rig: Rig, world: World, hand: Hand): Promise<void> {
  const { namespace } = world;
  const { removed, allowedNamespaces, deny, precedence } = world.hub.now;
  for (const at of MEMBERS) {
    if (removed.includes(at)) await hand.does({ do: 'join', at });
    if (allowedNamespaces[at] !== undefined) await hand.does({ do: 'permit', at });
  }
  if (deny.length > 0) await hand.does({ do: 'allow' });
  if (precedence !== 'ExportTime') await hand.does({ do: 'precedence', mode: 'ExportTime' });
  await Promise.all(
    MEMBERS.filter((id) => world.of(id).now.namespaces.length > 0).map((id) =>
      emptyNamespace(rig.member(id), namespace),
    ),
  );
  await eventually('the watches show the end of the namespace', async () => {
    for (const id of MEMBERS) {
      if (rig.place(id).watches.exports.present(namespace).length > 0) throw new Error(id);
    }
  });
  rig.forget(namespace);
}
