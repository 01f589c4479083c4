import { isDeepStrictEqual } from 'node:util';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { KUBE_SERVICE_NAME_LABEL } from '#apis/labels.ts';
import { skipWithout } from '#test/clusters/use-clusters.ts';
import { headless } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { History } from '#test/driver/history.ts';
import { idle, LISTENING } from '#test/driver/idle.ts';
import { newsIn, readingOfRecord, readingOfSlice } from '#test/driver/readings.ts';
import { sliceRecordsOf } from '#test/driver/records.ts';
import { markAll, requestsSince } from '#test/driver/requests-of-all.ts';
import { awaitPod, pods } from '#test/driver/running-pods.ts';
import { useSet } from '#test/driver/use-set.ts';
import { statefulSets } from '#test/driver/workloads.ts';
import { ask } from '#test/resolver/resolve.ts';

const NS = 'prod';
const PODS = ['db-0', 'db-1'];
const MOST_REPLACED = 5;

/** The pods are objects only, and their addresses come from one that hands out the lowest free one. */
describe('a StatefulSet whose pods come back with the address that they had', () => {
  const set = useSet({
    members: ['zzzc', 'shbt'],
    clusters: { audit: true },
    each: { zzzc: { pods: true }, shbt: { dns: true } },
    agents: false,
  });
  const zzzc = () => set().member('zzzc');
  const addresses = () => Promise.all(PODS.map((name) => awaitPod(zzzc(), NS, name)));
  const sourceSlices = async () =>
    (
      await zzzc().client.list(endpointSlices, {
        namespace: NS,
        labelSelector: `${KUBE_SERVICE_NAME_LABEL}=db`,
      })
    ).items;

  /** Resolves when both pods are in the slice, its last state is everywhere, and nobody has anything left to do. */
  async function settled(): Promise<void> {
    const ready = await addresses();
    await eventually('the last state of the slice is on the hub', async () => {
      const [slice] = await sourceSlices();
      expect(slice?.endpoints?.flatMap((endpoint) => endpoint.addresses).sort()).toEqual(ready);
      const [record] = await sliceRecordsOf(set().hub, 'zzzc', NS, 'db');
      expect(record?.spec.source.generation).toBe(slice?.metadata.generation);
    });
    for (const member of set().members) await member.awaitAddresses(NS, 'db', 'zzzc', ready);
    for (const { id } of set().members) await idle(set().agent(id));
  }

  async function replace(name: string): Promise<void> {
    const { metadata: old } = await zzzc().client.get(pods, { namespace: NS, name });
    await zzzc().deletes(pods, NS, name);
    await eventually(`${name} is another pod`, async () => {
      const { metadata } = await zzzc().client.get(pods, { namespace: NS, name });
      if (metadata.uid === old.uid) throw new Error('it is the old one');
    });
  }

  async function answers(name: string): Promise<string[]> {
    const question = {
      name: `${name}.zzzc.db.${NS}.svc.clusterset.local`,
      type: 'A',
      protocol: 'udp',
    } as const;
    return (await ask({ ...set().cluster('shbt').dns, ...question })).answers;
  }

  beforeAll(async () => {
    set().startHub();
    for (const { id } of set().members) set().startAgent(id, LISTENING);
    await zzzc().service(headless(NS, 'db', { selector: { app: 'db' } }));
    await zzzc().has(statefulSets, {
      apiVersion: 'apps/v1',
      kind: statefulSets.kind,
      metadata: { namespace: NS, name: 'db' },
      spec: {
        replicas: PODS.length,
        serviceName: 'db',
        selector: { matchLabels: { app: 'db' } },
        template: {
          metadata: { labels: { app: 'db' } },
          spec: { containers: [{ name: 'main', image: 'example.invalid/main:1' }] },
        },
      },
    });
    await zzzc().exports(NS, 'db');
    await zzzc().awaitCondition(NS, 'db', 'Conflict', 'False');
    await settled();
  });

  it('costs a write for each change of its readiness, and no other', async (context) => {
    skipWithout(context, set().cluster('zzzc'), 'pods');
    skipWithout(context, set().cluster('hub'), 'audit');
    const before = await addresses();
    const source = await History.open(zzzc().client, endpointSlices, NS);
    const records = await History.open(set().hub, exportedEndpointSlices, memberNamespace('zzzc'));
    onTestFinished(async () => void (await Promise.all([source.close(), records.close()])));
    const marks = await markAll(set());

    // Whoever hands out addresses may learn of the new pod before it has taken the old one's back: then once more.
    for (let replaced = 0; replaced === 0 || !isDeepStrictEqual(await addresses(), before); replaced++) {
      if (replaced === MOST_REPLACED) throw new Error('the pod never gets the address back');
      await replace('db-0');
    }
    await settled();
    // DNS and the test's own watches have what is settled by watches of their own.
    await eventually('its name leads to it', async () =>
      expect(await answers('db-0')).toEqual(before.slice(0, 1)),
    );
    await Promise.all([source.caughtUp(), records.caughtUp()]);

    const [slice] = await sourceSlices();
    const seen = newsIn(
      source.states.filter(({ metadata }) => metadata.uid === slice?.metadata.uid).map(readingOfSlice),
    );
    const published = records.states.map(readingOfRecord);
    // Each says something else than the one before, and comes from a state of the slice; two may become one write.
    expect(newsIn(published)).toEqual(published);
    expect(seen).toEqual(expect.arrayContaining(published));
    const writes = published.length - 1;
    expect(writes).toBeGreaterThan(0);
    expect(writes).toBeLessThan(seen.length);
    const {
      'zzzc, by its agent': atHome = {},
      'shbt, by its agent': elsewhere = {},
      ...onHub
    } = await requestsSince(set(), marks);
    expect(onHub).toEqual({
      'hub, by its controller': {},
      'hub, by zzzc': { 'update exportedendpointslices': writes },
      'hub, by shbt': {},
    });
    for (const { 'update endpointslices': shown = 0, ...others } of [atHome, elsewhere]) {
      expect(others).toEqual({});
      expect(shown).toBeLessThan(seen.length);
    }
  });
});
