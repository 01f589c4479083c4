import { writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { clusterSets } from '#apis/hub/cluster-set.ts';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices } from '#apis/hub/exported-service.ts';
import { members } from '#apis/hub/member.ts';
import { memberReports } from '#apis/hub/member-report.ts';
import { Authority } from '#test/clusters/control-plane/certs.ts';
import { installCrds } from '#test/clusters/crds.ts';
import { kubeconfig } from '#test/clusters/kubeconfig.ts';
import { readKubeconfigFile } from '#test/clusters/read-kubeconfig.ts';
import { skipWithout } from '#test/clusters/use-clusters.ts';
import { deletedByAgent, writtenOnHub } from '#test/driver/audit.ts';
import { headless, pods, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { LISTENING, urlOf } from '#test/driver/idle.ts';
import { impatientClock } from '#test/driver/impatient-clock.ts';
import { MEMBER_CRDS } from '#test/driver/install.ts';
import { awaitTrouble, troubles } from '#test/driver/log.ts';
import { AGENT_USER, agentUserOnHub } from '#test/driver/requests.ts';
import { useSet } from '#test/driver/use-set.ts';
import { restrict } from './restrict.ts';

const HUB_KINDS = [clusterSets, members, memberReports, exportedServices, exportedEndpointSlices];

/**
 * Clusters that are not as they should be. In each test the one that is not says so in one line, the other one
 * goes on, and the first recovers by itself when it is mended.
 */
describe('an agent whose surroundings are wrong says what, where and what to do, and waits:', () => {
  const set = useSet({
    members: ['zzzc', 'shbt'],
    clusters: { audit: true },
    each: { hub: { crds: [] }, shbt: { crds: [] } },
    agents: false,
    clock: impatientClock(),
  });

  /** Changes what zzzc exports; returns the addresses that are to be seen. */
  let changes = 0;
  const change = async (): Promise<string[]> => {
    const endpoints = pods(2, 'db', ++changes);
    await set()
      .member('zzzc')
      .slice(slice('prod', 'db', 'a', endpoints));
    return endpoints.flatMap(({ addresses }) => addresses);
  };

  beforeAll(async () => {
    for (const id of ['zzzc', 'shbt']) {
      await set().member(id).service(headless('prod', 'db'));
      await set()
        .member(id)
        .slice(slice('prod', 'db', 'a', pods(2, 'db', 100)));
    }
  });

  it('a hub without our kinds', async () => {
    const [hub, agent] = [set().startHub(), set().startAgent('zzzc', LISTENING)];
    const zzzc = set().member('zzzc');
    await zzzc.exports('prod', 'db');
    const own = await change();
    const does = 'the API server does not serve this kind: its CRD is missing, or too old';
    const lines = HUB_KINDS.map(({ plural }) => `hub: cannot list ${plural}.hub.tombolo.dev: 404: ${does}`);
    for (const line of lines) await awaitTrouble(agent, line);
    await awaitTrouble(hub, `hub: cannot list members.hub.tombolo.dev: 404: ${does}`);
    await zzzc.awaitAddresses('prod', 'db', 'zzzc', own);
    const { message } = await zzzc.awaitCondition('prod', 'db', 'Ready', 'False', 'Pending');
    expect(message).toMatch(/^The hub has not been read yet: waiting for the first list of clustersets/);
    // Of the own cluster nothing, but that its own new kinds are not served from memory yet: 429 for a moment.
    const others = troubles(agent).filter(
      (line) => !/^local: .* 429 .*storage is \(re\)initializing$/.test(line),
    );
    expect(others.sort()).toEqual(lines.sort());

    await set().hubAdmin.installKinds();
    await set().installHub();
    await zzzc.awaitCondition('prod', 'db', 'Ready', 'True');
  });

  it('a member without the MCS kinds', async () => {
    const agent = set().startAgent('shbt', LISTENING);
    const does = '404: the API server does not serve this kind: its CRD is missing, or too old';
    const kinds = ['serviceexports', 'serviceimports'];
    const lines = kinds.map((plural) => `local: cannot list ${plural}.multicluster.x-k8s.io: ${does}`);
    for (const line of lines) await awaitTrouble(agent, line);
    await eventually('the probe says so', async () => {
      const probe = await fetch(`${await urlOf(agent)}/readyz`);
      expect(probe.status).toBe(503);
      const waiting = kinds.map((plural, n) => `${plural} (${lines[n]})`).join(', ');
      expect(await probe.text()).toContain(`[-]caches failed: waiting for the first list of ${waiting}`);
    });
    const seen = await change();
    await set().member('zzzc').awaitAddresses('prod', 'db', 'zzzc', seen);
    await eventually('it has tried often', async () => {
      const failed = agent.log.filter(
        ({ msg, resource }) => msg === 'list failed' && resource === 'serviceexports',
      );
      expect(failed.length).toBeGreaterThanOrEqual(6);
      const shown = failed.filter(({ level }) => level === 'warn').map(({ failures }) => failures);
      expect(shown.slice(0, 3)).toEqual([1, 2, 4]);
    });

    await installCrds(set().cluster('shbt').admin, [MEMBER_CRDS]);
    await set().member('shbt').awaitAddresses('prod', 'db', 'zzzc', seen);
    expect((await fetch(`${await urlOf(agent)}/readyz`)).status).toBe(200);
    expect(agent.lines('answers again').map(({ resource }) => resource)).toEqual(
      expect.arrayContaining(kinds),
    );
  });

  it('a hub whose certificate another authority signed', async () => {
    const { hubKubeconfig } = set().files('shbt');
    const { access } = await readKubeconfigFile(hubKubeconfig);
    const path = set().clusters.workspace.file('another-ca.kubeconfig');
    writeFileSync(path, kubeconfig({ there: { ...access, ca: new Authority('another').cert } }));
    await set().stopAgent('shbt');
    const agent = set().startAgent('shbt', { hubKubeconfig: path });
    const shbt = set().member('shbt');
    await awaitTrouble(
      agent,
      new RegExp(
        `^hub: cannot list members\\.hub\\.tombolo\\.dev: the certificate of ${access.server} is not signed by the CA given in context there of ${path} `,
      ),
    );
    await shbt.exports('prod', 'db');
    await shbt.awaitAddresses('prod', 'db', 'shbt', ['198.18.100.0', '198.18.100.1']);
    const seen = await change();
    await set().member('zzzc').awaitAddresses('prod', 'db', 'zzzc', seen);

    await set().restartAgent('shbt', LISTENING);
    await shbt.awaitAddresses('prod', 'db', 'zzzc', seen);
  });

  it('rights that are missing, in its own cluster and on the hub', async () => {
    await set().stopAgent('shbt');
    const restore = [
      await restrict(
        set().cluster('shbt'),
        'clusterroles/tombolo-member',
        'update',
        'endpointslices',
        AGENT_USER,
      ),
      await restrict(
        set().cluster('hub'),
        'namespaces/member-shbt/roles/tombolo-member',
        'update',
        'exportedservices',
        agentUserOnHub('shbt'),
      ),
    ];
    const agent = set().startAgent('shbt', LISTENING);
    const at = 'system:serviceaccount';
    await awaitTrouble(
      agent,
      `${at}:tombolo-system:tombolo-member may not update endpointslices.discovery.k8s.io in the whole cluster (cluster local)`,
    );
    await awaitTrouble(
      agent,
      `${at}:member-shbt:tombolo-member may not update exportedservices.hub.tombolo.dev in namespace member-shbt (cluster hub)`,
    );
    const seen = await change();
    await set().member('zzzc').awaitAddresses('prod', 'db', 'zzzc', seen);
    await Promise.all(restore.map((give) => give()));
    await eventually('they are granted', async () =>
      expect(
        agent
          .lines('no right is missing any more')
          .map(({ cluster }) => cluster)
          .sort(),
      ).toEqual(['hub', 'local']),
    );
    await set().member('shbt').awaitAddresses('prod', 'db', 'zzzc', seen);
  });

  it('and none of it costs anybody an object', async (context) => {
    skipWithout(context, set().cluster('hub'), 'audit');
    for (const { id } of set().members) {
      expect(await deletedByAgent(set().cluster(id))).toEqual([]);
      const written = await writtenOnHub(set().cluster('hub'), id);
      expect(written.filter((write) => write.startsWith('delete'))).toEqual([]);
    }
  });
});
