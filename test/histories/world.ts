import type { ClusterState, HubState, State } from '#test/oracle/state.ts';
import { Moments } from './moments.ts';
import { MEMBERS, type MemberId } from './script.ts';

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
  readonly namespace: string;
  readonly clusters: ReadonlyMap<MemberId, Moments<ClusterState>>;
  readonly hub: Moments<HubState>;
  /** Versions of objects that somebody wrote who should not have: `<cluster> <resourceVersion>`. */
  readonly tampered = new Set<string>();

  constructor(namespace: string, families: (id: MemberId) => readonly string[], now: number) {
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

  /** At present, with the ages that the hub's records have. */
  state(recordedAt: HubState['recordedAt']): State {
    return {
      clusters: [...this.clusters.values()].map(({ now }) => now),
      hub: { ...this.hub.now, recordedAt },
    };
  }
}
