import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { exportedServices } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { Agent } from '#test/driver/agent.ts';
import { headless, pod, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { History } from '#test/driver/history.ts';
import { HUB_KINDS } from '#test/driver/hub-kinds.ts';
import { idle, LISTENING, urlOf } from '#test/driver/idle.ts';
import { LaggingServer } from '#test/driver/lagging-server.ts';
import { completePictureOf, pictureOf } from '#test/driver/picture.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { hasTakenOver, says } from '#test/driver/witness.ts';
import { Deletions } from '../frame/deletions.ts';
import { fault } from '../frame/fault.ts';

const NS = 'lagging';
/** Writes that hang while the server learns nothing. */
const HANGING = ['membership.lease'];

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
    const first = await set().restartAgent('zzzc', { leaderElect: true });
    await says(first, 'leading');
    const second = Agent.member({
      clusterId: 'zzzc',
      hubKubeconfig: set().files('zzzc').hubKubeconfig,
      kubeconfig: through(server, 'second', set().files('zzzc').kubeconfig),
      leaderElect: true,
      ...LISTENING,
    });
    await says(second, 'waiting: another process leads');
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

  fault('F04', 'of the whole hub, and everybody starts', async (finding) => {
    await zzzc().service(headless(NS, 'db'));
    await zzzc().slice(slice(NS, 'db', 'a', [pod('db-0', '198.18.1.7')]));
    await zzzc().exports(NS, 'db');
    for (const member of set().members) await member.awaitAddresses(NS, 'db', 'zzzc', ['198.18.1.7']);
    const server = await LaggingServer.start(set().cluster('hub'), HUB_KINDS);
    await server.freeze();
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
    await idle(set().agent('shbt'), { but: HANGING });
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
}
