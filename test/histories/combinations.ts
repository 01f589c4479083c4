import { type Expected, expected } from '#test/oracle/expected.ts';
import type { ClusterState, HubState } from '#test/oracle/state.ts';
import type { Period } from './moments.ts';
import type { MemberId } from './script.ts';
import type { World } from './world.ts';

/** With which period what somebody has seen of one part of the world begins; the first unless told. */
export interface Views {
  cluster?: (id: MemberId) => number;
  hub?: number;
  until: number;
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
 * were at some moment within those times. Undefined where there are too many ways.
 */
export function looks(world: World, service: string, { cluster, hub, until }: Views): Look[] | undefined {
  const { namespace } = world;
  const parts = [...world.clusters].map(([id, moments]) =>
    distinct(moments.during(cluster?.(id) ?? 0, until).map((one) => about(one, service))),
  );
  const rules = distinct(world.hub.during(hub ?? 0, until));
  const count = parts.reduce((product, one) => product * one.length, rules.length);
  if (count > MOST) return undefined;
  let combined: { clusters: ClusterState[]; from: number }[] = [{ clusters: [], from: 0 }];
  for (const part of parts) {
    combined = combined.flatMap(({ clusters, from }) =>
      part.map((one) => ({ clusters: [...clusters, one.value], from: Math.max(from, one.from) })),
    );
  }
  return rules.flatMap(({ value, from }) =>
    combined.map((one) => ({
      expected: expected({ clusters: one.clusters, hub: value }, namespace, service),
      from: Math.max(from, one.from),
    })),
  );
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
