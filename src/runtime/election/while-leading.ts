import type { KubeClient } from '#src/kube/client.ts';
import { LeadershipLost } from '../errors.ts';

/**
 * The same client, whose writes reject with LeadershipLost unless this process leads at that very moment. A Lease does
 * not fence: a process that was stopped for a minute wakes up in the middle of its work, and would finish it beside
 * its successor before any timer could tell it (client-go says so of its own leader election).
 */
export function whileLeading(client: KubeClient, leader: { readonly leads: boolean }): KubeClient {
  const check = () => {
    if (!leader.leads) throw new LeadershipLost('a write was about to be sent without it');
  };
  return {
    cluster: client.cluster,
    get: (...args) => client.get(...args),
    list: (...args) => client.list(...args),
    listEach: (...args) => client.listEach(...args),
    watch: (...args) => client.watch(...args),
    request: (...args) => client.request(...args),
    text: (...args) => client.text(...args),
    close: () => client.close(),
    async create(...args) {
      check();
      return client.create(...args);
    },
    async update(...args) {
      check();
      return client.update(...args);
    },
    async updateStatus(...args) {
      check();
      return client.updateStatus(...args);
    },
    async delete(...args) {
      check();
      return client.delete(...args);
    },
    async apply(...args) {
      check();
      return client.apply(...args);
    },
  };
}
