import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clusterSets } from '#apis/hub/cluster-set.ts';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { memberNamespace, members } from '#apis/hub/member.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { namespaces } from '#apis/kubernetes/namespace.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import { deletedByAgent } from '#test/driver/audit.ts';
import { headless, pod, port, service, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { History } from '#test/driver/history.ts';
import { HUB_KINDS } from '#test/driver/hub-kinds.ts';
import { applyClusterSet, applyMember } from '#test/driver/install.ts';
import { completePictures, picturesOfAll, recordsOfAll } from '#test/driver/of-all.ts';
import { type Picture, uidsIn } from '#test/driver/picture.ts';
import { sliceRecord } from '#test/driver/slice-names.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { hasSeen, hasTakenOver } from '#test/driver/witness.ts';
import { answerRaw, editedList, statusOf } from '#test/proxy/actions.ts';
import { type FaultProxy, startFaultProxy } from '#test/proxy/fault-proxy.ts';
import type { ProxiedRequest } from '#test/proxy/request.ts';

const NS = 'slips';

export function slips(set: OpenedSet): void {
  const zzzc = () => set().member('zzzc');
  const shbt = () => set().member('shbt');
  const hub = () => set().cluster('hub');
  const admin = () => set().hubAdmin;
  /** Between shbt and the hub. */
  let proxy: FaultProxy;
  const records = {
    zzzc: { report: [`${NS}.db`], services: [`${NS}.db`], slices: [sliceRecord(NS, 'db', 'a')] },
    shbt: {
      report: [`${NS}.db`, `${NS}.web`],
      services: [`${NS}.db`, `${NS}.web`],
      slices: [sliceRecord(NS, 'db', 'a'), sliceRecord(NS, 'web', 'a')].sort(),
    },
  };

  beforeAll(async () => {
    proxy = await startFaultProxy({ target: hub().kubeconfig });
    await set().restartAgent('shbt', { hubKubeconfig: await throughProxy('shbt') });
    await zzzc().service(headless(NS, 'db'));
    await zzzc().slice(slice(NS, 'db', 'a', [pod('db-0', '198.18.1.1')]));
    await zzzc().exports(NS, 'db');
    await shbt().service(headless(NS, 'db'));
    await shbt().slice(slice(NS, 'db', 'a', [pod('db-0', '198.18.2.1')]));
    await shbt().exports(NS, 'db');
    await shbt().service(service(NS, 'web', { ports: [port('tcp', 80)] }));
    await shbt().slice(slice(NS, 'web', 'a', [pod('web-0', '198.18.2.9')]));
    await shbt().exports(NS, 'web');
    await set().settle(NS);
    for (const member of set().members) {
      await member.awaitAddresses(NS, 'db', 'zzzc', ['198.18.1.1']);
      await member.awaitAddresses(NS, 'db', 'shbt', ['198.18.2.1']);
      await member.awaitAddresses(NS, 'web', 'shbt', ['198.18.2.9']);
    }
  });
  afterAll(async () => {
    await set().restartAgent('shbt');
    await proxy?.close();
  });

  it.each(HUB_KINDS)('the CRD of $kind is dropped, and installed again', async (kind) => {
    const known = await admin().clusterSetUID();
    const before = await completePictures(set(), NS);
    const from = set().members.map(({ id }) => set().agent(id).log.length);
    await admin().dropKind(kind);
    for (const [index, { id }] of set().members.entries()) {
      await hasSeen(set().agent(id), 404, { kind, from: from[index] });
    }
    expect(await picturesOfAll(set(), NS)).toEqual(before);
    const address = await anotherAddress();
    await zzzc().awaitAddresses(NS, 'db', 'zzzc', [address]);

    await admin().installKinds();
    // What was the admin's, the admin has to make again.
    if (kind === members) for (const { id } of set().members) await applyMember(hub(), id);
    if (kind === clusterSets) {
      await applyClusterSet(hub());
      await admin().replaces(known);
    }
    await isAsBefore(before, address);
  });

  it('the namespace of a member is deleted, and made again (guards against https://github.com/antrea-io/antrea/blob/main/docs/multicluster/upgrade.md)', async () => {
    const before = await completePictures(set(), NS);
    const namespace = { name: memberNamespace('zzzc') };
    await admin().deletes(namespaces, namespace);
    await eventually('the namespace is gone', async () => {
      if (await orAbsent(set().hub.get(namespaces, namespace))) throw new Error('it is still there');
    });
    expect(await admin().records('zzzc', NS)).toEqual({ report: undefined, services: [], slices: [] });
    expect(await picturesOfAll(set(), NS)).toEqual(before);
    const address = await anotherAddress();
    await zzzc().awaitAddresses(NS, 'db', 'zzzc', [address]);

    await set().grantMember('zzzc');
    await isAsBefore(before, address);
  });

  it.each([
    ['an empty', () => []],
    ['a partial', (items: unknown[]) => items.slice(0, Math.floor(items.length / 2))],
  ])('%s list of every kind is answered, and later a complete one', async (_, part) => {
    const before = await completePictures(set(), NS);
    const agent = set().agent('shbt');
    const from = agent.log.length;
    const scripts = HUB_KINDS.map(({ plural }) =>
      proxy.script({
        when: ({ verb, resource }) => verb === 'list' && resource === plural,
        times: Number.POSITIVE_INFINITY,
        action: editedList(part),
      }),
    );
    await expireWatches();
    for (const kind of HUB_KINDS) await hasTakenOver(agent, kind, from);
    expect(await picturesOfAll(set(), NS)).toEqual(before);

    for (const script of scripts) script.cancel();
    const address = await anotherAddress();
    await expireWatches();
    await isAsBefore(before, address);
  });

  it('a stale list is answered: it is asked again without a version, and nothing goes back', async () => {
    const path = `/apis/${exportedEndpointSlices.group}/${exportedEndpointSlices.version}/${exportedEndpointSlices.plural}`;
    const stale = JSON.stringify(await hub().admin.get(path));
    const address = await anotherAddress();
    await shbt().awaitAddresses(NS, 'db', 'zzzc', [address]);
    const history = await History.open(shbt().client, endpointSlices, NS);
    const asked = ({ verb, resource }: ProxiedRequest) =>
      verb === 'list' && resource === exportedEndpointSlices.plural;
    proxy.requests.length = 0;
    proxy.script({ when: asked, action: answerRaw(200, stale) });
    await expireWatches();
    await eventually('the list is asked again', async () => {
      const versions = proxy.requests.filter(asked).map(({ query }) => query.get('resourceVersion') ?? '');
      expect(versions).toEqual([expect.stringMatching(/^[1-9]/), '']);
    });
    const next = await anotherAddress();
    await shbt().awaitAddresses(NS, 'db', 'zzzc', [next]);
    await history.caughtUp();
    await history.close();
    const shown = history.states.flatMap(({ endpoints }) => endpoints ?? []).flatMap((one) => one.addresses);
    expect(new Set(shown)).toEqual(new Set([address, next, '198.18.2.1', '198.18.2.9']));
  });

  it('throughout, no agent has deleted anything of all this', async () => {
    for (const { id } of set().members) {
      const deleted = await deletedByAgent(set().cluster(id));
      expect(deleted.filter((what) => what.includes(` ${NS}/`) && !what.includes('/marker-'))).toEqual([]);
    }
  });

  /** Everything is live again: new addresses arrive, the hub holds all records, and nothing is another object. */
  async function isAsBefore(before: Record<string, Picture>, address: string): Promise<void> {
    for (const member of set().members) await member.awaitAddresses(NS, 'db', 'zzzc', [address]);
    await set().settle(NS);
    await eventually('the hub holds everything again', async () =>
      expect(await recordsOfAll(set(), NS)).toEqual(records),
    );
    const after = await picturesOfAll(set(), NS);
    for (const { id } of set().members) expect(uidsIn(after[id])).toEqual(uidsIn(before[id]));
  }

  let last = 1;
  /** Gives the pod of zzzc's `db` an address that it has not had. */
  async function anotherAddress(): Promise<string> {
    const address = `198.18.1.${++last}`;
    await zzzc().slice(slice(NS, 'db', 'a', [pod('db-0', address)]));
    return address;
  }

  async function throughProxy(id: string): Promise<string> {
    const { workspace } = set().clusters;
    const text = await proxy.kubeconfigFor(id, readFileSync(set().files(id).hubKubeconfig, 'utf8'));
    return workspace.write(`agent-${id}-proxy.kubeconfig`, text);
  }

  /** Has every kind listed anew. */
  async function expireWatches(): Promise<void> {
    await eventually('all watches are open', async () =>
      expect(proxy.streams).toHaveLength(HUB_KINDS.length),
    );
    for (const stream of proxy.streams) {
      await stream.send({ type: 'ERROR', object: statusOf(410) });
      stream.end();
    }
  }
}
