import { beforeAll, expect, it } from 'vitest';
import { ExportedService, exportedServices } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { MemberReport, memberReports, REPORT_NAME } from '#apis/hub/member-report.ts';
import { namespaces } from '#apis/kubernetes/namespace.ts';

import { AGENT_NAMESPACE } from '#src/install/member.ts';
import { events } from '#src/runtime/event.ts';
import { deletedByAgent, writtenOnHub } from '#test/driver/audit.ts';
import { headless, pod, service, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { awaitNothingOf } from '#test/driver/imported.ts';
import { applyMember, grantMember } from '#test/driver/install.ts';
import { completePictureOf, type Picture, pictureOf } from '#test/driver/picture.ts';
import { sliceRecord } from './names.ts';
import type { Opened } from './shared.ts';
import { hasSeen, says } from './witness.ts';

const sliceOf = (name: string, suffix: string) => sliceRecord(NS, name, suffix);
const NS = 'exchanged';
const NOT_THE_KNOWN_ONE = 'the hub is not the known one';

/** One story: each test goes on where the one before it has ended. */
export function anotherHub(set: Opened): void {
  const zzzc = () => set().member('zzzc');
  const shbt = () => set().member('shbt');
  const hub = () => set().cluster('hub');
  const admin = () => set().hubAdmin;
  let firstUID = '';
  let firstHub = '';
  let kept: Picture;

  beforeAll(async () => {
    await zzzc().service(headless(NS, 'db'));
    await zzzc().slice(slice(NS, 'db', 'a', [pod('db-0', '198.18.1.7')]));
    await zzzc().slice(slice(NS, 'db', 'b', [pod('db-1', '198.18.1.8')]));
    await zzzc().exports(NS, 'db');
    await shbt().service(headless(NS, 'db'));
    await shbt().slice(slice(NS, 'db', 'a', [pod('db-0', '198.18.2.7')]));
    await shbt().exports(NS, 'db');
    await shbt().service(service(NS, 'web'));
    await shbt().slice(slice(NS, 'web', 'a', [pod('web-0', '198.18.2.9')]));
    await shbt().exports(NS, 'web');
    await shbt().marks(NS, 'old');
    for (const member of set().members) {
      await member.awaitAddresses(NS, 'db', 'zzzc', ['198.18.1.7', '198.18.1.8']);
      await member.awaitAddresses(NS, 'db', 'shbt', ['198.18.2.7']);
      await member.awaitAddresses(NS, 'web', 'shbt', ['198.18.2.9']);
      await member.awaitImport(NS, 'old');
    }
    firstUID = await admin().clusterSetUID();
    firstHub = await hub().etcd.save();
    await shbt().unexports(NS, 'old');
    for (const member of set().members) await member.awaitNoImport(NS, 'old');
    kept = await completePictureOf(shbt(), NS);
  });

  it('a wiped hub removes nothing, neither while it refuses the agents nor while it lacks our kinds (guards against https://github.com/submariner-io/lighthouse/issues/1472)', async () => {
    await hub().etcd.wipe();
    for (const { id } of set().members) await hasSeen(set().agent(id), 401);
    await set().grantAccess();
    for (const { id } of set().members) await hasSeen(set().agent(id), 404);
    // The own endpoints need no hub.
    await zzzc().slice(slice(NS, 'db', 'a', [pod('db-0', '198.18.1.17')]));
    await zzzc().awaitAddresses(NS, 'db', 'zzzc', ['198.18.1.17', '198.18.1.8']);
    expect(await pictureOf(shbt(), NS)).toEqual(kept);
  });

  it('the agent publishes nothing there, imports nothing from it, keeps all it has, and says so', async () => {
    const before = await hub().audit.mark();
    await admin().installKinds();
    await set().installHub();
    await emptyReport('zzzc', await uidOf('zzzc'));
    await foreignExport('alien');
    for (const member of set().members) {
      await says(set().agent(member.id), NOT_THE_KNOWN_ONE);
      await eventually(`an Event about the foreign hub in ${member.id}`, async () => {
        const { items } = await member.client.list(events, { namespace: AGENT_NAMESPACE });
        const note = items.find(({ reason }) => reason === 'ForeignHub')?.note;
        expect(note).toContain(`--accept-clusterset-uid=${await admin().clusterSetUID()}`);
      });
    }
    await zzzc().marks(NS, 'late');
    await zzzc().awaitCondition(NS, 'late', 'Ready', 'False');
    expect(await pictureOf(shbt(), NS)).toEqual(kept);
    for (const { id } of set().members) expect(await writtenOnHub(hub(), id, before)).toEqual([]);
  });

  it('until that ClusterSet names the old UID in `replaces`: then everything comes back', async () => {
    // What the foreign hub said was no evidence. From now on it would be.
    await admin().deletes(memberReports, { namespace: memberNamespace('zzzc'), name: REPORT_NAME });
    await admin().deletes(exportedServices, { namespace: memberNamespace('eu'), name: `${NS}.alien` });
    await admin().replaces(firstUID);
    await shbt().awaitAddresses(NS, 'db', 'zzzc', ['198.18.1.17', '198.18.1.8']);
    for (const member of set().members) await member.awaitImport(NS, 'late');
    await set().settle(NS);
    await hubHoldsAll();
  });

  it('an older database under the same URL is another hub, too: nothing is published, nothing imported', async () => {
    kept = await completePictureOf(zzzc(), NS);
    await hub().etcd.restore(firstHub, 'plain');
    const before = await hub().audit.mark();
    const lines = set().members.map(({ id }) => set().agent(id).log.length);
    await set().grantAccess();
    for (const [index, { id }] of set().members.entries()) {
      await says(set().agent(id), NOT_THE_KNOWN_ONE, lines[index]);
    }
    await shbt().slice(slice(NS, 'db', 'a', [pod('db-0', '198.18.2.17')]));
    await shbt().awaitAddresses(NS, 'db', 'shbt', ['198.18.2.17']);
    // It shows `old`, which its exporter has withdrawn since.
    expect((await admin().records('shbt', NS)).report).toContain(`${NS}.old`);
    expect(await pictureOf(zzzc(), NS)).toEqual(kept);
    for (const { id } of set().members) expect(await writtenOnHub(hub(), id, before)).toEqual([]);
  });

  it("or until the member's admin accepts it", async () => {
    for (const { id } of set().members) await set().restartAgent(id, { acceptClustersetUid: firstUID });
    await zzzc().awaitAddresses(NS, 'db', 'shbt', ['198.18.2.17']);
    await set().settle(NS);
    for (const member of set().members) await awaitNothingOf(member, NS, 'old');
    await hubHoldsAll();
  });

  it('of all that was exported throughout nothing was ever removed', async () => {
    for (const { id } of set().members) {
      const deleted = await deletedByAgent(set().cluster(id));
      const ofThis = deleted.filter((what) => what.includes(` ${NS}/`));
      expect(ofThis.filter((what) => !/\/(old|marker-)/.test(what))).toEqual([]);
    }
  });

  /** Waits until the hub holds all that is exported, and nothing else: records go after what was imported of them. */
  async function hubHoldsAll(): Promise<void> {
    await eventually('the hub holds what is exported, and nothing else', async () => {
      expect(await admin().records('zzzc', NS)).toEqual({
        report: [`${NS}.db`, `${NS}.late`],
        services: [`${NS}.db`, `${NS}.late`],
        slices: [sliceOf('db', 'a'), sliceOf('db', 'b')].sort(),
      });
      expect(await admin().records('shbt', NS)).toEqual({
        report: [`${NS}.db`, `${NS}.web`],
        services: [`${NS}.db`, `${NS}.web`],
        slices: [sliceOf('db', 'a'), sliceOf('web', 'a')].sort(),
      });
    });
  }

  async function uidOf(id: string): Promise<string> {
    return (await set().member(id).client.get(namespaces, { name: 'kube-system' })).metadata.uid ?? '';
  }

  /** A statement that a member exports nothing, as that member itself would make it. */
  async function emptyReport(id: string, clusterUID: string): Promise<void> {
    const metadata = { name: REPORT_NAME, namespace: memberNamespace(id) };
    const inventory = { sequence: Date.now() + 60_000, services: [] };
    const clusterSetUID = await admin().clusterSetUID();
    const spec = { clusterUID, clusterSetUID, agentVersion: 'test', inventory };
    await set().hub.create(memberReports, new MemberReport({ metadata, spec }));
  }

  /** A Service that a cluster of the other set exports. */
  async function foreignExport(name: string): Promise<void> {
    await grantMember(hub(), 'eu');
    await applyMember(hub(), 'eu');
    const metadata = { name: `${NS}.${name}`, namespace: memberNamespace('eu') };
    const spec = {
      service: { namespace: NS, name },
      export: { uid: 'an-export', creationTimestamp: '2026-01-01T00:00:00Z' },
      type: 'Headless' as const,
      ports: [],
      inventory: { sequence: 1, slices: [] },
      asserted: { uid: 'a-cluster', sequence: 1 },
    };
    await set().hub.create(exportedServices, new ExportedService({ metadata, spec }));
  }
}
