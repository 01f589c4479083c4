import {
  AGENT_USER,
  agentUserOnHub,
  countRequests,
  HUB_USER,
  isRenewal,
  type RequestCounts,
} from './requests.ts';
import type { TestSet } from './set.ts';

/** Every request of Tombolo's programs in a whole set, but for renewals of Leases: by place, then by who asked. */
export type WholeSet = Record<string, RequestCounts>;

/** Points in the audit logs of a set, by cluster. */
export type Marks = ReadonlyMap<string, number>;

/** This moment, in every audit log of the set. */
export async function markAll(set: TestSet): Promise<Marks> {
  const names = ['hub', ...set.members.map(({ id }) => id)];
  return new Map(
    await Promise.all(names.map(async (name) => [name, await set.cluster(name).audit.mark()] as const)),
  );
}

/** What every program of the set asked of every API server since the marks. */
export async function requestsSince(set: TestSet, marks: Marks): Promise<WholeSet> {
  const counted = async (cluster: string, user: string) => {
    const entries = await set.cluster(cluster).audit.entries({ user, since: marks.get(cluster) ?? 0 });
    return countRequests(entries.filter((entry) => !isRenewal(entry)));
  };
  const whole: WholeSet = { 'hub, by its controller': await counted('hub', HUB_USER) };
  for (const { id } of set.members) {
    whole[`hub, by ${id}`] = await counted('hub', agentUserOnHub(id));
    whole[`${id}, by its agent`] = await counted(id, AGENT_USER);
  }
  return whole;
}
