import { clusterSets } from '#apis/hub/cluster-set.ts';
import type { AuditEntry } from '#test/clusters/audit.ts';
import { agentUserOnHub } from '#test/driver/requests.ts';

/** What agents asked of the hub after they had lost it. */
export interface Herding {
  /** Lists of a whole kind, each counted once, however many pages it had. */
  lists: number;
  pages: number;
  /** Lists of the one ClusterSet, by which an agent makes sure who the hub is. */
  questions: number;
  /** The most lists of a kind that were being answered at one time. */
  mostListsAtOnce: number;
  /** Watches that began, and watches that were refused. */
  watches: number;
  refusedWatches: number;
  /** Everything else, by verb and resource. */
  others: Record<string, number>;
}

/** Reads it from the hub's audit log, requests of these members' agents only. */
export function herdingIn(entries: readonly AuditEntry[], ids: readonly string[]): Herding {
  const users = new Set(ids.map(agentUserOnHub));
  const ours = entries.filter(({ user }) => users.has(user));
  const listed = ours.filter(({ verb, group }) => verb === 'list' && group === clusterSets.group);
  const questions = listed.filter(({ uri }) => uri.includes('fieldSelector='));
  const pages = listed.filter((entry) => !questions.includes(entry));
  const watches = ours.filter(({ verb }) => verb === 'watch');
  const others: Record<string, number> = {};
  for (const { verb, resource, group } of ours) {
    if (verb === 'watch' || (verb === 'list' && group === clusterSets.group)) continue;
    others[`${verb} ${resource}`] = (others[`${verb} ${resource}`] ?? 0) + 1;
  }
  return {
    lists: pages.filter(({ uri, code }) => code === 200 && !uri.includes('continue=')).length,
    pages: pages.length,
    questions: questions.length,
    mostListsAtOnce: mostAtOnce(pages),
    watches: watches.filter(({ code }) => code === 200).length,
    refusedWatches: watches.filter(({ code }) => code !== 200).length,
    others,
  };
}

/** How many of some requests were being answered at one time, at most. */
export function mostAtOnce(requests: readonly Pick<AuditEntry, 'at' | 'stageAt'>[]): number {
  const edges = requests
    .flatMap(({ at, stageAt }) => [
      { time: at, step: 1 },
      { time: stageAt, step: -1 },
    ])
    // One that ends where another begins is not beside it.
    .sort((one, other) => one.time - other.time || one.step - other.step);
  let now = 0;
  let most = 0;
  for (const { step } of edges) {
    now += step;
    most = Math.max(most, now);
  }
  return most;
}
