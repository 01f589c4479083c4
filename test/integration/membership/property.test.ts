import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memberNamespace, members } from '#apis/hub/member.ts';
import { memberReports } from '#apis/hub/member-report.ts';
import {
  CLUSTER_ID_PROPERTY,
  CLUSTER_SET_PROPERTY,
  clusterProperties,
  type IClusterProperty,
} from '#apis/kubernetes/cluster-property.ts';
import { leases } from '#apis/kubernetes/lease.ts';
import { HUB_LEASE_NAME } from '#controllers/membership/lease-controller.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { JumpingClock } from '#test/clock/jumping-clock.ts';
import { headless, pod, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { applyMember } from '#test/driver/install.ts';
import { refuse } from '#test/driver/refuse.ts';
import { TestSet } from '#test/driver/set.ts';

/** The kind in a later version than the first: a cluster serves what it has. */
const PROPERTIES = { ...clusterProperties, version: 'v1beta1' };
/** How long an agent leaves its cluster's properties alone once it has looked. */
const NEXT_LOOK = 300_000;
const RENEWAL = 1_000;
const CONFIG = { leaseInterval: RENEWAL };

let set: TestSet;
/** What each agent takes for the time. */
const clock = { zzzc: new JumpingClock(systemClock()), shbt: new JumpingClock(systemClock()) };

beforeAll(async () => {
  set = await TestSet.openWithoutAgents({ members: ['zzzc', 'shbt'] });
  await Promise.all(set.members.map((member) => member.namespace('prod')));
  set.startHub();
  set.startAgent('zzzc', CONFIG, clock.zzzc);
});
afterAll(() => set?.close());

describe('ClusterProperty (KEP-2149)', () => {
  test('is written where its kind is there and nobody else says anything', async () => {
    await set.member('zzzc').marks('prod', 'first');
    await set.member('zzzc').awaitImport('prod', 'first');
    await about('zzzc');
    clock.zzzc.jump(NEXT_LOOK);
    await eventually('both properties of zzzc', async () => {
      expect(await property('zzzc', CLUSTER_ID_PROPERTY)).toBe('zzzc');
      expect(await property('zzzc', CLUSTER_SET_PROPERTY)).toBe(await set.hubAdmin.clusterSetUID());
    });
  });

  test('another writer’s other id stops the agent with words, until they agree', async () => {
    await about('shbt');
    const shbt = set.member('shbt');
    await shbt.client.create(PROPERTIES, {
      metadata: { name: CLUSTER_ID_PROPERTY },
      spec: { value: 'bjpdc' },
    });
    set.startAgent('shbt', CONFIG, clock.shbt);
    await shbt.marks('prod', 'blocked');
    await awaitReady('blocked', 'False', /ClusterProperty cluster\.clusterset\.k8s\.io .* is "bjpdc"/);
    expect(await property('shbt', CLUSTER_ID_PROPERTY)).toBe('bjpdc');
    const reports = await set.hub.list(memberReports, { namespace: memberNamespace('shbt') });
    expect(reports.items).toEqual([]);

    await somebodySays('shbt');
    clock.shbt.jump(NEXT_LOOK);
    await awaitReady('blocked', 'True', /^The hub holds this export/);
  });

  test('that an admission policy refuses is no obstacle: the agent publishes, and writes it when it may', async () => {
    const shbt = set.member('shbt');
    await set.stopAgent('shbt');
    await shbt.deletes(PROPERTIES, undefined, CLUSTER_ID_PROPERTY);
    const words = 'cluster-scoped objects need the label x';
    const allow = await refuse(set.cluster('shbt'), {
      kind: PROPERTIES,
      such: { metadata: { name: 'probe' }, spec: { value: 'probe' } },
      words,
      operations: ['CREATE'],
    });
    const agent = set.startAgent('shbt', CONFIG, clock.shbt);
    await shbt.marks('prod', 'unhindered');
    await set.member('zzzc').awaitImport('prod', 'unhindered');
    await awaitReady('unhindered', 'True', /^The hub holds this export/);
    await renews('shbt');
    const said = await eventually('the refusal is told', async () => {
      const lines = agent.log.filter(({ refusal }) => String(refusal).includes(words));
      expect(lines).toHaveLength(1);
      return lines;
    });
    expect(said).toMatchObject([{ property: CLUSTER_ID_PROPERTY }]);

    await allow();
    clock.shbt.jump(NEXT_LOOK);
    await eventually('the property is written', async () =>
      expect(await property('shbt', CLUSTER_ID_PROPERTY)).toBe('shbt'),
    );
  });

  test('that somebody edits stops what goes out and is told on every export; the Lease and what is out stay', async () => {
    const [zzzc, shbt] = [set.member('zzzc'), set.member('shbt')];
    const db = (address: string) => slice('prod', 'db', 'a', [pod('db-0', address)]);
    await shbt.service(headless('prod', 'db'));
    await shbt.slice(db('198.18.1.1'));
    await shbt.exports('prod', 'db');
    await zzzc.awaitAddresses('prod', 'db', 'shbt', ['198.18.1.1']);
    await awaitReady('db', 'True', /^The hub holds this export/);

    await somebodySays('bjpdc');
    clock.shbt.jump(NEXT_LOOK);
    for (const name of ['db', 'blocked', 'unhindered'])
      await awaitReady(name, 'False', /ClusterProperty cluster\.clusterset\.k8s\.io .* is "bjpdc"/);
    await shbt.slice(db('198.18.1.2'));
    await renews('shbt');
    expect(await zzzc.importedAddresses('prod', 'db', 'shbt')).toEqual(['198.18.1.1']);

    await somebodySays('shbt');
    clock.shbt.jump(NEXT_LOOK);
    await awaitReady('db', 'True', /^The hub holds this export/);
    await zzzc.awaitAddresses('prod', 'db', 'shbt', ['198.18.1.2']);
  });
});

describe('a Member that the hub’s admin deletes by slip', () => {
  test('is told on every export, and its Lease is left to whoever has the id', async () => {
    await set.hubAdmin.deletes(members, { name: 'shbt' });
    await awaitReady('db', 'False', /^The hub has no Member shbt/);
    const before = await renewal('shbt');
    await pause(2.5 * RENEWAL);
    expect(await renewal('shbt')).toBe(before);
    expect(await set.member('zzzc').importedAddresses('prod', 'db', 'shbt')).toEqual(['198.18.1.2']);

    await applyMember(set.cluster('hub'), 'shbt');
    await awaitReady('db', 'True', /^The hub holds this export/);
    await renews('shbt');
  });
});

async function property(id: string, name: string): Promise<string> {
  return (await set.member(id).client.get(PROPERTIES, { name })).spec.value;
}

/** Has another writer take over the id of shbt, and say this. */
async function somebodySays(value: string): Promise<void> {
  await set.member('shbt').edits(PROPERTIES, { name: CLUSTER_ID_PROPERTY }, (found) => ({
    ...found,
    metadata: { ...found.metadata, labels: {} },
    spec: { value },
  }));
}

/** Waits until Ready of an export of shbt has this status, in these words. */
async function awaitReady(name: string, status: 'True' | 'False', words: RegExp): Promise<void> {
  await eventually(`${name} says ${words}`, async () => {
    const { message } = await set.member('shbt').awaitCondition('prod', name, 'Ready', status);
    expect(message).toMatch(words);
  });
}

async function renewal(id: string): Promise<string | undefined> {
  const { spec } = await set.hub.get(leases, { namespace: memberNamespace(id), name: HUB_LEASE_NAME });
  return spec?.renewTime;
}

/** Waits until a member has renewed its Lease twice from now on: the first may have been under way. */
async function renews(id: string): Promise<void> {
  for (let n = 0; n < 2; n++) {
    const before = await renewal(id);
    await eventually(`${id} renews its Lease`, async () => expect(await renewal(id)).not.toBe(before));
  }
}

/** Installs the kind, as small as it can be. */
async function about(id: string): Promise<void> {
  const name = `${clusterProperties.plural}.${clusterProperties.group}`;
  const schema = {
    type: 'object',
    properties: { spec: { type: 'object', properties: { value: { type: 'string' } }, required: ['value'] } },
    required: ['spec'],
  };
  await set.cluster(id).admin.apply(`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`, {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    // Groups of Kubernetes' own ask for this word.
    metadata: { name, annotations: { 'api-approved.kubernetes.io': 'unapproved, for tests' } },
    spec: {
      group: clusterProperties.group,
      scope: 'Cluster',
      names: { kind: clusterProperties.kind, plural: clusterProperties.plural, singular: 'clusterproperty' },
      versions: [{ name: 'v1beta1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  });
  const { client } = set.member(id);
  await eventually(`ClusterProperty in ${id}`, () => client.list<IClusterProperty>(PROPERTIES));
}
