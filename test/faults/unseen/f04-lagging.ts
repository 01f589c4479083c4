import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { clusterSets } from '#apis/hub/cluster-set.ts';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices } from '#apis/hub/exported-service.ts';
import { type IMember, memberNamespace, members, removedUIDs } from '#apis/hub/member.ts';
import { memberReports } from '#apis/hub/member-report.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import type { KubeObject, Resource } from '#apis/meta.ts';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { connect } from '#src/kube/connect.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { Agent } from '#test/driver/agent.ts';
import { headless, pod, service, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { History } from '#test/driver/history.ts';
import { HUB_KINDS } from '#test/driver/hub-kinds.ts';
import { idle, LISTENING, urlOf } from '#test/driver/idle.ts';
import { awaitNothingOf } from '#test/driver/imported.ts';
import { LaggingServer } from '#test/driver/lagging-server.ts';
import { completePictureOf, pictureOf, uidsIn } from '#test/driver/picture.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { hasTakenOver, says } from '#test/driver/witness.ts';
import { Deletions } from '../frame/deletions.ts';
import { fault } from '../frame/fault.ts';

const NS = 'lagging';
/** Where zzzc may not export at first. */
const BARRED = 'barred';
/** What bears a sequence: an agent takes it as whatever server answers shows it. */
const PUBLISHED = [memberReports, exportedServices, exportedEndpointSlices];

/** Of two API servers of one cluster one has fallen behind, and an agent that starts meets that one. */
export function lagging(set: OpenedSet): void {
  const zzzc = () => set().member('zzzc');
  const shbt = () => set().member('shbt');
  const through = (server: LaggingServer, name: string, kubeconfig: string) =>
    set().clusters.workspace.write(`lagging-${name}.kubeconfig`, server.at(readFileSync(kubeconfig, 'utf8')));

  // What the cache lacked was left out of the report, and everybody removed what was exported.
  fault('F04', 'of one kind of the own cluster, and an exporter starts', async (finding) => {
    await zzzc().marks(NS, 'early');
    for (const member of set().members) await member.awaitImport(NS, 'early');
    const server = await LaggingServer.start(set().cluster('zzzc'), [serviceExports]);
    await server.freezeKind(serviceExports);
    await zzzc().marks(NS, 'late');
    for (const member of set().members) await member.awaitImport(NS, 'late');
    expect(await server.shows(serviceExports, NS)).toEqual(['early']);

    const deletions = await Deletions.since(set());
    const kubeconfig = through(server, 'zzzc', set().files('zzzc').kubeconfig);
    const agent = await set().restartAgent('zzzc', { kubeconfig, ...LISTENING });
    await eventually('it waits for what is proven to be the newest', async () => {
      const probe = await fetch(`${await urlOf(agent)}/readyz`);
      expect(await probe.text()).toMatch(/waiting for the first list of serviceexports$/m);
    });
    await server.thaw();
    await idle(agent);
    finding.deleted(await deletions.all());
    expect(await set().hubAdmin.records('zzzc', NS)).toMatchObject({
      services: [`${NS}.early`, `${NS}.late`],
    });
    await set().restartAgent('zzzc');
    await server.stop();
    finding.records({ 'exports withdrawn': 0 });
  });

  fault('F04', 'of one kind of the own cluster, and a replica takes over', async (finding) => {
    const server = await LaggingServer.start(set().cluster('zzzc'), [serviceExports]);
    const kubeconfig = through(server, 'second', set().files('zzzc').kubeconfig);
    const second = await secondOf('zzzc', { kubeconfig });
    await server.freezeKind(serviceExports);
    await zzzc().marks(NS, 'latest');
    for (const member of set().members) await member.awaitImport(NS, 'latest');

    const deletions = await Deletions.since(set());
    await set().stopAgent('zzzc');
    await says(second, 'leading');
    await eventually('it has asked for all kinds again', async () => {
      const from = second.log.findIndex(({ msg }) => msg === 'leading');
      const lists = second.log
        .slice(from)
        .filter(({ msg, cluster }) => msg === 'list taken over' && cluster === 'local');
      expect(lists.map(({ resource }) => resource)).toContain(endpointSlices.plural);
    });
    await server.thaw();
    await idle(second);
    finding.deleted(await deletions.all());
    expect((await set().hubAdmin.records('zzzc', NS)).services).toContain(`${NS}.latest`);
    await second.stop();
    set().startAgent('zzzc');
    await server.stop();
  });

  fault('F04', 'of all that members publish, and everybody starts', async (finding) => {
    await zzzc().service(headless(NS, 'db'));
    await zzzc().slice(slice(NS, 'db', 'a', [pod('db-0', '198.18.1.7')]));
    await zzzc().exports(NS, 'db');
    for (const member of set().members) await member.awaitAddresses(NS, 'db', 'zzzc', ['198.18.1.7']);
    const server = await LaggingServer.start(set().cluster('hub'), HUB_KINDS);
    for (const kind of PUBLISHED) await server.freezeKind(kind);
    await zzzc().slice(slice(NS, 'db', 'a', [pod('db-0', '198.18.1.17')]));
    await zzzc().slice(slice(NS, 'db', 'b', [pod('db-1', '198.18.1.8')]));
    await zzzc().marks(NS, 'fresh');
    for (const member of set().members) {
      await member.awaitAddresses(NS, 'db', 'zzzc', ['198.18.1.17', '198.18.1.8']);
      await member.awaitImport(NS, 'fresh');
    }
    const before = await completePictureOf(shbt(), NS);
    const history = await History.open(shbt().client, endpointSlices, NS);

    const deletions = await Deletions.since(set());
    for (const { id } of set().members) {
      const hubKubeconfig = through(server, `hub-${id}`, set().files(id).hubKubeconfig);
      const agent = await set().restartAgent(id, { hubKubeconfig, ...LISTENING });
      for (const kind of HUB_KINDS) await hasTakenOver(agent, kind);
    }
    expect(await server.shows(exportedServices, memberNamespace('zzzc'))).not.toContain(`${NS}.fresh`);
    await idle(set().agent('shbt'));
    expect(await pictureOf(shbt(), NS)).toEqual(before);

    await server.thaw();
    await zzzc().slice(slice(NS, 'db', 'a', [pod('db-0', '198.18.1.27')]));
    for (const member of set().members) {
      await member.awaitAddresses(NS, 'db', 'zzzc', ['198.18.1.27', '198.18.1.8']);
    }
    finding.deleted(await deletions.all());
    await history.caughtUp();
    await history.close();
    const shown = history.states.flatMap(({ endpoints }) => endpoints ?? []).flatMap((one) => one.addresses);
    expect(shown.filter((address) => address === '198.18.1.7')).toEqual([]);
    finding.records({ regressions: 0 });
    for (const { id } of set().members) await set().restartAgent(id);
    await server.stop();
  });

  // A statement bears no sequence: it was taken for the last word, and all that it is about went.
  fault('F04', 'of the hub while a statement stood, and an importer starts', async (finding) => {
    await zzzc().service(service(NS, 'back'));
    await zzzc().slice(slice(NS, 'back', 'a', [pod('back-0', '198.18.1.37')]));
    await zzzc().exports(NS, 'back');
    await shbt().awaitAddresses(NS, 'back', 'zzzc', ['198.18.1.37']);
    const server = await LaggingServer.start(set().cluster('hub'), HUB_KINDS);
    await removesForAWhile(server);
    const before = await completePictureOf(shbt(), NS);

    const deletions = await Deletions.since(set());
    const hubKubeconfig = through(server, 'hub-shbt', set().files('shbt').hubKubeconfig);
    const agent = await set().restartAgent('shbt', { hubKubeconfig, ...LISTENING });
    for (const kind of PUBLISHED) await hasTakenOver(agent, kind);
    await readsNothing(agent, [clusterSets, members]);
    await server.thaw();
    await idle(agent);
    expect(await pictureOf(shbt(), NS)).toEqual(before);
    finding.deleted(await deletions.all());
    finding.records({ 'imports withdrawn': 0 });
    await set().restartAgent('shbt');
    await server.stop();
  });

  fault('F04', 'of the hub while a statement stood, and a replica takes over', async (finding) => {
    await shbt().service(headless(NS, 'mine'));
    await shbt().slice(slice(NS, 'mine', 'a', [pod('mine-0', '198.18.2.7')]));
    await shbt().exports(NS, 'mine');
    await shbt().awaitAddresses(NS, 'mine', 'shbt', ['198.18.2.7']);
    const server = await LaggingServer.start(set().cluster('hub'), HUB_KINDS);
    const hubKubeconfig = through(server, 'second-hub', set().files('shbt').hubKubeconfig);
    const second = await secondOf('shbt', { hubKubeconfig });
    for (const kind of HUB_KINDS) await hasTakenOver(second, kind);
    await removesForAWhile(server);
    const before = await completePictureOf(shbt(), NS);

    const deletions = await Deletions.since(set());
    await set().stopAgent('shbt');
    await says(second, 'required caches show the newest state');
    await hubSays(second, 'the hub has not said again who it is');
    // What needs no hub goes on meanwhile.
    await shbt().slice(slice(NS, 'mine', 'a', [pod('mine-0', '198.18.2.17')]));
    await shbt().awaitAddresses(NS, 'mine', 'shbt', ['198.18.2.17']);
    expect(uidsIn(await pictureOf(shbt(), NS))).toEqual(uidsIn(before));
    await server.thaw();
    await zzzc().awaitAddresses(NS, 'mine', 'shbt', ['198.18.2.17']);
    await idle(second);
    expect(uidsIn(await pictureOf(shbt(), NS))).toEqual(uidsIn(before));
    finding.deleted(await deletions.all());
    await second.stop();
    set().startAgent('shbt');
    await server.stop();
  });

  fault('F04', 'of Members before a namespace was allowed, and an exporter starts', async (finding) => {
    await set().hubAdmin.states('zzzc', { allowedNamespaces: [NS] });
    await zzzc().marks(BARRED, 'allowed');
    await zzzc().awaitCondition(BARRED, 'allowed', 'Valid', 'False');
    const server = await LaggingServer.start(set().cluster('hub'), HUB_KINDS);
    await eventually('the second server shows the rule', async () =>
      expect((await shown(server, 'zzzc'))?.spec?.allowedNamespaces).toEqual([NS]),
    );
    await server.freezeKind(members);
    await set().hubAdmin.states('zzzc', { allowedNamespaces: [NS, BARRED] });
    for (const member of set().members) await member.awaitImport(BARRED, 'allowed');

    const deletions = await Deletions.since(set());
    const hubKubeconfig = through(server, 'hub-zzzc', set().files('zzzc').hubKubeconfig);
    const agent = await set().restartAgent('zzzc', { hubKubeconfig, ...LISTENING });
    for (const kind of [clusterSets, ...PUBLISHED]) await hasTakenOver(agent, kind);
    await readsNothing(agent, [members]);
    await server.thaw();
    await idle(agent);
    finding.deleted(await deletions.all());
    expect((await set().hubAdmin.records('zzzc', BARRED)).report).toContain(`${BARRED}.allowed`);
    await set().restartAgent('zzzc');
    await server.stop();
  });

  /** States that zzzc is removed, has the server show no more than what comes of that, and takes it back. */
  async function removesForAWhile(server: LaggingServer): Promise<void> {
    const uid = (await set().hub.get(members, { name: 'zzzc' })).status?.claimedUID ?? '';
    await set().hubAdmin.removes('zzzc', uid);
    await awaitNothingOf(shbt(), NS, 'back');
    await eventually('the second server shows the statement, and nothing of the member', async () => {
      expect(removedUIDs(await shown(server, 'zzzc'))).toEqual([uid]);
      for (const kind of PUBLISHED) expect(await server.shows(kind, memberNamespace('zzzc'))).toEqual([]);
    });
    await server.freeze();
    await set().hubAdmin.states('zzzc', { removed: [] });
    await shbt().awaitAddresses(NS, 'back', 'zzzc', ['198.18.1.37']);
    expect(removedUIDs(await shown(server, 'zzzc'))).toEqual([uid]);
  }

  /** What the server has of a Member in its cache. */
  async function shown(server: LaggingServer, id: string): Promise<IMember | undefined> {
    const { kubeconfig } = set().cluster('hub');
    const text = server.at(kubeconfig);
    const client = connect({ cluster: 'lagging', kubeconfig: { text }, clock: systemClock() });
    try {
      const { items } = await client.list(members, { resourceVersion: '0' });
      return items.find(({ metadata }) => metadata.name === id);
    } finally {
      await client.close();
    }
  }

  /** A second replica of a member that waits for the first one to end, on the ways that are given. */
  async function secondOf(
    clusterId: string,
    ways: { kubeconfig: string } | { hubKubeconfig: string },
  ): Promise<Agent> {
    const first = await set().restartAgent(clusterId, { leaderElect: true });
    await says(first, 'leading');
    const { kubeconfig, hubKubeconfig } = set().files(clusterId);
    const own = { clusterId, kubeconfig, hubKubeconfig, ...ways };
    const second = Agent.member({ ...own, leaderElect: true, ...LISTENING });
    await says(second, 'waiting: another process leads');
    return second;
  }
}

/** Waits until an agent has said that it does not believe the hub, for want of these kinds. */
async function readsNothing(agent: Agent, kinds: readonly Resource<KubeObject>[]): Promise<void> {
  await hubSays(agent, `waiting for the first list of ${kinds.map(({ plural }) => plural).join(', ')}`);
}

/** Waits until an agent gives this for the reason why it does not believe the hub. */
async function hubSays(agent: Agent, why: string): Promise<void> {
  const url = await urlOf(agent);
  await eventually(`it says: ${why}`, async () => {
    expect(await (await fetch(`${url}/debug/state`)).text()).toContain(why);
  });
}
