import { describe, expect, it } from 'vitest';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { memberReports } from '#apis/hub/member-report.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { services } from '#apis/kubernetes/service.ts';
import type { KubeObject, Resource } from '#apis/meta.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import { HUB_NAMESPACE } from '#src/install/hub.ts';
import { skipWithout } from '#test/clusters/use-clusters.ts';
import { endpoint, pod, service, slice } from '#test/driver/builders.ts';
import type { MemberCluster } from '#test/driver/cluster.ts';
import { HandWrittenMember } from '#test/driver/hand-written.ts';
import { impatientClock } from '#test/driver/impatient-clock.ts';
import { awaitNothingOf } from '#test/driver/imported.ts';
import { awaitNoRecord } from '#test/driver/records.ts';
import { AGENT_USER, agentUserOnHub } from '#test/driver/requests.ts';
import { useSet } from '#test/driver/use-set.ts';

const HUB_NAMESPACES = [HUB_NAMESPACE, memberNamespace('zzzc'), memberNamespace('shbt')];

// One story: each test goes on where the one before it has ended.
describe('a hub that lives in the cluster of a member', () => {
  const set = useSet({
    members: ['zzzc', 'shbt'],
    hubIn: 'zzzc',
    clusters: { audit: true },
    // The last test takes an API server away: how long agents back off for that is no part of it.
    clock: impatientClock(),
  });
  const home = () => set().member('zzzc');
  const away = () => set().member('shbt');

  it('serves both, and its own cluster is a member like any other', async () => {
    await exportsOne(home(), 'home', '198.18.50.1');
    await exportsOne(away(), 'away', '198.18.50.2');
    for (const member of set().members) {
      await member.awaitAddresses('prod', 'home', 'zzzc', ['198.18.50.1']);
      await member.awaitAddresses('prod', 'away', 'shbt', ['198.18.50.2']);
      for (const name of ['home', 'away'])
        await member.awaitImport('prod', name, ({ spec }) => expect(spec.ips).toHaveLength(1));
    }
  });

  it('has nothing in its namespaces that DNS, a mesh or the stock controllers would take for a Service (lighthouse#1675)', async () => {
    // https://github.com/submariner-io/lighthouse/issues/1675, https://github.com/submariner-io/submariner/issues/3188
    const kinds: Resource<KubeObject>[] = [services, endpointSlices, serviceImports];
    for (const namespace of HUB_NAMESPACES) {
      for (const resource of kinds) expect((await set().hub.list(resource, { namespace })).items).toEqual([]);
    }
  });

  it('keeps its namespaces out of the set, though a member has them: neither exported nor imported', async () => {
    await away().namespace(memberNamespace('shbt'));
    const hostile = await HandWrittenMember.join(set(), 'hostile');
    for (const namespace of [memberNamespace('shbt'), HUB_NAMESPACE]) {
      await home().service(service(namespace, 'db'));
      await home().exports(namespace, 'db');
      await home().awaitCondition(namespace, 'db', 'Valid', 'False', 'NamespaceNotAllowed');
    }
    try {
      await hostile.reports([`${memberNamespace('shbt')}.web`, `${HUB_NAMESPACE}.web`, 'prod.web']);
      for (const namespace of [memberNamespace('shbt'), HUB_NAMESPACE, 'prod'])
        await hostile.exports(namespace, 'web');
    } finally {
      await hostile.close();
    }
    for (const member of set().members) await member.awaitImport('prod', 'web');
    await set().settle('prod');
    for (const namespace of [memberNamespace('shbt'), HUB_NAMESPACE]) {
      await awaitNothingOf(home(), namespace, 'web');
      await awaitNothingOf(home(), namespace, 'db');
      await home().unexports(namespace, 'db');
      await home().deletes(services, namespace, 'db');
    }
  });

  it('loses no record when the agent in its cluster is started anew (lighthouse#1675)', async (context) => {
    skipWithout(context, set().cluster('zzzc'), 'audit');
    const before = await recordsOn(set().hub);
    expect(before.length).toBeGreaterThan(4);
    const { audit } = set().cluster('zzzc');
    const since = await audit.mark();
    await set().restartAgent('zzzc');
    await home().slice(slice('prod', 'home', 'a', [endpoint('198.18.50.11')]));
    await away().awaitAddresses('prod', 'home', 'zzzc', ['198.18.50.11']);
    const deleted = (await deletesBy(since)).filter(({ name }) => !name.includes('marker'));
    expect(deleted).toEqual([]);
    expect(await recordsOn(set().hub)).toEqual(before);
  });

  it('is not touched by what its cluster’s member clears away (lighthouse#682)', async (context) => {
    // https://github.com/submariner-io/lighthouse/issues/682: cleaning up took the broker's namespace along.
    skipWithout(context, set().cluster('zzzc'), 'audit');
    const since = await set().cluster('zzzc').audit.mark();
    await home().unexports('prod', 'home');
    await away().unexports('prod', 'away');
    for (const member of set().members) {
      await awaitNothingOf(member, 'prod', 'home');
      await awaitNothingOf(member, 'prod', 'away');
    }
    await awaitNoRecord(set().hub, 'zzzc', 'prod', 'home');
    await set().settle('prod');
    const inOwnCluster = (await deletesBy(since)).filter(({ user }) => user === AGENT_USER);
    expect(new Set(inOwnCluster.map(({ namespace }) => namespace))).toEqual(new Set(['prod']));
    expect(new Set(inOwnCluster.map(({ group }) => group))).not.toContain(exportedServices.group);
    // Of the others' it deletes nothing under either name, and the reports are all there.
    const onHub = (await deletesBy(since)).filter(({ user }) => user === agentUserOnHub('zzzc'));
    expect(new Set(onHub.map(({ namespace }) => namespace))).toEqual(new Set([memberNamespace('zzzc')]));
    const reports = (await set().hub.list(memberReports)).items.map(({ metadata }) => metadata.namespace);
    expect(reports.sort()).toEqual(['hostile', 'shbt', 'zzzc'].map(memberNamespace));
  });

  it('is away together with its member when that API server dies: the others keep all they have, and go on with it after', async (context) => {
    skipWithout(context, set().cluster('zzzc'), 'restart');
    await exportsOne(home(), 'home', '198.18.50.1');
    await exportsOne(away(), 'away', '198.18.50.2');
    for (const member of set().members) {
      await member.awaitAddresses('prod', 'home', 'zzzc', ['198.18.50.1']);
      await member.awaitAddresses('prod', 'away', 'shbt', ['198.18.50.2']);
    }
    const { apiServer } = set().cluster('zzzc');
    await apiServer.kill();
    // What is its own still follows without the hub; what is not is as it was.
    await away().slice(slice('prod', 'away', 'a', [pod('web-0', '198.18.50.22')]));
    await away().awaitAddresses('prod', 'away', 'shbt', ['198.18.50.22']);
    expect(await away().importedAddresses('prod', 'home', 'zzzc')).toEqual(['198.18.50.1']);
    await apiServer.start();
    await home().awaitAddresses('prod', 'away', 'shbt', ['198.18.50.22']);
    await home().slice(slice('prod', 'home', 'a', [endpoint('198.18.50.12')]));
    for (const member of set().members) await member.awaitAddresses('prod', 'home', 'zzzc', ['198.18.50.12']);
  });

  /** What zzzc's agent has deleted in its own cluster, and on the hub, which is the same. */
  async function deletesBy(since: number) {
    const { audit } = set().cluster('zzzc');
    const users = [AGENT_USER, agentUserOnHub('zzzc')];
    const entries = await Promise.all(users.map((user) => audit.entries({ user, since })));
    return entries.flat().filter(({ verb }) => verb === 'delete');
  }
});

async function exportsOne(member: MemberCluster, name: string, address: string): Promise<void> {
  await member.service(service('prod', name));
  await member.slice(slice('prod', name, 'a', [endpoint(address)]));
  await member.exports('prod', name);
}

/** Every record on the hub, with its UID: one that was deleted and made again is another. */
async function recordsOn(hub: { list: MemberCluster['client']['list'] }): Promise<string[]> {
  const kinds: Resource<KubeObject>[] = [memberReports, exportedServices, exportedEndpointSlices];
  const lists = await Promise.all(kinds.map((resource) => hub.list(resource)));
  return lists
    .flatMap(({ items }) =>
      items.map(({ metadata }) => `${metadata.namespace}/${metadata.name} ${metadata.uid}`),
    )
    .filter((record) => !record.includes('.marker-'))
    .sort();
}
