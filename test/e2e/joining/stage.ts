import { afterAll, beforeAll } from 'vitest';
import type { AuditEntry } from '#test/clusters/audit.ts';
import type { Cluster } from '#test/clusters/provider.ts';
import { serviceAccountKubeconfig } from '#test/clusters/service-account.ts';
import { admitMember } from '#test/driver/install.ts';
import type { TestSet } from '#test/driver/set.ts';
import { useSet } from '#test/driver/use-set.ts';
import { type FaultProxy, startFaultProxy } from '#test/proxy/fault-proxy.ts';
import { Keyboard } from './scene.ts';

export const NS = 'prod';
/** Who types, in audit logs. */
const TYPIST = 'typist';

/** A hub and clusters that are no members yet; contexts: `zzzc`, `shbt`, `bjpdc`, and `reader`, who may look at zzzc. */
export interface Stage {
  set(): TestSet;
  hub(): Cluster;
  keyboard: Keyboard;
  /** In front of the hub's API server; the cluster behind it is also the third member, `bjpdc`. */
  proxy: FaultProxy;
  /** In front of zzzc's. */
  local: FaultProxy;
  /** What the typist has changed in a cluster. */
  written(cluster: Cluster, since?: number): Promise<AuditEntry[]>;
}

/** Sets it up for the tests of a file; all of it is there from the first test on. */
export function useStage(): Stage {
  const set = useSet({
    members: ['zzzc', 'shbt'],
    clusters: { audit: true },
    each: { zzzc: { crds: [] }, shbt: { crds: [] } },
    installed: false,
    namespaces: [NS],
    agents: false,
  });
  const made: Partial<Pick<Stage, 'keyboard' | 'proxy' | 'local'>> = {};
  const asTypist = (cluster: Cluster) => cluster.kubeconfigFor({ user: TYPIST, groups: ['system:masters'] });
  const hub = () => set().cluster('hub');
  beforeAll(async () => {
    set().startHub();
    await admitMember(hub(), 'bjpdc');
    made.proxy = await startFaultProxy({ target: hub().kubeconfig });
    await made.proxy.passTokens();
    made.local = await startFaultProxy({ target: asTypist(set().cluster('zzzc')) });
    made.keyboard = new Keyboard(set(), {
      zzzc: made.local.kubeconfig,
      shbt: asTypist(set().cluster('shbt')),
      bjpdc: made.proxy.kubeconfig,
      reader: await serviceAccountKubeconfig(set().cluster('zzzc'), { namespace: 'default', name: 'reader' }),
    });
  });
  afterAll(async () => {
    await made.proxy?.close();
    await made.local?.close();
  });
  return {
    set,
    hub,
    get keyboard() {
      return there(made.keyboard);
    },
    get proxy() {
      return there(made.proxy);
    },
    get local() {
      return there(made.local);
    },
    written: async (cluster, since = 0) => {
      const entries = await cluster.audit.entries({ user: TYPIST, since });
      return entries.filter(
        ({ verb, code, resource }) =>
          ['create', 'update', 'patch', 'delete'].includes(verb) &&
          code < 300 &&
          !/^selfsubject/.test(resource),
      );
    },
  };
}

function there<T>(thing: T | undefined): T {
  if (thing === undefined) throw new Error('the stage is not set yet: ask for it within a test');
  return thing;
}
