import type { Cluster } from '#test/clusters/provider.ts';
import { AGENT_USER, agentUserOnHub, HUB_USER } from '#test/driver/requests.ts';
import { MARKER, type TestSet } from '#test/driver/set.ts';

const DELETES = ['delete', 'deletecollection'];

interface Watched {
  cluster: Cluster;
  users: readonly string[];
  since: number;
}

/** What the product has deleted anywhere in a set since a moment, by the audit logs: the set needs `audit`. */
export class Deletions {
  readonly #watched: readonly Watched[];

  private constructor(watched: readonly Watched[]) {
    this.#watched = watched;
  }

  /** From now on, in every cluster of the set, by every identity of the product's. */
  static async since(set: TestSet): Promise<Deletions> {
    const ids = set.members.map(({ id }) => id);
    const { hub, members } = set.clusters;
    const onHub = [HUB_USER, ...ids.map(agentUserOnHub)];
    const places = new Map<Cluster, string[]>([[hub, onHub]]);
    for (const cluster of members) places.set(cluster, [...(places.get(cluster) ?? []), AGENT_USER]);
    return new Deletions(
      await Promise.all(
        [...places].map(async ([cluster, users]) => ({ cluster, users, since: await cluster.audit.mark() })),
      ),
    );
  }

  /**
   * Each as `<cluster>: <resource> <namespace>/<name>`; of one identity in order. Refused ones are not among them,
   * nor what withdrawing a marker of TestSet.settle() takes, which may still go on when the next count begins.
   */
  async all(): Promise<string[]> {
    const lists = this.#watched.flatMap(({ cluster, users, since }) =>
      users.map(async (user) => {
        const entries = await cluster.audit.entries({ user, since });
        return entries
          .filter(({ verb, code }) => DELETES.includes(verb) && code >= 200 && code < 300)
          .filter(({ name }) => !isMarker(name))
          .map(({ resource, namespace, name }) => `${cluster.name}: ${resource} ${namespace}/${name}`);
      }),
    );
    return (await Promise.all(lists)).flat();
  }
}

/** By the name of its import, or of its record. */
function isMarker(name: string): boolean {
  return name.startsWith(MARKER) || name.includes(`.${MARKER}`);
}
