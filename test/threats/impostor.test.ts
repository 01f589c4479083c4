import { beforeAll, describe, expect, it } from 'vitest';
import { findCondition } from '#apis/conditions.ts';
import { members } from '#apis/hub/member.ts';
import { namespaces } from '#apis/kubernetes/namespace.ts';
import { Agent, type LogLine } from '#test/driver/agent.ts';
import { headless, pod, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { awaitConditions } from '#test/driver/exported.ts';
import { useSet } from '#test/driver/use-set.ts';

const REFUSED = 'publishing nothing';

// One story: each test goes on where the one before it has ended. The cluster bjpdc runs an agent under the id
// of zzzc, with zzzc's credentials for the hub, as a copied installation would.
describe('T15 two clusters under one id (subctl#705, subctl#1046)', () => {
  const set = useSet({ members: ['zzzc', 'shbt', 'bjpdc'], agents: false });
  const first = () => set().member('zzzc');
  const second = () => set().member('bjpdc');
  const importer = () => set().member('shbt');
  let impostor: Agent;
  const uids = { first: '', second: '' };

  beforeAll(async () => {
    set().startHub();
    set().startAgent('zzzc');
    set().startAgent('shbt');
    for (const [name, member] of Object.entries({ first: first(), second: second() })) {
      const { metadata } = await member.client.get(namespaces, { name: 'kube-system' });
      Object.assign(uids, { [name]: metadata.uid });
    }
    await first().service(headless('prod', 'db'));
    await first().slice(slice('prod', 'db', 'a', [pod('db-0', '198.18.1.7')]));
    await first().exports('prod', 'db');
    await second().service(headless('prod', 'web'));
    await second().slice(slice('prod', 'web', 'a', [pod('web-0', '198.18.3.7')]));
    await second().exports('prod', 'web');
    await importer().awaitAddresses('prod', 'db', 'zzzc', ['198.18.1.7']);
    return async () => impostor.stop();
  });

  it('the id belongs to the first that reports, which the Member says', async () => {
    await claimed('True', 'Claimed', uids.first);
  });

  it('the second publishes nothing, and says once why and what to do', async () => {
    const { kubeconfig } = set().files('bjpdc');
    const { hubKubeconfig } = set().files('zzzc');
    impostor = Agent.member({ clusterId: 'zzzc', kubeconfig, hubKubeconfig });
    const line = await says(impostor, REFUSED);
    expect(line['why']).toContain(`belongs to another cluster: kube-system UID ${uids.first}`);
    expect(line['why']).toContain(`spec.takeover of Member zzzc to ${uids.second}`);
    // Before it has read the hub, it waits for that.
    await awaitConditions(second(), 'prod', 'web', ({ Ready }) =>
      expect(Ready).toMatchObject({
        status: 'False',
        reason: 'Pending',
        message: expect.stringContaining(uids.first),
      }),
    );
    expect((await set().hubAdmin.records('zzzc', 'prod')).services).toEqual(['prod.db']);
    expect(impostor.lines(REFUSED)).toHaveLength(1);
  });

  it('the first keeps working', async () => {
    await first().slice(slice('prod', 'db', 'a', [pod('db-0', '198.18.1.17')]));
    await importer().awaitAddresses('prod', 'db', 'zzzc', ['198.18.1.17']);
    await claimed('True', 'Claimed', uids.first);
  });

  it('the second takes over when the admin says so, and the first publishes nothing from then on', async () => {
    await set().hubAdmin.states('zzzc', { takeover: uids.second });
    await importer().awaitAddresses('prod', 'web', 'zzzc', ['198.18.3.7']);
    await claimed('True', 'Claimed', uids.second);
    const { why } = await says(set().agent('zzzc'), REFUSED);
    expect(why).toContain(uids.second);
    await eventually('the record of the first is cleared away', async () =>
      expect((await set().hubAdmin.records('zzzc', 'prod')).services).toEqual(['prod.web']),
    );
  });

  it('a takeover is no proof that what the first exported is gone: it stays, as it was last seen', async () => {
    await first().slice(slice('prod', 'db', 'a', [pod('db-0', '198.18.1.27')]));
    await second().slice(slice('prod', 'web', 'a', [pod('web-0', '198.18.3.17')]));
    await importer().awaitAddresses('prod', 'web', 'zzzc', ['198.18.3.17']);
    expect(await importer().importedAddresses('prod', 'db', 'zzzc')).toEqual(['198.18.1.17']);
  });

  it('it goes when the admin states that the first is removed, and only it goes', async () => {
    await set().hubAdmin.removes('zzzc', uids.first);
    await importer().awaitNoImport('prod', 'db');
    expect(await importer().importedAddresses('prod', 'web', 'zzzc')).toEqual(['198.18.3.17']);
    await claimed('True', 'Claimed', uids.second);
  });

  it('with the last one removed the hub empties the namespace, everywhere its import goes, and the agent says why', async () => {
    await set().hubAdmin.removes('zzzc', uids.second);
    await importer().awaitNoImport('prod', 'web');
    await eventually('the namespace is empty', async () => {
      const left = await set().hubAdmin.records('zzzc', 'prod');
      if (left.report || left.services.length > 0 || left.slices.length > 0)
        throw new Error(JSON.stringify(left));
    });
    await claimed('False', 'Removed', undefined);
    await eventually('the removed agent says so', async () => {
      const why = impostor.lines(REFUSED).at(-1)?.['why'];
      if (!String(why).includes('has removed this cluster')) throw new Error(String(why));
    });
  });

  /** Waits until the Member says this of the claim. */
  async function claimed(status: string, reason: string, uid: string | undefined): Promise<void> {
    await eventually(`Claimed=${status}/${reason} by ${uid}`, async () => {
      const member = await set().hub.get(members, { name: 'zzzc' });
      const condition = findCondition(member.status?.conditions, 'Claimed');
      const found = [condition?.status, condition?.reason, member.status?.claimedUID];
      if (found.join() !== [status, reason, uid].join()) throw new Error(found.join());
    });
  }
});

async function says(agent: Agent, msg: string): Promise<LogLine> {
  return eventually(`the agent says "${msg}"`, async () => {
    const line = agent.lines(msg).at(-1);
    if (line === undefined) throw new Error('it has not');
    return line;
  });
}
