import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberNamespace } from '#apis/hub/member.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { type ILease, leases } from '#apis/kubernetes/lease.ts';
import { HUB_LEASE_NAME } from '#controllers/membership/lease-controller.ts';
import { objectPath } from '#src/kube/paths.ts';
import { skipWithout } from '#test/clusters/use-clusters.ts';
import { AgentProcess } from '#test/driver/agent-process.ts';
import { headless, pods, service, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { markAll, requestsSince } from '#test/driver/requests-of-all.ts';
import { useSet } from '#test/driver/use-set.ts';
import { readMetrics } from './read-metrics.ts';

/** What changes something, other than a Lease. A question for one's rights is posted, and stored nowhere. */
const WRITE = /^(create|update|patch|delete) (?!leases|selfsubjectaccessreviews)/;
const LEADS = 'leader_election_master_status{name="tombolo-member-leader"}';

describe('two replicas of one agent', () => {
  const set = useSet({ members: ['zzzc', 'shbt'], clusters: { audit: true }, agents: false });
  const replicas: AgentProcess[] = [];

  const start = async () => {
    const replica = await AgentProcess.member(set(), 'zzzc', '--leader-elect');
    replicas.push(replica);
    await eventually('it is ready', async () => expect((await replica.page('/readyz')).status).toBe(200));
    return replica;
  };
  const leads = async (replica: AgentProcess) => (await readMetrics(replica)).figures.get(LEADS);

  const renewedBy = async () => {
    const key = { namespace: memberNamespace('zzzc'), name: HUB_LEASE_NAME };
    return ((await set().cluster('hub').admin.get(objectPath(leases, key))) as ILease).spec?.holderIdentity;
  };

  beforeAll(async () => {
    set().startHub();
    set().startAgent('shbt');
    const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
    await zzzc.service(service('prod', 'web'));
    await zzzc.slice(slice('prod', 'web', 'a', pods(3, 'web')));
    await zzzc.exports('prod', 'web');
    await shbt.service(headless('prod', 'db'));
    await shbt.slice(slice('prod', 'db', 'a', pods(2)));
    await shbt.exports('prod', 'db');
  });
  afterAll(() => Promise.all(replicas.map((replica) => replica.terminate())));

  it('are both ready, and one of them works', async () => {
    const first = await start();
    await eventually('it leads', async () => expect(await leads(first)).toBe(1));
    const second = await start();
    await second.said('waiting: another process leads');
    expect(await leads(second)).toBe(0);
    await set().member('zzzc').awaitAddresses('prod', 'db', 'shbt', ['198.18.10.0', '198.18.10.1']);
    await set().member('zzzc').awaitCondition('prod', 'web', 'Ready', 'True');
    await set()
      .member('shbt')
      .awaitAddresses('prod', 'web', 'zzzc', ['198.18.10.0', '198.18.10.1', '198.18.10.2']);
  });

  it('hand over with no write but to Leases, and the other one goes on', async (context) => {
    skipWithout(context, set().cluster('hub'), 'audit');
    const [first, second] = replicas;
    await eventually('the import has settled', async () =>
      set().member('zzzc').awaitCondition('prod', 'web', 'Conflict', 'False'),
    );
    const before = await renewedBy();
    const marks = await markAll(set());
    expect(await first?.terminate()).toMatchObject({ exitCode: 0 });
    await eventually('it leads', async () => expect(second && (await leads(second))).toBe(1));
    // It works on: the sign of life on the hub is its own by now.
    await eventually('it renews the member’s Lease on the hub', async () =>
      expect(await renewedBy()).not.toBe(before),
    );
    const writes = Object.entries(await requestsSince(set(), marks)).map(([who, requests]) => [
      who,
      Object.keys(requests).filter((request) => WRITE.test(request)),
    ]);
    expect(writes.filter(([, requests]) => requests?.length)).toEqual([]);

    await set()
      .member('zzzc')
      .edits(endpointSlices, { namespace: 'prod', name: 'web-a' }, (held) => ({
        ...held,
        endpoints: pods(1, 'web'),
      }));
    await set().member('shbt').awaitAddresses('prod', 'web', 'zzzc', ['198.18.10.0']);
  });
});
