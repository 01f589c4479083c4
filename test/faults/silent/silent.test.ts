import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { findCondition } from '#apis/conditions.ts';
import { MemberCondition } from '#apis/hub/conditions.ts';
import { members } from '#apis/hub/member.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { FastClock } from '#test/clock/fast-clock.ts';
import type { LogLine } from '#test/driver/agent.ts';
import { AgentProcess } from '#test/driver/agent-process.ts';
import { endpoint, service, slice } from '#test/driver/builders.ts';
import type { MemberCluster } from '#test/driver/cluster.ts';
import { awaitTold } from '#test/driver/events.ts';
import { eventually } from '#test/driver/eventually.ts';
import { LISTENING, urlOf } from '#test/driver/idle.ts';
import { awaitTrouble } from '#test/driver/log.ts';
import type { RequestCounts } from '#test/driver/requests.ts';
import { markAll, requestsSince } from '#test/driver/requests-of-all.ts';
import { useSet } from '#test/driver/use-set.ts';
import { type FaultProxy, startFaultProxy } from '#test/proxy/fault-proxy.ts';
import { faultKeepingAll } from '../frame/keeping.ts';
import { exportsAll, NS } from './four-services.ts';

const GRACE_S = 30;
const DEAD = 'False LeaseNotRenewed';
const ALIVE = 'True LeaseRenewed';
const HELD = 'Unknown ManySilent';

// A minute is four seconds. Members renew every ten seconds of these, so that their Leases promise forty.
const clock = new FastClock(systemClock(), 15);

