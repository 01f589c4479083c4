import { beforeAll, describe, expect, it } from 'vitest';
import { type IMember, members } from '#apis/hub/member.ts';
import { namespaces } from '#apis/kubernetes/namespace.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { FastClock } from '#test/clock/fast-clock.ts';
import { Agent } from '#test/driver/agent.ts';
import { endpoint, headless, pod, service, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { useSet } from '#test/driver/use-set.ts';

const NS = 'prod';
const GRACE_S = 30;

// A minute is four seconds.
const clock = new FastClock(systemClock(), 15);

// One story: each test goes on where the one before it has ended. The cluster bjpdc is zzzc, built anew under its name.
describe('a cluster that died and was rebuilt', () => {
  const set = useSet({ members: ['zzzc', 'shbt', 'bjpdc'], agents: false, clock });
  const first = () => set().member('zzzc');
  const anew = () => set().member('bjpdc');
  const importer = () => set().member('shbt');
  const uids = { first: '', anew: '' };
  let rebuilt: Agent | undefined;

  const shows = (name: string, ips: string[]) => importer().awaitAddresses(NS, name, 'zzzc', ips);
  const sources = (name: string, clusters: string[]) =>
    importer().awaitImport(NS, name, ({ status }) =>
      expect((status?.clusters ?? []).map(({ cluster }) => cluster)).toEqual(clusters),
    );
  const states = (spec: NonNullable<IMember['spec']>) => set().hubAdmin.states('zzzc', spec);

  beforeAll(async () => {
    set().startHub();
    for (const id of ['zzzc', 'shbt']) set().startAgent(id);
    for (const [name, member] of Object.entries({ first: first(), anew: anew() })) {
      const { metadata } = await member.client.get(namespaces, { name: 'kube-system' });
      Object.assign(uids, { [name]: metadata.uid });
    }
    for (const name of ['web', 'old']) {
      await first().service(service(NS, name));
      await first().exports(NS, name);
    }
    await first().slice(slice(NS, 'web', 'a', [endpoint('198.18.1.1')]));
    await first().slice(slice(NS, 'old', 'a', [endpoint('198.18.1.2')]));
    await first().service(headless(NS, 'db'));
    await first().slice(slice(NS, 'db', 'a', [pod('db-0', '198.18.1.3')]));
    await first().exports(NS, 'db');
    await shows('web', ['198.18.1.1']);
    await shows('old', ['198.18.1.2']);
    await shows('db', ['198.18.1.3']);
    await anew().service(service(NS, 'web'));
    await anew().slice(slice(NS, 'web', 'b', [endpoint('198.18.3.1')]));
    await anew().exports(NS, 'web');
    return () => rebuilt?.stop();
  });

  it('has its endpoints behind clusterset IPs withheld while it is dead', async () => {
    await set().hubAdmin.awaitReachable('zzzc', 'True LeaseRenewed');
    await set().stopAgent('zzzc');
    await set().hubAdmin.staleness({ graceSeconds: GRACE_S });
    await set().hubAdmin.awaitReachable('zzzc', 'False LeaseNotRenewed');
    await shows('web', []);
    await shows('old', []);
    await shows('db', ['198.18.1.3']);
  });

  it('does not get them back when the new one takes over: that one’s signs of life are not its own', async () => {
    await states({ takeover: uids.anew });
    const { kubeconfig } = set().files('bjpdc');
    const { hubKubeconfig } = set().files('zzzc');
    rebuilt = Agent.member({ clusterId: 'zzzc', kubeconfig, hubKubeconfig }, clock);
    await shows('web', ['198.18.3.1']);
    await sources('web', ['zzzc']);
    await set().hubAdmin.awaitReachable('zzzc', 'True LeaseRenewed');
    await eventually('the records of the first are cleared away', async () =>
      expect(await set().hubAdmin.records('zzzc', NS)).toMatchObject({
        services: ['prod.web'],
        slices: [expect.stringMatching(/^prod\.web\./)],
      }),
    );
    await anew().slice(slice(NS, 'web', 'b', [endpoint('198.18.3.11')]));
    await shows('web', ['198.18.3.11']);
    await shows('old', []);
    await sources('old', []);
  });

  it('leaves what was kept as it was last seen: a takeover is no proof', async () => {
    await shows('db', ['198.18.1.3']);
    expect(await importer().importedSlices(NS, 'web', 'zzzc')).toHaveLength(2);
  });

  it('leaves nothing once the admin states that it is removed', async () => {
    await states({ removed: [uids.first] });
    await importer().awaitNoImport(NS, 'db');
    await importer().awaitNoImport(NS, 'old');
    await eventually('one slice of web is left', async () =>
      expect(await importer().importedSlices(NS, 'web', 'zzzc')).toHaveLength(1),
    );
    await shows('web', ['198.18.3.11']);
  });

  it('takes its place at once where both are stated together, as join prints it', async () => {
    await rebuilt?.stop();
    rebuilt = undefined;
    // The other way round, for want of a third cluster.
    await states({ takeover: uids.first, removed: [uids.anew] });
    set().startAgent('zzzc');
    await shows('web', ['198.18.1.1']);
    await shows('old', ['198.18.1.2']);
    await shows('db', ['198.18.1.3']);
    expect(await importer().importedSlices(NS, 'web', 'zzzc')).toHaveLength(1);
    await eventually('the id is the first one’s again', async () =>
      expect((await set().hub.get(members, { name: 'zzzc' })).status?.claimedUID).toBe(uids.first),
    );
  });
});
