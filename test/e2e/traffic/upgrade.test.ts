import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leases } from '#apis/kubernetes/lease.ts';
import type { ObjectMeta } from '#apis/meta.ts';
import { connect } from '#src/kube/connect.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { HELMS } from '#test/charts/driver/use-helms.ts';
import { useReleases } from '#test/charts/driver/use-releases.ts';
import { run } from '#test/clusters/machine/run.ts';
import type { Cluster } from '#test/clusters/provider.ts';
import { Agent } from '#test/driver/agent.ts';
import { MemberCluster } from '#test/driver/cluster.ts';
import { eventually } from '#test/driver/eventually.ts';
import { admitMember, HUB_CRDS, installHub, MEMBER_CRDS } from '#test/driver/install.ts';
import { pods } from '#test/driver/running-pods.ts';
import { awaitKnown, createServers, DB, NS, rollOut, WEB } from './servers.ts';
import { during } from './traffic.ts';
import { expectNoWorse, told } from './verdict.ts';

const CHART = 'tombolo-member';
const AGENTS = 'tombolo-system';
const SECRET = 'tombolo-hub';
const [HELM = ''] = HELMS;

/** The agents are pods of the image here, as the chart runs them. */
describe('clients that ask all the time across the set see no more than those of a Service of one cluster', () => {
  const at = useReleases(HELM, {
    hub: { name: 'hub', crds: [HUB_CRDS] },
    members: ['zzzc', 'shbt'].map((name) => ({ name, node: true, crds: [MEMBER_CRDS] })),
  });
  let hub: Agent;
  let members: MemberCluster[] = [];

  beforeAll(async () => {
    const image = join(at.folder, 'image');
    await run(process.execPath, ['scripts/image/main.ts', '--output', image]);
    hub = Agent.hub({ kubeconfig: at.set.workspace.write('hub.kubeconfig', await installHub(at.hub)) });
    members = await Promise.all(
      at.set.members.map(async (cluster) => {
        await cluster.node.loadImage(`${image}.tar`);
        await cluster.node.loadToolbox([]);
        const member = userOf(cluster);
        await member.namespace(NS);
        await install(cluster);
        await createServers(member);
        return member;
      }),
    );
    await awaitKnown(members, WEB);
    await awaitKnown(members, DB);
  });
  afterAll(async () => {
    await Promise.all(members.map(({ client }) => client.close()));
    await hub?.stop();
  });

  async function install({ name }: Cluster): Promise<void> {
    const { kubectl } = at.on(name);
    const kubeconfig = at.set.workspace.write(`${name}-hub.kubeconfig`, await admitMember(at.hub, name));
    await kubectl.run(['create', 'namespace', AGENTS]);
    const secret = ['create', 'secret', 'generic', SECRET, `--from-file=kubeconfig=${kubeconfig}`];
    await kubectl.run([...secret, '--namespace', AGENTS]);
    await at.on(name).run('install', CHART, valuesOf(name), '--wait');
  }

  /** UIDs of the pods that agents run in. */
  async function agentPods(): Promise<Set<string | undefined>> {
    const lists = await Promise.all(members.map(({ client }) => client.list(pods, { namespace: AGENTS })));
    return new Set(lists.flatMap(({ items }) => items.map(({ metadata }) => metadata.uid)));
  }

  it('while the chart is upgraded in every member', async ({ annotate }) => {
    const before = await agentPods();
    expect(before.size).toBe(members.length);
    const witnessed = await during(at.set, async () => {
      for (const { id } of members) {
        await at.on(id).run('upgrade', CHART, { ...valuesOf(id), logLevel: 'debug' }, '--wait');
      }
      // The new pod is there before the old one goes, and Helm does not wait for its end.
      await eventually('the agents of before are gone', async () =>
        expect((await agentPods()).isDisjointFrom(before)).toBe(true),
      );
    });
    await annotate(told(witnessed.seen));
    expectNoWorse(witnessed);
  });

  it('while the leading one of two agents ends in every member', async ({ annotate }) => {
    for (const { id } of members) {
      await at.on(id).run('upgrade', CHART, { ...valuesOf(id), replicaCount: 2 }, '--wait');
    }
    // Those of before have given way when one of the two leads and nobody else is there.
    const leaders = await Promise.all(
      members.map((member) => eventually(`one of two leads in ${member.id}`, () => leaderOfTwo(member))),
    );
    const witnessed = await during(at.set, async () => {
      for (const [n, member] of members.entries()) {
        const { name = '', uid = '' } = leaders[n] ?? {};
        await member.client.delete(pods, { namespace: AGENTS, name }, { uid });
        await eventually(`another agent of ${member.id} leads`, async () => {
          const next = await leaderOfTwo(member);
          expect(next.uid).not.toBe(uid);
        });
      }
    });
    await annotate(told(witnessed.seen));
    expectNoWorse(witnessed);
  });

  it('while the upgraded agents carry a rolling update', async ({ annotate }) => {
    const witnessed = await during(at.set, async () => {
      for (const member of members) await rollOut(member);
      await awaitKnown(members, WEB);
    });
    await annotate(told(witnessed.seen));
    expectNoWorse(witnessed);
  });
});

/** The pod of the agent that works, of the two that are there. Rejects where there are more, or none of them leads. */
async function leaderOfTwo({ client }: MemberCluster): Promise<ObjectMeta> {
  const { items } = await client.list(pods, { namespace: AGENTS });
  expect(items.map(({ metadata }) => metadata.deletionTimestamp)).toEqual([undefined, undefined]);
  const lease = await client.get(leases, { namespace: AGENTS, name: 'tombolo-member-leader' });
  const holder = lease.spec?.holderIdentity;
  const leader = items.find(({ metadata: { name, uid } }) => `${name}_${uid}` === holder);
  if (leader === undefined) throw new Error(`${holder ?? 'nobody'} leads`);
  return leader.metadata;
}

function valuesOf(clusterId: string): object {
  return { clusterId, hub: { existingSecret: SECRET }, crds: { enabled: false } };
}

function userOf({ name, kubeconfig }: Cluster): MemberCluster {
  return new MemberCluster(
    name,
    connect({ cluster: name, kubeconfig: { text: kubeconfig }, clock: systemClock() }),
  );
}