describe('a member that is no longer heard of', () => {
  const set = useSet({ clusters: { audit: true }, agents: false, clock });
  const others = () => [set().member('shbt'), set().member('bjpdc')];
  const zzzc = () => set().member('zzzc');
  const hubAdmin = () => set().hubAdmin;
  let proxy: FaultProxy;
  let agent: AgentProcess;

  const startHub = () =>
    set().startHub({
      kubeconfig: set().clusters.workspace.write('hub-through-proxy.kubeconfig', proxy.kubeconfig),
      ...LISTENING,
    });
  const addresses = {
    db: ['198.18.1.10', '198.18.1.11'],
    web: ['198.18.1.1'],
    kept: ['198.18.1.2'],
    gone: ['198.18.1.3'],
  };
  const shows = (member: MemberCluster, what: Record<string, string[]>) =>
    Promise.all(Object.entries(what).map(([name, ips]) => member.awaitAddresses(NS, name, 'zzzc', ips)));
  const sources = (member: MemberCluster, name: string, clusters: string[]) =>
    member.awaitImport(NS, name, ({ status }) =>
      expect((status?.clusters ?? []).map(({ cluster }) => cluster)).toEqual(clusters),
    );
  /** How many members the hub calls unreachable. */
  const unreachable = async () => {
    const { items } = await set().hub.list(members);
    const reachable = items.map(({ status }) => findCondition(status?.conditions, MemberCondition.Reachable));
    return reachable.filter((condition) => condition?.status === 'False').length;
  };
  const withdrawn = { ...addresses, web: [], gone: [] };

  beforeAll(async () => {
    proxy = await startFaultProxy({ target: readFileSync(set().hubKubeconfig, 'utf8') });
    startHub();
    for (const { id } of others()) set().startAgent(id, LISTENING);
    agent = await AgentProcess.member(set(), 'zzzc', '--lease-interval', '1s');
    await exportsAll(zzzc());
    await set().member('shbt').service(service(NS, 'web'));
    await set()
      .member('shbt')
      .slice(slice(NS, 'web', 'a', [endpoint('198.18.2.1')]));
    await set().member('shbt').exports(NS, 'web');
    for (const { id } of set().members) await hubAdmin().awaitReachable(id, ALIVE);
    for (const member of set().members) {
      await shows(member, addresses);
      await sources(member, 'web', ['shbt', 'zzzc']);
      await member.awaitImport(NS, 'web', ({ spec }) => expect(spec.ips).toHaveLength(1));
    }
  });
  afterAll(() => proxy?.close());

  faultKeepingAll(
    set,
    'F34',
    'loses its endpoints behind clusterset IPs everywhere else, and nothing more (guards against https://github.com/cilium/cilium/issues/19217)',
    async (finding) => {
      const before = await Promise.all(others().map((member) => member.serviceImport(NS, 'web')));
      const marks = await markAll(set());
      await agent.kill();
      // Not before: that agent has the machine's clock.
      await hubAdmin().staleness({ graceSeconds: GRACE_S });
      expect(await hubAdmin().awaitReachable('zzzc', DEAD)).toMatch(
        /^The member's agent has not renewed its Lease since [-\d]+T[:\d]+Z\. By the policy of the set its endpoints of services with a clusterset IP are withdrawn/,
      );
      for (const member of others()) {
        await shows(member, withdrawn);
        await sources(member, 'web', ['shbt']);
        await sources(member, 'gone', []);
        await sources(member, 'kept', ['zzzc']);
        await sources(member, 'db', ['zzzc']);
        await member.awaitAddresses(NS, 'web', 'shbt', ['198.18.2.1']);
        await awaitTold(
          member,
          serviceImports,
          NS,
          'web',
          'Warning EndpointsWithdrawn: Cluster zzzc is unreachable',
        );
      }
      for (const [n, member] of others().entries()) {
        const { metadata, spec } = await member.awaitImport(NS, 'web');
        expect({ uid: metadata.uid, spec }).toEqual({ uid: before[n]?.metadata.uid, spec: before[n]?.spec });
        // Two of its four services, a slice each, and nothing else is touched.
        const {
          'create events': _,
          'create selfsubjectaccessreviews': __,
          ...requests
        } = (await requestsSince(set(), marks))[`${member.id}, by its agent`] ?? {};
        expect(requests).toEqual({
          'update endpointslices': 2,
          'update serviceimports': 2,
          'update serviceimports/status': 2,
        });
      }
      const byHub = (await requestsSince(set(), marks))['hub, by its controller'] ?? {};
      const written = Object.entries(byHub).filter(([request]) => request.includes('members'));
      expect(written.filter(([request]) => request.startsWith('update'))).toEqual([
        ['update members/status', 1],
      ]);
      const figures = await metricsOf(await urlOf(set().agent('shbt')));
      expect(figures).toContain('tombolo_endpointslices_stale{source_cluster="zzzc"} 4');
      const ofHub = await metricsOf(await urlOf(set().agent('hub')));
      expect(ofHub).toContain('tombolo_members{state="unreachable"} 1');
      // What is granted is enough, Leases of this one name included.
      const state = await fetch(`${await urlOf(set().agent('hub'))}/debug/state`);
      expect(await state.json()).toMatchObject({ missingRights: [] });
      // Its own clients go on.
      await shows(zzzc(), addresses);
      await sources(zzzc(), 'web', ['shbt', 'zzzc']);
      finding.records({ 'evicted clusters': await unreachable(), 'writes of each other member': 6 });
    },
  );

  faultKeepingAll(set, 'F34', 'and once its API server is dead, too, nothing more', async (finding) => {
    const { apiServer } = set().cluster('zzzc');
    const marks = await markAll(set());
    await apiServer.kill();
    await clock.passed(2_000 * GRACE_S);
    for (const member of others()) {
      await shows(member, withdrawn);
      await sources(member, 'web', ['shbt']);
    }
    finding.records({ 'evicted clusters, its API server dead': await unreachable() });
    await apiServer.start();
    const since = await requestsSince(set(), marks);
    for (const { id } of others()) expect(writesOf(since[`${id}, by its agent`])).toEqual([]);
    expect(writesOf(since['hub, by its controller'])).toEqual([]);
  });

  faultKeepingAll(
    set,
    'F34',
    'is taken for alive as soon as it reports again, for which nobody waits for the hub controller',
    async () => {
      await set().stopAgent('hub');
      const marks = await markAll(set());
      set().startAgent('zzzc');
      for (const member of others()) {
        await shows(member, addresses);
        await sources(member, 'web', ['shbt', 'zzzc']);
        await awaitTold(member, serviceImports, NS, 'web', 'Normal EndpointsRestored: ');
      }
      await hubAdmin().awaitReachable('zzzc', DEAD);
      expect((await requestsSince(set(), marks))['hub, by zzzc']).toMatchObject({
        'update memberreports': 1,
      });
      await shows(zzzc(), addresses);
    },
  );

  faultKeepingAll(
    set,
    'F34',
    'is reachable again at the first renewal that the hub controller sees',
    async () => {
      startHub();
      await hubAdmin().awaitReachable('zzzc', ALIVE);
      for (const member of others()) await shows(member, addresses);
    },
  );

  faultKeepingAll(
    set,
    'F34',
    'is not judged by an outage of the hub’s API, however long: after it everything counts anew (guards against https://github.com/antrea-io/antrea/blob/main/docs/multicluster/upgrade.md)',
    async (finding) => {
      const hub = set().agent('hub');
      await set().stopAgent('zzzc');
      await proxy.mode('refuse');
      await eventually('the hub controller has noticed', async () => {
        if (!hub.lines('watch failed').some(ofLeases)) throw new Error('it has not');
      });
      await clock.passed(45_000);
      await proxy.mode('pass');
      await eventually('the hub controller watches Leases again', async () => {
        if (!hub.lines('answers again').some(ofLeases)) throw new Error('it does not');
      });
      const { status } = await set().hub.get(members, { name: 'zzzc' });
      expect(status?.conditions).toContainEqual(
        expect.objectContaining({ type: 'Reachable', status: 'True' }),
      );
      for (const member of others()) await shows(member, addresses);
      finding.records({ 'evicted clusters, the hub away, too': await unreachable() });
    },
  );

  faultKeepingAll(
    set,
    'F34',
    'is kept where another one falls silent with it, and the hub says why',
    async (finding) => {
      const since = clock.monotonic();
      await set().stopAgent('shbt');
      const message = await hubAdmin().awaitReachable('zzzc', HELD);
      expect(message).toContain(
        'Nothing is withdrawn: shbt and zzzc fell silent together, 2 of 3 members, so that the hub or its network is the likelier cause.',
      );
      await hubAdmin().awaitReachable('shbt', HELD);
      // A whole grace time of its own, and not the one that the outage had taken.
      expect(clock.monotonic() - since).toBeGreaterThan(800 * GRACE_S);
      finding.records({ 'evicted clusters, two of three silent': await unreachable() });
      await awaitTrouble(set().agent('hub'), /^many members are silent at once, nobody is withdrawn: /);
      const bjpdc = set().member('bjpdc');
      await shows(bjpdc, addresses);
      await sources(bjpdc, 'web', ['shbt', 'zzzc']);
      await bjpdc.awaitAddresses(NS, 'web', 'shbt', ['198.18.2.1']);
    },
  );

  faultKeepingAll(
    set,
    'F34',
    'has a grace time more with every start of the hub controller, and no longer',
    async () => {
      set().startAgent('shbt');
      await hubAdmin().awaitReachable('shbt', ALIVE);
      await set().stopAgent('hub');
      const since = clock.monotonic();
      startHub();
      await hubAdmin().awaitReachable('zzzc', DEAD);
      expect(clock.monotonic() - since).toBeGreaterThan(1_000 * GRACE_S);
      for (const member of others()) await shows(member, withdrawn);
    },
  );

  faultKeepingAll(
    set,
    'F34',
    'has its endpoints back everywhere once the set’s grace time is 0',
    async () => {
      await hubAdmin().staleness({ graceSeconds: 0 });
      await hubAdmin().awaitReachable('zzzc', 'Unknown NotJudged');
      for (const member of others()) {
        await shows(member, addresses);
        await sources(member, 'web', ['shbt', 'zzzc']);
      }
    },
  );
});

/** Requests that change something; questions for one's rights are posted, too. */
function writesOf(requests: RequestCounts = {}): string[] {
  return Object.keys(requests).filter((request) => /^(create (?!self)|update|patch|delete)/.test(request));
}

function ofLeases(line: LogLine): boolean {
  return line['resource'] === 'leases';
}

async function metricsOf(url: string): Promise<string[]> {
  const response = await fetch(`${url}/metrics`);
  return (await response.text()).split('\n');
}
