import { type Expected, expected } from '#test/oracle/expected.ts';
import type { ClusterState, HubState } from '#test/oracle/state.ts';
import type { Moments, Period } from './moments.ts';
import type { MemberId } from './script.ts';
import type { World } from './world.ts';

/** From when to when somebody can have seen a part of the world. */
export interface View {
  /** That period began then with which it begins; the first unless told. */
  from?: number;
  until: number;
}

/** What somebody can have seen. */
export interface Views {
  cluster: (id: MemberId) => View;
  hub: View;
}

/** One way in which the world can have looked to somebody who sees its parts at different times. */
export interface Look {
  expected: Expected;
  /** Before that it cannot have looked so. */
  from: number;
}

/** More than that say nothing any more, and take long. */
const MOST = 4_000;

/**
 * Everything that the oracle can say of one Service to somebody who sees each cluster, and the hub's rules, as they
 * were at some moment within those times; what is later first. Undefined where there are too many ways.
 */
export function looks(world: World, service: string, views: Views): Iterable<Look> | undefined {
  const parts = [...world.clusters].map(([id, moments]) =>
    distinct(within(moments, views.cluster(id)).map((one) => about(one, service))).toReversed(),
  );
  const rules = distinct(within(world.hub, views.hub))
    .flatMap((period) => agesIn(world, period))
    .toReversed();
  const count = parts.reduce((product, one) => product * one.length, rules.length);
  return count > MOST ? undefined : combine(world, service, parts, rules);
}

/** Whoever has seen a thing goes on seeing it, even where nothing newer comes: there always is something seen. */
function within<T>(moments: Moments<T>, { from = 0, until }: View): Period<T>[] {
  const begun = moments.during(from, until);
  return begun.length > 0 ? begun : [moments.at(until)];
}

function* combine(
  { namespace }: World,
  service: string,
  parts: readonly Period<ClusterState>[][],
  rules: readonly Period<HubState>[],
): Generator<Look> {
  for (const clusters of products(parts)) {
    const seen = Math.max(...clusters.map(({ from }) => from));
    const values = clusters.map(({ value }) => value);
    for (const { value, from } of rules) {
      const said = expected({ clusters: values, hub: value }, namespace, service);
      yield { expected: said, from: Math.max(from, seen) };
    }
  }
}

/** One of each, in every way. */
function* products<T>([first, ...others]: readonly T[][]): Generator<T[]> {
  if (first === undefined) {
    yield [];
    return;
  }
  for (const one of first) for (const rest of products(others)) yield [one, ...rest];
}

/** By HubTime ages are the hub's own, which nobody else knows: every order of the clusters is possible. */
function agesIn(world: World, period: Period<HubState>): Period<HubState>[] {
  if (period.value.precedence !== 'HubTime') return [period];
  const uids = new Map(
    [...world.clusters].map(([id, { all }]) => [
      id,
      new Set(all.flatMap(({ value }) => value.exports.map(({ metadata }) => metadata.uid ?? ''))),
    ]),
  );
  return orders([...uids.values()]).map((order) => ({
    ...period,
    value: {
      ...period.value,
      recordedAt: Object.fromEntries(
        order.flatMap((those, second) => [...those].map((uid) => [uid, new Date(second * 1_000).toJSON()])),
      ),
    },
  }));
}

function orders<T>(all: readonly T[]): T[][] {
  if (all.length === 0) return [[]];
  return all.flatMap((first, at) => orders(all.toSpliced(at, 1)).map((rest) => [first, ...rest]));
}

/** What of a cluster has to do with the Service. */
function about({ value, ...time }: Period<ClusterState>, service: string): Period<ClusterState> {
  const isIt = ({ metadata }: { metadata: { name: string } }) => metadata.name === service;
  return {
    ...time,
    value: {
      ...value,
      services: value.services.filter(isIt),
      exports: value.exports.filter(isIt),
      slices: value.slices.filter(
        ({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === service,
      ),
    },
  };
}

/** The first of those that are alike. */
function distinct<T extends ClusterState | HubState>(periods: Period<T>[]): Period<T>[] {
  const seen = new Map<string, Period<T>>();
  for (const period of periods) {
    const text = JSON.stringify(period.value, (key, value: unknown) =>
      key === 'managedFields' ? undefined : value,
    );
    if (!seen.has(text)) seen.set(text, period);
  }
  return [...seen.values()];
}
