import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { skipWithout } from '#test/clusters/use-clusters.ts';
import { headless, pod, pods, slice } from '#test/driver/builders.ts';
import type { MemberCluster } from '#test/driver/cluster.ts';
import { idle, LISTENING } from '#test/driver/idle.ts';
import { impatientClock } from '#test/driver/impatient-clock.ts';
import { useSet } from '#test/driver/use-set.ts';
import { WatchedSlices } from '#test/driver/watched-slices.ts';
import { startFaultProxy } from '#test/proxy/fault-proxy.ts';
import { markAll, requestsSince } from './requests-of-all.ts';

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
    await zzzc.slice(slice('prod', 'db', 'b', pods(10, 'few', 11)));
    await zzzc.exports('prod', 'db');
    watched = await Promise.all(set().members.map((member) => WatchedSlices.open(member, 'prod', 'db')));
    await allShow('198.18.10.0');
    await allShow('198.18.11.0');
    await zzzc.awaitCondition('prod', 'db', 'Conflict', 'False');
    await allIdle();
  });
  afterAll(() => Promise.all(watched.map((slices) => slices.close())));

  it('200, one at a time, cost 200 hub writes, 200 in each cluster, and nothing else', async (context) => {
    skipWithout(context, set().cluster('hub'), 'audit');
    const marks = await markAll(set());
    for await (const address of changes(set().member('zzzc'), 'db-a', 20, 200)) await allShow(address);
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

  it('1,000 while the hub cannot be reached cost one hub write when it can', async (context) => {
    skipWithout(context, set().cluster('hub'), 'audit');
    const { hubKubeconfig } = set().files('zzzc');
    const proxy = await startFaultProxy({ target: readFileSync(hubKubeconfig, 'utf8') });
    onTestFinished(() => proxy.close());
    const through = set().clusters.workspace.write('zzzc-through-proxy.kubeconfig', proxy.kubeconfig);
    await set().stopAgent('zzzc');
    await idle(set().startAgent('zzzc', { ...LISTENING, hubKubeconfig: through }));
    const [own, ...importers] = watched;

    await proxy.mode('refuse');
    const marks = await markAll(set());
    let last = '';
    for await (const address of changes(set().member('zzzc'), 'db-b', 30, 1_000)) last = address;
    await own?.awaitAddress(last);
    expect(importers.filter(({ addresses }) => addresses.has('198.18.30.0'))).toEqual([]);

    await proxy.mode('pass');
    await allShow(last);
    await allIdle();
    const {
      'hub, by zzzc': onHub = {},
      'zzzc, by its agent': atHome = {},
      ...elsewhere
    } = await requestsSince(set(), marks);
    // Each watch is opened again at the version that it had come to, and one read tells whose hub it is.
    const { 'list clustersets': reads = 0, ...others } = onHub;
    expect(others).toEqual({ 'update exportedendpointslices': 1, ...REOPENED });
    expect(reads).toBeGreaterThanOrEqual(1);
    expect(reads).toBeLessThanOrEqual(Object.keys(REOPENED).length);
    expect(Object.keys(atHome)).toEqual(['update endpointslices']);
    expect(elsewhere).toEqual({
      'hub, by its controller': {},
      'hub, by shbt': {},
      'hub, by bjpdc': {},
      'shbt, by its agent': { 'update endpointslices': 1 },
      'bjpdc, by its agent': { 'update endpointslices': 1 },
    });
  });
});

/**
 * Makes so many changes to a slice, each once the consumer has asked for the next: a pod comes back under the
 * address given.
 */
async function* changes(
  { client }: MemberCluster,
  name: string,
  third: number,
  count: number,
): AsyncGenerator<string> {
  let held = await client.get(endpointSlices, { namespace: 'prod', name });
  const endpoints = [...(held.endpoints ?? [])];
  for (let change = 0; change < count; change++) {
    const address = `198.18.${third + (change >> 8)}.${change & 255}`;
    const place = change % endpoints.length;
    endpoints[place] = pod(`db-${place}`, address);
    held = { ...held, endpoints: [...endpoints] };
    held = { ...held, metadata: await client.update(endpointSlices, held) };
    yield address;
  }
}
