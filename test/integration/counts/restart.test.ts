import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { SOURCE_CLUSTER_LABEL } from '#apis/labels.ts';
import { skipWithout } from '#test/clusters/use-clusters.ts';
import { headless, pods, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { idle, LISTENING } from '#test/driver/idle.ts';
import { FIRST_SLICE, Publishers, serviceName, slicesOfAService } from '#test/driver/publishers.ts';
import type { RequestCounts } from '#test/driver/requests.ts';
import { type Marks, markAll, requestsSince } from '#test/driver/requests-of-all.ts';
import { sortWrites } from '#test/driver/store-writes.ts';
import { useSet } from '#test/driver/use-set.ts';
import { WatchedSlices } from '#test/driver/watched-slices.ts';

/** What is asked once at a start, to tell at once which right is missing: nothing is read or stored. */
const MAY_I = { 'create selfsubjectaccessreviews': expect.any(Number) };
const START_ON_HUB = {
  ...readOnce('clustersets', 'members', 'memberreports', 'exportedservices', 'exportedendpointslices'),
  ...MAY_I,
};
const START_AT_HOME = {
  ...readOnce('namespaces', 'services', 'endpointslices', 'serviceexports', 'serviceimports'),
  ...MAY_I,
  // What an agent must not forget lies in its own Lease, and nobody else writes that.
  'get leases': 1,
  // Nor does this cluster have the kind by which clusters say who they are.
  'get /apis/about.k8s.io 404': 1,
};

const PUBLISHERS = { count: 40, endpointsOfASlice: 1 };
const SERVICES = 15;
const SLICES = SERVICES * slicesOfAService(PUBLISHERS);

/** Of 40 publishing clusters only the records are there, written by the test; the importer is a real agent. */
describe(`a member agent that starts again, with ${SLICES} slices of 40 clusters in place`, () => {
  const set = useSet({ members: ['zzzc'], clusters: { audit: true }, agents: false });
  let publishers: Publishers;

  beforeAll(async () => {
    set().startHub();
    const zzzc = set().member('zzzc');
    publishers = new Publishers(set().hub, PUBLISHERS);
    await publishers.join();
    await Promise.all([
      publishers.publish(SERVICES),
      zzzc.service(headless('prod', 'own')),
      zzzc.slice(slice('prod', 'own', 'a', pods(3))),
      zzzc.exports('prod', 'own'),
    ]);
    const agent = set().startAgent('zzzc', LISTENING);
    await eventually(
      'every slice is imported',
      async () => {
        const labelSelector = SOURCE_CLUSTER_LABEL;
        const { items } = await zzzc.client.list(endpointSlices, { namespace: 'prod', labelSelector });
        expect(items).toHaveLength(SLICES + 1);
      },
      120_000,
    );
    await zzzc.awaitCondition('prod', 'own', 'Conflict', 'False');
    await idle(agent);
  });

  it('lists every kind once, reads one object, its own memory, asks for one kind more, and writes nothing', async (context) => {
    skipWithout(context, set().cluster('hub'), 'audit');
    const marks = await markAll(set());
    await set().stopAgent('zzzc');
    await idle(set().startAgent('zzzc', LISTENING));
    await hasAsked(marks, START_AT_HOME);
  });

  it('does so too while a change arrives, and writes that one', async (context) => {
    skipWithout(context, set().cluster('hub'), 'audit');
    const watched = await WatchedSlices.open(set().member('zzzc'), 'prod', serviceName(FIRST_SLICE.service));
    onTestFinished(() => watched.close());
    const marks = await markAll(set());
    await set().stopAgent('zzzc');
    const agent = set().startAgent('zzzc', LISTENING);
    await publishers.extend(FIRST_SLICE, '198.19.255.1');
    await watched.awaitAddress('198.19.255.1');
    await idle(agent);
    await hasAsked(marks, { ...START_AT_HOME, 'update endpointslices': 1 });
  });

  it('leaves the stores alone from then on, but for its two Leases', async (context) => {
    skipWithout(context, set().cluster('hub'), 'audit', 'etcd');
    await idle(await set().restartAgent('zzzc', { ...LISTENING, leaseInterval: 1_000 }));
    const stores = await Promise.all(['hub', 'zzzc'].map((name) => set().cluster(name).etcd.watchWrites()));
    onTestFinished(() => {
      for (const store of stores) store.close();
    });
    const marks = await markAll(set());
    await eventually('each Lease was renewed five times', async () => {
      for (const { keys } of stores) {
        const [renewals = 0] = Object.values(sortWrites(keys).renewals);
        expect(renewals).toBeGreaterThanOrEqual(5);
      }
    });
    await Promise.all(stores.map((store) => store.caughtUp()));
    expect(stores.map(({ keys }) => sortWrites(keys).others)).toEqual([[], []]);
    expect(await requestsSince(set(), marks)).toEqual({
      'hub, by its controller': {},
      'hub, by zzzc': {},
      'zzzc, by its agent': {},
    });
  });

  /** For an agent that is idle: it may be between the list of a kind and its watch, and has asked all else. */
  async function hasAsked(marks: Marks, atHome: RequestCounts): Promise<void> {
    await eventually('every watch is open', async () => {
      expect(await requestsSince(set(), marks)).toEqual({
        'hub, by its controller': {},
        'hub, by zzzc': START_ON_HUB,
        'zzzc, by its agent': atHome,
      });
    });
  }
});

/** One list, in one page where the API server answers from its cache, and one watch of each kind. */
function readOnce(...kinds: string[]): RequestCounts {
  return Object.fromEntries(
    kinds.flatMap((kind) => [`list ${kind}`, `watch ${kind}`].map((ask) => [ask, 1])),
  );
}
