import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { type IMember, memberNamespace, members } from '#apis/hub/member.ts';
import { leases } from '#apis/kubernetes/lease.ts';
import { namespaces } from '#apis/kubernetes/namespace.ts';
import { Agent } from '#test/driver/agent.ts';
import { headless, pod, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { History } from '#test/driver/history.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { startFaultProxy } from '#test/proxy/fault-proxy.ts';
import { faultKeepingAll } from '../frame/keeping.ts';

const NS = 'claimed';
/** How often each of the two is started anew, so that either comes first to the hub. */
const ROUNDS = 4;

/** bjpdc's cluster runs an agent under the id of zzzc, with zzzc's credentials for the hub. */
export function claims(set: OpenedSet): void {
  faultKeepingAll(
    set,
    'F40',
    'two clusters claim one id, whoever of them comes first: the second is refused each time',
    async (finding) => {
      const [zzzc, shbt, bjpdc] = [set().member('zzzc'), set().member('shbt'), set().member('bjpdc')];
      await Promise.all(set().members.map((member) => member.namespace(NS)));
      await zzzc.service(headless(NS, 'db'));
      await zzzc.slice(slice(NS, 'db', 'a', [pod('db-0', '198.18.47.1')]));
      await zzzc.exports(NS, 'db');
      await shbt.awaitAddresses(NS, 'db', 'zzzc', ['198.18.47.1']);
      await bjpdc.awaitImport(NS, 'db');
      await set().stopAgent('bjpdc');
      await bjpdc.marks(NS, 'stolen');
      const { uid } = (await zzzc.client.get(namespaces, { name: 'kube-system' })).metadata;

      const proxy = await startFaultProxy({ target: set().cluster('hub').kubeconfig });
      const direct = readFileSync(set().files('zzzc').hubKubeconfig, 'utf8');
      const hubKubeconfig = set().clusters.workspace.write(
        'impostor-hub.kubeconfig',
        await proxy.kubeconfigFor('impostor', direct),
      );
      const { kubeconfig } = set().files('bjpdc');
      const claimed = await History.open(set().hub, members);
      try {
        for (let round = 1; round <= ROUNDS; round++) {
          await set().stopAgent('zzzc');
          const impostor = Agent.member({ clusterId: 'zzzc', kubeconfig, hubKubeconfig });
          try {
            const refused = eventually('it is refused', async () =>
              expect(
                impostor
                  .lines('publishing nothing')
                  .map(({ why }) => why)
                  .join(),
              ).toContain(`belongs to another cluster: kube-system UID ${uid}`),
            );
            if (round % 2 === 0) await refused;
            set().startAgent('zzzc');
            const address = `198.18.47.${round + 1}`;
            await zzzc.slice(slice(NS, 'db', 'a', [pod('db-0', address)]));
            await shbt.awaitAddresses(NS, 'db', 'zzzc', [address]);
            await refused;
          } finally {
            await impostor.stop();
          }
        }
        await claimed.caughtUp();
      } finally {
        await claimed.close();
        await proxy.close();
        set().startAgent('bjpdc');
      }
      const owners = claimed.states.filter(isZzzc).map(({ status }) => status?.claimedUID);
      expect(new Set(owners)).toEqual(new Set([uid]));
      const writes = proxy.requests.filter(
        ({ mutation, namespace, resource }) =>
          mutation !== undefined && namespace === memberNamespace('zzzc') && resource !== leases.plural,
      );
      expect(writes.map(({ verb, resource }) => `${verb} ${resource}`)).toEqual([]);
      expect(await shbt.serviceImport(NS, 'stolen')).toBeUndefined();
      finding.records({ 'claims refused': ROUNDS, flips: new Set(owners).size - 1 });
    },
  );
}

function isZzzc({ metadata }: IMember): boolean {
  return metadata.name === 'zzzc';
}
