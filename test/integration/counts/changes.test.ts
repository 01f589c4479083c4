import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { skipWithout } from '#test/clusters/use-clusters.ts';
import { headless, pods, slice } from '#test/driver/builders.ts';
import { idle, LISTENING } from '#test/driver/idle.ts';
import { impatientClock } from '#test/driver/impatient-clock.ts';
import { podChanges } from '#test/driver/pod-changes.ts';
import { markAll, requestsSince } from '#test/driver/requests-of-all.ts';
import { SourceSlices } from '#test/driver/source-slices.ts';
import { useSet } from '#test/driver/use-set.ts';
import { WatchedSlices } from '#test/driver/watched-slices.ts';
import { startFaultProxy } from '#test/proxy/fault-proxy.ts';

/** What a member watches on the hub. */
const REOPENED = {
  'watch clustersets': 1,
  'watch members': 1,
  'watch memberreports': 1,
  'watch exportedservices': 1,
  'watch exportedendpointslices': 1,
};

describe('endpoint changes within a slice', () => {
  const set = useSet({ clusters: { audit: true }, agents: false, clock: impatientClock() });
  let watched: WatchedSlices[] = [];

  const allIdle = () => Promise.all(set().members.map(({ id }) => idle(set().agent(id))));
  const allShow = (address: string) => Promise.all(watched.map((slices) => slices.awaitAddress(address)));

  beforeAll(async () => {
    set().startHub();
    for (const { id } of set().members) set().startAgent(id, LISTENING);
    const zzzc = set().member('zzzc');
    await zzzc.service(headless('prod', 'db'));
    await zzzc.slice(slice('prod', 'db', 'a', pods(100)));
    await zzzc.exports('prod', 'db');
    watched = await Promise.all(set().members.map((member) => WatchedSlices.open(member, 'prod', 'db')));
    await allShow('198.18.10.0');
    await zzzc.awaitCondition('prod', 'db', 'Conflict', 'False');
    await allIdle();
  });
  afterAll(() => Promise.all(watched.map((slices) => slices.close())));

  it('200, one at a time, cost 200 hub writes, 200 in each cluster, and nothing else', async (context) => {
    skipWithout(context, set().cluster('hub'), 'audit');
    const marks = await markAll(set());
    const changes = { namespace: 'prod', slice: 'db-a', third: 20, count: 200 };
    for await (const address of podChanges(set().member('zzzc'), changes)) await allShow(address);
    await allIdle();
    expect(await requestsSince(set(), marks)).toEqual({
      'hub, by its controller': {},
      'hub, by zzzc': { 'update exportedendpointslices': 200 },
      'hub, by shbt': {},
      'hub, by bjpdc': {},
      'zzzc, by its agent': { 'update endpointslices': 200 },
      'shbt, by its agent': { 'update endpointslices': 200 },
      'bjpdc, by its agent': { 'update endpointslices': 200 },
    });
  });

  it('1,000 of 20 slices while the hub cannot be reached cost 20 hub writes when it can', async (context) => {
    skipWithout(context, set().cluster('hub'), 'audit');
    const shape = { namespace: 'prod', services: ['many'], slicesOfAService: 20, endpointsOfASlice: 10 };
    const sources = await SourceSlices.create(set().member('zzzc'), shape);
    const seen = await Promise.all(set().members.map((member) => WatchedSlices.open(member, 'prod', 'many')));
    onTestFinished(async () => void (await Promise.all(seen.map((slices) => slices.close()))));
    const [own, ...importers] = seen;
    const showsAll = async (slices: WatchedSlices | undefined) => {
      for (const address of sources.lastAddresses) await slices?.awaitAddress(address);
    };
    await Promise.all(seen.map(showsAll));
    const { hubKubeconfig } = set().files('zzzc');
    const proxy = await startFaultProxy({ target: readFileSync(hubKubeconfig, 'utf8') });
    onTestFinished(() => proxy.close());
    const through = set().clusters.workspace.write('zzzc-through-proxy.kubeconfig', proxy.kubeconfig);
    await set().stopAgent('zzzc');
    await idle(set().startAgent('zzzc', { ...LISTENING, hubKubeconfig: through }));
    await allIdle();

    await proxy.mode('refuse');
    const marks = await markAll(set());
    for (let change = 0; change < 1_000; change++) await sources.change();
    await showsAll(own);
    const arrived = sources.lastAddresses.filter((address) =>
      importers.some(({ addresses }) => addresses.has(address)),
    );
    expect(arrived).toEqual([]);

    await proxy.mode('pass');
    await Promise.all(importers.map(showsAll));
    await allIdle();
    const {
      'hub, by zzzc': onHub = {},
      'zzzc, by its agent': atHome = {},
      ...elsewhere
    } = await requestsSince(set(), marks);
    // Each watch is opened again at the version that it had come to, and one read tells whose hub it is.
    const { 'list clustersets': reads = 0, ...others } = onHub;
    expect(others).toEqual({ 'update exportedendpointslices': 20, ...REOPENED });
    expect(reads).toBeGreaterThanOrEqual(1);
    expect(reads).toBeLessThanOrEqual(Object.keys(REOPENED).length);
    expect(Object.keys(atHome)).toEqual(['update endpointslices']);
    expect(elsewhere).toEqual({
      'hub, by its controller': {},
      'hub, by shbt': {},
      'hub, by bjpdc': {},
      'shbt, by its agent': { 'update endpointslices': 20 },
      'bjpdc, by its agent': { 'update endpointslices': 20 },
    });
  });
});
