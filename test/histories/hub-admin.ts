import { CLUSTER_SET_NAME, clusterSets, type IClusterSet } from '#apis/hub/cluster-set.ts';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices } from '#apis/hub/exported-service.ts';
import { type IMember, memberNamespace, members } from '#apis/hub/member.ts';
import { memberReports } from '#apis/hub/member-report.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { edit } from '#test/driver/edit.ts';
import type { HubState } from '#test/oracle/state.ts';
import { pathOf } from './paths.ts';
import { MEMBERS, type MemberId, type RigOperation } from './script.ts';
import type { World } from './world.ts';

/** Where the hub's admin works. */
export interface HubReach {
  hub: KubeClient;
  isUp(server: 'hub'): boolean;
  /** kube-system UID. */
  uid(id: MemberId): string;
}

type Change = Partial<HubState>;

/** Sets the hub's rules, for one history or for all that are played, and writes into their worlds what they are now. */
export class HubAdmin {
  readonly #reach: HubReach;
  readonly #worlds: readonly World[];
  /** Namespaces that a member may not export from. */
  readonly #forbidden = new Map<MemberId, Set<string>>(MEMBERS.map((id) => [id, new Set()]));

  constructor(reach: HubReach, worlds: readonly World[]) {
    this.#reach = reach;
    this.#worlds = worlds;
  }

  async does(operation: RigOperation): Promise<void> {
    if (!this.#reach.isUp('hub')) return;
    switch (operation.do) {
      case 'slip':
        return this.#slip(operation);
      case 'precedence':
        return this.#precedence(operation.mode);
      case 'leave':
      case 'join':
        return this.#removed(operation.at, operation.do === 'leave');
    }
  }

  /** No member may export the namespace of that history, or all may again. */
  async denies(world: World, denied: boolean): Promise<void> {
    const { namespace } = world;
    await this.#changes([world], { deny: denied ? [namespace] : [] }, () =>
      edit(this.#reach.hub, clusterSets, { name: CLUSTER_SET_NAME }, (set: IClusterSet) => {
        const others = (set.spec?.namespaces?.deny ?? []).filter((one) => one !== namespace);
        const deny = denied ? [...others, namespace] : others;
        return { ...set, spec: { ...set.spec, namespaces: { ...set.spec?.namespaces, deny } } };
      }),
    );
  }

  /** One member may not export the namespace of that history, or may again. */
  async forbids(world: World, at: MemberId, forbidden: boolean): Promise<void> {
    const { [at]: _, ...others } = world.hub.now.allowedNamespaces;
    const allowedNamespaces = forbidden ? { ...others, [at]: ['elsewhere'] } : others;
    await this.#changes([world], { allowedNamespaces }, async () => {
      const names = this.#forbidden.get(at);
      if (forbidden) names?.add(world.namespace);
      else names?.delete(world.namespace);
      await edit(this.#reach.hub, members, { name: at }, (member: IMember) => {
        const { allowedNamespaces: __, ...spec } = member.spec ?? {};
        const left = this.#worlds.map(({ namespace }) => namespace).filter((one) => !names?.has(one));
        const allowed = names?.size === 0 ? {} : { allowedNamespaces: [...left, 'elsewhere'] };
        return { ...member, spec: { ...spec, ...allowed } };
      });
    });
  }

  /** The hub has become another: what was forbidden is what the worlds say. */
  learns(): void {
    for (const [at, names] of this.#forbidden) {
      names.clear();
      for (const { hub, namespace } of this.#worlds) {
        if (hub.now.allowedNamespaces[at] !== undefined) names.add(namespace);
      }
    }
  }

  /** Everything as it is where nobody has said anything. */
  async resets(): Promise<void> {
    for (const at of MEMBERS) {
      await this.#removed(at, false);
      for (const world of this.#worlds) {
        if (world.hub.now.allowedNamespaces[at] !== undefined) await this.forbids(world, at, false);
      }
    }
    for (const world of this.#worlds) if (world.hub.now.deny.length > 0) await this.denies(world, false);
    await this.#precedence('ExportTime');
  }

  /** No change of the world: whoever exports goes on to. */
  async #slip({ at, what }: RigOperation & { do: 'slip' }): Promise<void> {
    const kinds = { report: memberReports, services: exportedServices, slices: exportedEndpointSlices };
    await this.#reach.hub.request('DELETE', pathOf(kinds[what], memberNamespace(at)));
  }

  async #precedence(precedence: HubState['precedence']): Promise<void> {
    if (this.#worlds.every(({ hub }) => hub.now.precedence === precedence)) return;
    await this.#changes(this.#worlds, { precedence }, () =>
      edit(this.#reach.hub, clusterSets, { name: CLUSTER_SET_NAME }, (set: IClusterSet) => ({
        ...set,
        spec: { ...set.spec, precedence },
      })),
    );
  }

  async #removed(at: MemberId, removed: boolean): Promise<void> {
    const now = this.#worlds[0]?.hub.now.removed ?? [];
    if (now.includes(at) === removed) return;
    const others = now.filter((id) => id !== at);
    await this.#changes(this.#worlds, { removed: removed ? [...others, at] : others }, () =>
      edit(this.#reach.hub, members, { name: at }, (member: IMember) => ({
        ...member,
        spec: { ...member.spec, removed: removed ? [this.#reach.uid(at)] : [] },
      })),
    );
  }

  async #changes(worlds: readonly World[], change: Change, make: () => Promise<void>): Promise<void> {
    const from = Date.now();
    await make();
    const done = Date.now();
    for (const { hub } of worlds) hub.become({ ...hub.now, ...change }, from, done);
  }
}
