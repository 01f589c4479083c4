import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { clusterSets } from '#apis/hub/cluster-set.ts';
import { exportedServiceName, exportedServices } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { memberReports } from '#apis/hub/member-report.ts';
import type { KubeObject, Resource } from '#apis/meta.ts';
import { writtenOnHub } from '#test/driver/audit.ts';
import { headless, pod, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { admitMember, installHub } from '#test/driver/install.ts';
import { awaitNoRecord } from '#test/driver/records.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { says } from '#test/driver/witness.ts';
import { type FaultProxy, type Ruling, startFaultProxy } from '#test/proxy/fault-proxy.ts';
import { Deletions } from '../frame/deletions.ts';
import { fault } from '../frame/fault.ts';

const NS = 'moved';
/** What an agent watches on the hub. */
const KINDS_ON_HUB = 5;
/** Longer than an agent believes what it has read of its kubeconfig: the next request reads it again. */
const UNTIL_READ_AGAIN = 1_200;

/** The kubeconfig of a running agent leads somewhere else. shbt's cluster is the other hub, too. */
export function moved(set: OpenedSet): void {
  // Others lost their endpoints for good then: https://github.com/istio/istio/issues/61043
  fault('F37', 'another address, another hub, and back', async (finding) => {
    const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
    const has = (id: string, address: string) =>
      set()
        .member(id)
        .slice(slice(NS, 'db', 'a', [pod('db-0', address)]));
    for (const [id, address] of [
      ['zzzc', '198.18.1.1'],
      ['shbt', '198.18.2.1'],
    ] as const) {
      await set().member(id).service(headless(NS, 'db'));
      await has(id, address);
      await set().member(id).exports(NS, 'db');
    }
    const direct = readFileSync(set().files('zzzc').hubKubeconfig, 'utf8');
    const target = set().cluster('hub').kubeconfig;
    const [former, latter] = await Promise.all([startFaultProxy({ target }), startFaultProxy({ target })]);
    const path = set().clusters.workspace.write(
      'moved.kubeconfig',
      await former.kubeconfigFor('zzzc', direct),
    );
    const agent = await set().restartAgent('zzzc', { hubKubeconfig: path });
    await eventually('it watches the hub', async () => expect(former.streams).toHaveLength(KINDS_ON_HUB));
    await shbt.awaitAddresses(NS, 'db', 'zzzc', ['198.18.1.1']);
    await zzzc.awaitAddresses(NS, 'db', 'shbt', ['198.18.2.1']);
    const deletions = await Deletions.since(set());

    writeFileSync(path, await latter.kubeconfigFor('zzzc', direct));
    await former.mode('refuse');
    await eventually('it watches the hub there', async () =>
      expect(latter.streams).toHaveLength(KINDS_ON_HUB),
    );
    await has('shbt', '198.18.2.2');
    await zzzc.awaitAddresses(NS, 'db', 'shbt', ['198.18.2.2']);
    await has('zzzc', '198.18.1.2');
    await shbt.awaitAddresses(NS, 'db', 'zzzc', ['198.18.1.2']);
    // Nothing is listed anew; it asks who answers there, once for all.
    const lists = listedThrough(latter);
    expect(new Set(lists)).toEqual(new Set([clusterSets.plural]));
    const from = latter.requests
      .filter(({ verb }) => verb === 'watch')
      .map(({ query }) => query.get('resourceVersion'));
    expect(from.filter((version) => !/^[1-9]/.test(version ?? ''))).toEqual([]);

    const elsewhere = set().cluster('shbt');
    await installHub(elsewhere);
    const other = await startFaultProxy({ target: elsewhere.kubeconfig });
    writeFileSync(path, await other.kubeconfigFor('zzzc', await admitMember(elsewhere, 'zzzc')));
    await latter.mode('refuse');
    await says(agent, 'the hub is not the known one');
    await has('zzzc', '198.18.1.3');
    await zzzc.awaitAddresses(NS, 'db', 'zzzc', ['198.18.1.3']);
    expect(await zzzc.importedAddresses(NS, 'db', 'shbt')).toEqual(['198.18.2.2']);
    expect(await writtenOnHub(elsewhere, 'zzzc')).toEqual([]);

    writeFileSync(path, direct);
    // Its watches over there stay open.
    await shbt.awaitAddresses(NS, 'db', 'zzzc', ['198.18.1.3']);
    await has('shbt', '198.18.2.3');
    await zzzc.awaitAddresses(NS, 'db', 'shbt', ['198.18.2.3']);
    finding.deleted(await deletions.all());
    finding.records({ 'imports lost': 0, 'kinds listed anew at another address': lists.length - 1 });
    await set().restartAgent('zzzc');
    await former.close();
    await latter.close();
    await other.close();
  });

  // Streams are told to move where the file names another server, which is no failure: nobody asked who answers there.
  fault('F37', 'another address, and no connection breaks', async (finding) => {
    const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
    const showsAt = async (address: string) => {
      await shbt.slice(slice(NS, 'on', 'a', [pod('on-0', address)]));
      await zzzc.awaitAddresses(NS, 'on', 'shbt', [address]);
    };
    await shbt.service(headless(NS, 'on'));
    await shbt.exports(NS, 'on');
    await showsAt('198.18.2.4');
    const direct = readFileSync(set().files('zzzc').hubKubeconfig, 'utf8');
    const target = set().cluster('hub').kubeconfig;
    const [former, latter] = await Promise.all([startFaultProxy({ target }), startFaultProxy({ target })]);
    const text = await former.kubeconfigFor('zzzc', direct);
    const path = set().clusters.workspace.write('moved-on.kubeconfig', text);
    await set().restartAgent('zzzc', { hubKubeconfig: path });
    await eventually('it watches the hub', async () => expect(former.streams).toHaveLength(KINDS_ON_HUB));
    const deletions = await Deletions.since(set());
    writeFileSync(path, await latter.kubeconfigFor('zzzc', direct));
    await eventually('it watches the hub there', async () =>
      expect(latter.streams).toHaveLength(KINDS_ON_HUB),
    );
    await showsAt('198.18.2.5');
    expect(new Set(listedThrough(latter))).toEqual(new Set([clusterSets.plural]));
    finding.deleted(await deletions.all());
    await set().restartAgent('zzzc');
    await former.close();
    await latter.close();
  });

  // The request that finds the move is a write then, planned from what the known hub showed. Nobody could ever prove
  // that a record which was created over there is gone.
  fault('F37', 'another hub, between two writes', async (finding) => {
    const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
    const elsewhere = set().cluster('shbt');
    await installHub(elsewhere);
    const [known, other] = await Promise.all([
      startFaultProxy({ target: set().cluster('hub').kubeconfig }),
      startFaultProxy({ target: elsewhere.kubeconfig }),
    ]);
    const here = await known.kubeconfigFor('zzzc', readFileSync(set().files('zzzc').hubKubeconfig, 'utf8'));
    const there = await other.kubeconfigFor('zzzc', await admitMember(elsewhere, 'zzzc'));
    const path = set().clusters.workspace.write('moved-between.kubeconfig', here);
    // No renewal is to find the move.
    const agent = await set().restartAgent('zzzc', { hubKubeconfig: path, leaseInterval: 600_000 });
    await zzzc.service(headless(NS, 'between'));
    await zzzc.slice(slice(NS, 'between', 'a', [pod('between-0', '198.18.1.4')]));
    await zzzc.exports(NS, 'between');
    await shbt.awaitAddresses(NS, 'between', 'zzzc', ['198.18.1.4']);
    const deletions = await Deletions.since(set());
    const before = await elsewhere.audit.mark();

    /** While the known hub has the agent wait for its answer to an update of this kind, the kubeconfig changes. */
    const movesBehind = async (kind: Resource<KubeObject>, change: () => Promise<void>) => {
      const from = agent.log.length;
      known.beforeMutation(async ({ verb, resource }): Promise<Ruling> => {
        if (verb === 'update' && resource === kind.plural) {
          writeFileSync(path, there);
          await pause(UNTIL_READ_AGAIN);
        }
        return 'forward';
      });
      await change();
      await says(agent, 'the hub is not the known one', from);
      known.beforeMutation(undefined);
      expect(await writtenOnHub(elsewhere, 'zzzc', before)).toEqual([]);
      writeFileSync(path, here);
    };
    await movesBehind(exportedServices, () =>
      zzzc.slice(slice(NS, 'between', 'b', [pod('between-1', '198.18.1.5')])),
    );
    await shbt.awaitAddresses(NS, 'between', 'zzzc', ['198.18.1.4', '198.18.1.5']);
    await movesBehind(memberReports, () => zzzc.marks(NS, 'late'));
    await shbt.awaitImport(NS, 'late');
    // Over there it is not found, which is no word of the known hub's.
    await movesBehind(memberReports, () => zzzc.unexports(NS, 'late'));
    await awaitNoRecord(set().hub, 'zzzc', NS, 'late');
    for (const member of set().members) await member.awaitNoImport(NS, 'late');
    finding.deleted(await deletions.all(), [
      `hub: exportedservices ${memberNamespace('zzzc')}/${exportedServiceName(NS, 'late')}`,
      ...set().members.map(({ id }) => `${id}: serviceimports ${NS}/late`),
    ]);
    await set().restartAgent('zzzc');
    await known.close();
    await other.close();
  });
}

function listedThrough({ requests }: FaultProxy): (string | undefined)[] {
  return requests.filter(({ verb }) => verb === 'list').map(({ resource }) => resource);
}
