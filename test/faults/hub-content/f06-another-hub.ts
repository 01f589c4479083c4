import { beforeAll, expect } from 'vitest';
import { ExportedService, exportedServices } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { MemberReport, memberReports, REPORT_NAME } from '#apis/hub/member-report.ts';
import { namespaces } from '#apis/kubernetes/namespace.ts';

import { AGENT_NAMESPACE } from '#src/install/member.ts';
import { events } from '#src/runtime/event.ts';
import { writtenOnHub } from '#test/driver/audit.ts';
import { headless, pod, service, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { awaitNothingOf } from '#test/driver/imported.ts';
import { applyMember, grantMember } from '#test/driver/install.ts';
import { completePictureOf, type Picture, pictureOf } from '#test/driver/picture.ts';
import { awaitNoRecord } from '#test/driver/records.ts';
import { sliceRecord } from '#test/driver/slice-names.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { hasSeen, says } from '#test/driver/witness.ts';
import { Deletions } from '../frame/deletions.ts';
import { fault } from '../frame/fault.ts';

const sliceOf = (name: string, suffix: string) => sliceRecord(NS, name, suffix);
const NS = 'exchanged';
const NOT_THE_KNOWN_ONE = 'the hub is not the known one';

/** One story: each test goes on where the one before it has ended. */
export function anotherHub(set: OpenedSet): void {
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
    await awaitNoRecord(set().hub, 'shbt', NS, 'old');
    kept = await completePictureOf(shbt(), NS);
  });

  // Others removed all imports then: https://github.com/submariner-io/lighthouse/issues/1472
  fault('F06', 'wiped: while it refuses the agents, and while it lacks our kinds', async (finding) => {
    const deletions = await Deletions.since(set());
    await hub().etcd.wipe();
    for (const { id } of set().members) await hasSeen(set().agent(id), 401);
    await set().grantAccess();
    for (const { id } of set().members) await hasSeen(set().agent(id), 404);
    // The own endpoints need no hub.
    await zzzc().slice(slice(NS, 'db', 'a', [pod('db-0', '198.18.1.17')]));
    await zzzc().awaitAddresses(NS, 'db', 'zzzc', ['198.18.1.17', '198.18.1.8']);
    expect(await pictureOf(shbt(), NS)).toEqual(kept);
    finding.deleted(await deletions.all());
  });

  fault('F06', 'another one under the known URL', async (finding) => {
    const deletions = await Deletions.since(set());
    const before = await hub().audit.mark();
    await admin().installKinds();
    await set().installHub();
    await emptyReport('zzzc', await uidOf('zzzc'));
    await foreignExport('alien');
    for (const member of set().members) {
      await says(set().agent(member.id), NOT_THE_KNOWN_ONE);
      await eventually(`an Event about the foreign hub in ${member.id}`, async () => {
        const { items } = await member.client.list(events, { namespace: AGENT_NAMESPACE });
        const notes = items.filter(({ reason }) => reason === 'ForeignHub').map(({ note }) => note);
        expect(notes.join()).toContain(`--accept-clusterset-uid=${await admin().clusterSetUID()}`);
      });
    }
    await zzzc().marks(NS, 'late');
    await zzzc().awaitCondition(NS, 'late', 'Ready', 'False');
    expect(await pictureOf(shbt(), NS)).toEqual(kept);
    for (const { id } of set().members) expect(await writtenOnHub(hub(), id, before)).toEqual([]);
    finding.deleted(await deletions.all());
  });

  fault('F06', 'another one, whose ClusterSet names the old UID in `replaces`', async (finding) => {
    const deletions = await Deletions.since(set());
    // What the foreign hub said was no evidence. From now on it would be.
    await admin().deletes(memberReports, { namespace: memberNamespace('zzzc'), name: REPORT_NAME });
    await admin().deletes(exportedServices, { namespace: memberNamespace('eu'), name: `${NS}.alien` });
    await admin().replaces(firstUID);
    await shbt().awaitAddresses(NS, 'db', 'zzzc', ['198.18.1.17', '198.18.1.8']);
    for (const member of set().members) await member.awaitImport(NS, 'late');
    await hubHoldsAll();
    finding.deleted(await deletions.all());
    finding.records({ 'imports lost': 0 });
  });

  fault('F06', 'an older database under the same URL, which is another hub, too', async (finding) => {
    const deletions = await Deletions.since(set());
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
    finding.deleted(await deletions.all());
  });

  fault('F06', "one that the members' admins accept", async (finding) => {
    const deletions = await Deletions.since(set());
    for (const { id } of set().members) await set().restartAgent(id, { acceptClustersetUid: firstUID });
    await zzzc().awaitAddresses(NS, 'db', 'shbt', ['198.18.2.17']);
    for (const member of set().members) await awaitNothingOf(member, NS, 'old');
    await hubHoldsAll();
    // It showed `old` again, which its exporter had withdrawn.
    finding.deleted(await deletions.all(), [
      `hub: exportedservices ${memberNamespace('shbt')}/${NS}.old`,
      ...set().members.map(({ id }) => `${id}: serviceimports ${NS}/old`),
    ]);
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
