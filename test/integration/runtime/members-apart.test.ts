import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { configMaps } from '#apis/kubernetes/config-map.ts';
import { newInformer } from '#src/cache/informer.ts';
import { keyOf, splitKey } from '#src/cache/lister.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { connect } from '#src/kube/connect.ts';
import { watch } from '#src/runtime/controller.ts';
import { Manager } from '#src/runtime/manager.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { SteppedClock } from '#test/clock/stepped-clock.ts';
import { type SingleCluster, startCluster } from '#test/clusters/start.ts';
import { eventually } from '#test/driver/eventually.ts';
import { stall } from '#test/proxy/actions.ts';
import { startFaultProxy } from '#test/proxy/fault-proxy.ts';
import { CountingMetrics } from '#test/runtime/counting-metrics.ts';
import { RecordingLog } from '#test/runtime/recording-log.ts';
import { touch } from './config-maps.ts';

const clock = systemClock();
let running: SingleCluster;
let admin: KubeClient;
beforeAll(async () => {
  running = await startCluster({ name: 'members' });
  admin = connect({ cluster: 'admin', kubeconfig: { text: running.cluster.kubeconfig }, clock });
});
afterAll(async () => {
  await admin.close();
  await running.stop();
});

/**
 * One member's part of a process that serves several: its own client, cache, controller and manager. All
 * members are one real API server, each behind a wire of its own that the test can break.
 */
async function engage(name: string) {
  const proxy = await startFaultProxy({ target: running.cluster.kubeconfig });
  onTestFinished(() => proxy.close());
  const client = connect({ cluster: name, kubeconfig: { text: proxy.kubeconfig }, clock });
  const time = new SteppedClock();
  const log = new RecordingLog();
  const metrics = new CountingMetrics();
  const manager = new Manager({ clock: time, log, random: () => 0, metrics: () => metrics });
  const informer = newInformer({ client, clock, log }, { resource: configMaps, namespace: 'default' });
  manager.addInformer(informer, { required: true });
  manager.addCloser(name, () => client.close());
  const seen = new Map<string, string | undefined>();
  const queue = manager.addController({
    name,
    workers: 2,
    permissions: [],
    watches: [
      watch(informer, (_before, after) => (after?.metadata.name.startsWith(name) ? [keyOf(after)] : [])),
    ],
    reconcile: async (key, { signal }) => {
      const map = await client.get(configMaps, splitKey(key), { signal });
      seen.set(key, map.data?.['n']);
      return undefined;
    },
  });
  const abort = new AbortController();
  const life = manager.run(abort.signal);
  /** Takes the member out; the time it may take passes at once. */
  const disengage = async () => {
    abort.abort();
    await time.step(20_000);
    await life;
  };
  onTestFinished(disengage);
  await eventually(`${name} is ready`, async () => expect(manager.unready()).toBeUndefined());
  const change = async (n: number) => {
    await touch(admin, `${name}-map`, n);
    await eventually(`${name} sees ${n}`, async () =>
      expect(seen.get(`default/${name}-map`)).toBe(String(n)),
    );
  };
  return { proxy, log, metrics, queue, change, disengage };
}

it('11: a member removed in the middle of a reconcile ends quietly, and others do not notice', async () => {
  const [zzzc, shbt] = await Promise.all([engage('zzzc'), engage('shbt')]);
  await zzzc.change(1);
  await shbt.change(1);
  expect(shbt.proxy.streams).toHaveLength(1);

  const hung = shbt.proxy.script({ when: ({ verb }) => verb === 'get', times: 2, action: stall() });
  shbt.queue.enqueue('default/shbt-map');
  shbt.queue.enqueue('default/another-map');
  await eventually('both of its workers are busy', async () => expect(hung.taken).toBe(2));
  const before = { ...shbt.metrics.ended };
  await shbt.disengage();

  expect(shbt.log.alarms).toEqual([]);
  expect(shbt.metrics.ended).toEqual(before);
  await eventually('nothing of it is open', async () =>
    expect([shbt.proxy.streams.length, shbt.proxy.connections.open]).toEqual([0, 0]),
  );
  await zzzc.change(2);
  expect(zzzc.log.alarms).toEqual([]);
});

it('11: a member whose API server hangs does not delay the others', async () => {
  const [zzzc, shbt] = await Promise.all([engage('zzzc'), engage('shbt')]);
  await zzzc.change(1);
  await shbt.change(1);
  const finished = { ...shbt.metrics.ended };

  await shbt.proxy.mode('blackhole');
  for (let i = 0; i < 100; i++) shbt.queue.enqueue(`default/shbt-${i}`);
  await eventually('its workers hang', async () => expect(shbt.metrics.running).toBe(2));
  for (let n = 2; n <= 20; n++) await zzzc.change(n);

  expect(shbt.metrics.running).toBe(2);
  expect(shbt.metrics.ended).toEqual(finished);
  expect(zzzc.log.alarms).toEqual([]);
});
