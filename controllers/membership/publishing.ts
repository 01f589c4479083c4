import type { IMember } from '#apis/hub/member.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';
import { IDENTITY_NAMESPACE, type INamespace } from '#apis/kubernetes/namespace.ts';
import type { Lister } from '#src/cache/lister.ts';
import { type Claim, judgeClaim } from './claim.ts';
import type { PropertyObstacle } from './property.ts';
import type { AgentState } from './state.ts';

/** The part of HubCaches that says whether this agent may write. */
export interface OwnPlace {
  readonly readable: boolean;
  readonly whyUnreadable: string | undefined;
  member(cluster: string): IMember | undefined;
  reportAsIs(cluster: string): IMemberReport | undefined;
}

export interface PublishingDeps {
  cluster: string;
  hub: OwnPlace;
  namespaces: Pick<Lister<INamespace>, 'get'>;
  state: { readonly current: AgentState | undefined };
  /** What this cluster's own properties have against it. */
  properties: { readonly obstacle: PropertyObstacle | undefined };
}

/**
 * Whether, as whom and above which sequence this agent may write on the hub at this moment. Asked before
 * every write, since a takeover, a removal or another hub must end the writing at once.
 */
export class Publishing {
  readonly cluster: string;
  /** What the hub said when it refused the report, without which nothing else is written. */
  reportRefusal: string | undefined;
  readonly #deps: PublishingDeps;

  constructor(deps: PublishingDeps) {
    this.cluster = deps.cluster;
    this.#deps = deps;
  }

  /** kube-system UID of the own cluster; undefined until the own namespaces are listed. */
  get uid(): string | undefined {
    return this.#deps.namespaces.get(IDENTITY_NAMESPACE)?.metadata.uid;
  }

  /** The least sequence that any inventory or assertion of ours may carry. */
  get floor(): number {
    return this.#deps.state.current?.assertFloor ?? 0;
  }

  /** What may be written: what the hub allows, and nothing while the cluster's own properties are against it. */
  get claim(): Claim {
    const { hub, properties } = this.#deps;
    const { obstacle } = properties;
    return hub.readable && obstacle !== undefined ? { is: 'refused', why: obstacle.why } : this.claimOnHub;
  }

  /** Whose the cluster id is by the hub alone, whatever the cluster says of itself. */
  get claimOnHub(): Claim {
    const { hub } = this.#deps;
    if (!hub.readable) return { is: 'refused', why: hub.whyUnreadable ?? 'the hub has not been read yet' };
    const { uid, cluster } = this;
    if (uid === undefined) {
      return { is: 'refused', why: `waiting for the UID of this cluster's namespace ${IDENTITY_NAMESPACE}` };
    }
    return judgeClaim({ cluster, uid, member: hub.member(cluster), report: hub.reportAsIs(cluster) });
  }

  /** Why it is not known yet whether anything may be published; undefined: it is. */
  get unread(): string | undefined {
    const { hub, properties } = this.#deps;
    const { obstacle } = properties;
    return hub.whyUnreadable ?? (obstacle?.is === 'unread' ? obstacle.why : undefined);
  }

  /** Why nothing at all may be written, not even on what is there already; undefined: something may. */
  get silence(): string | undefined {
    return this.claim.is === 'claimed' ? undefined : this.obstacle;
  }

  /** Why what is new is not published at present, in one sentence; undefined where everything may be. */
  get obstacle(): string | undefined {
    const { claim, reportRefusal } = this;
    if (reportRefusal !== undefined) return `the hub refuses this member's report: ${reportRefusal}`;
    return claim.is === 'claimed' ? undefined : claim.why;
  }
}
