import type { ClusterState, HubState, State } from '#test/oracle/state.ts';
import { Moments } from './moments.ts';
import { MEMBERS, type MemberId } from './script.ts';
import type { Trouble } from './vouching.ts';

/** The hub's rules where nobody has said anything. */
export const HUB_AT_FIRST: HubState = {
  precedence: 'ExportTime',
  deny: [],
  allow: [],
  removed: [],
  allowedNamespaces: {},
  recordedAt: {},
};

/** What users and admins have made, at every moment of a history: what the oracle judges by. */
export class World {
  readonly seed: number;
  readonly namespace: string;
  readonly clusters: ReadonlyMap<MemberId, Moments<ClusterState>>;
  readonly hub: Moments<HubState>;
  /** Versions of objects that somebody wrote who should not have: `<cluster> <resourceVersion>`. */
  readonly tampered = new Set<string>();
  /** When a member's agent was refused writes in this namespace. */
  readonly denials = new Map<MemberId, Trouble[]>(MEMBERS.map((id) => [id, []]));
  /** Operations done. */
  operations = 0;

  constructor(
    { seed, namespace }: Pick<World, 'seed' | 'namespace'>,
    families: (id: MemberId) => readonly string[],
    now: number,
  ) {
    this.seed = seed;
    this.namespace = namespace;
    this.hub = new Moments(HUB_AT_FIRST, now);
    this.clusters = new Map(
      MEMBERS.map((id) => [
        id,
        new Moments<ClusterState>(
          { id, families: families(id), namespaces: [namespace], services: [], exports: [], slices: [] },
          now,
        ),
      ]),
    );
  }

  of(id: MemberId): Moments<ClusterState> {
    const found = this.clusters.get(id);
    if (found === undefined) throw new Error(`the world has no cluster ${id}`);
    return found;
  }

  /** Whether the namespace is there. */
  isOpen(id: MemberId): boolean {
    return this.of(id).now.namespaces.length > 0;
  }

  /** At present, with the ages that the hub's records have. */
  state(recordedAt: HubState['recordedAt']): State {
    return {
      clusters: [...this.clusters.values()].map(({ now }) => now),
      hub: { ...this.hub.now, recordedAt },
    };
  }

  /** For people: when each part changed last before that. */
  changesBefore(at: number): string {
    const parts = [...this.clusters, ['hub', this.hub] as const].map(([id, { all }]) => {
      const times = all.filter(({ from }) => from <= at).map(({ from }) => at - from);
      return `${id} changed ${times.slice(-3).join(', ')} ms before`;
    });
    return parts.join('; ');
  }
}
