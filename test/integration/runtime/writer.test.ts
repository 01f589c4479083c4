import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { configMaps, type IConfigMap } from '#apis/kubernetes/config-map.ts';
import { type IService, services } from '#apis/kubernetes/service.ts';
import { newInformer } from '#src/cache/informer.ts';
import { newWriter } from '#src/cache/writer.ts';
import { isAlreadyExists, isConflict } from '#src/kube/errors.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { RecordingLog } from '#test/runtime/recording-log.ts';
import { Rig } from './rig.ts';
import { until, type Watched, watchConfigMaps } from './watched.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.start();
});
afterAll(() => rig.stop());

/** A cache whose watch brings nothing before `release`, and a writer into it. */
async function written() {
  const namespace = await rig.namespace();
  const watched = await watchConfigMaps(rig.through(), namespace);
  const stream = rig.proxy.streams.find(({ request }) => request.namespace === namespace);
  const release = known(stream).hold();
  onTestFinished(release);
  const writer = newWriter(rig.world, configMaps, watched.informer);
  const cached = () => watched.informer.get(`${namespace}/map`);
  return { namespace, watched, release, writer, cached, map: (n: number) => mapOf(namespace, n) };
}

it('what was written is in the cache before any watch event, and listeners are told at once', async () => {
  const { watched, writer, cached, map } = await written();
  await writer.create(map(1));
  expect(cached()?.data).toEqual({ n: '1' });
  await writer.update({ ...map(2), metadata: { ...cached()?.metadata, name: 'map' } });
  expect(cached()?.data).toEqual({ n: '2' });
  expect(watched.changes.map(({ newObject, live }) => [newObject?.data?.['n'], live])).toEqual([
    ['1', true],
    ['2', true],
  ]);
  expect(watched.counts.events['ADDED']).toBeUndefined();
  await writer.delete(known(cached()));
  expect(cached()).toBeUndefined();
  expect(watched.changes).toHaveLength(3);
});

it('watch events older than a reply change nothing, and are told to nobody', async () => {
  const { watched, release, writer, cached, map } = await written();
  await writer.create(map(0));
  for (let n = 1; n <= 10; n++) {
    await writer.update({ ...map(n), metadata: known(cached()).metadata });
    expect(cached()?.data).toEqual({ n: String(n) });
  }
  release();
  await until('the watch has caught up', () => eventsOf(watched) === 11);
  expect(cached()?.data).toEqual({ n: '10' });
  expect(watched.changes).toHaveLength(11);
});

it('late events do not bring back what was deleted', async () => {
  const { watched, release, writer, cached, map } = await written();
  await writer.create(map(0));
  await writer.update({ ...map(1), metadata: known(cached()).metadata });
  await writer.delete(known(cached()));
  release();
  await until('the watch has caught up', () => watched.counts.events['DELETED'] === 1);
  expect(cached()).toBeUndefined();
  expect(watched.changes).toHaveLength(3);
});

it('late events of a deleted object do not disturb its successor', async () => {
  const { watched, release, writer, cached, map } = await written();
  await writer.create(map(0));
  await writer.delete(known(cached()));
  await writer.create(map(7));
  const successor = cached();
  release();
  await until('the watch has caught up', () => eventsOf(watched) === 3);
  expect(cached()).toBe(successor);
  expect(watched.changes).toHaveLength(3);
});

it("somebody else's later change arrives by the watch as ever", async () => {
  const { namespace, watched, release, writer, cached, map } = await written();
  release();
  await writer.create(map(0));
  await rig.world.apply(configMaps, mapOf(namespace, 5), { fieldManager: 'somebody', force: true });
  await until('it arrives', () => cached()?.data?.['n'] === '5');
  await watched.equals(rig.world);
});

it('what the server allocates follows with the watch event of the same version', async () => {
  const namespace = await rig.namespace();
  const client = rig.through();
  const informer = newInformer(
    { client, clock: systemClock(), log: new RecordingLog(), freeze: true },
    { resource: services, namespace },
  );
  const abort = new AbortController();
  const life = informer.run(abort.signal);
  await informer.waitForSync(abort.signal);
  const open = () => rig.proxy.streams.find(({ request }) => request.namespace === namespace);
  await until('the watch is open', () => open() !== undefined);
  const release = known(open()).hold();
  const writer = newWriter(rig.world, services, informer);
  const service: IService = { metadata: { namespace, name: 'web' }, spec: { ports: [{ port: 80 }] } };
  await writer.create(service);
  const assumed = known(informer.get(`${namespace}/web`));
  expect(assumed.spec?.clusterIP).toBeUndefined();
  release();
  await until('the address is known', () => informer.get(`${namespace}/web`)?.spec?.clusterIP !== undefined);
  expect(informer.get(`${namespace}/web`)?.metadata.resourceVersion).toBe(assumed.metadata.resourceVersion);
  abort.abort();
  await life;
});

it('a delete of what is gone is a success; one that meets another version is a conflict', async () => {
  const { namespace, writer, cached, map } = await written();
  await writer.create(map(0));
  const stale = known(cached());
  await rig.world.apply(configMaps, mapOf(namespace, 3), { fieldManager: 'somebody', force: true });
  await expect(writer.delete(stale)).rejects.toSatisfy(isConflict);
  expect(cached()).toBe(stale);
  await rig.world.delete(configMaps, { namespace, name: 'map' }, { uid: stale.metadata.uid ?? '' });
  await writer.delete(stale);
  expect(cached()).toBeUndefined();
});

it('a delete that finalizers hold up leaves the object until the watch takes it out', async () => {
  const { namespace, watched, release, writer, cached, map } = await written();
  release();
  const held = { ...map(0), metadata: { namespace, name: 'map', finalizers: ['example.com/hold'] } };
  await writer.create(held);
  await writer.delete(known(cached()));
  await until('it is marked', () => cached()?.metadata.deletionTimestamp !== undefined);
  const marked = known(cached());
  const { finalizers: _, ...metadata } = { finalizers: [], ...marked.metadata };
  await rig.world.update(configMaps, { ...marked, metadata });
  await until('it is gone', () => cached() === undefined);
  await watched.equals(rig.world);
});

it('refusals change nothing in the cache', async () => {
  const { release, writer, cached, map } = await written();
  release();
  await writer.create(map(0));
  const before = cached();
  await expect(writer.create(map(1))).rejects.toSatisfy(isAlreadyExists);
  const stale = { ...map(2), metadata: { ...known(before).metadata, resourceVersion: '1' } };
  await expect(writer.update(stale)).rejects.toSatisfy(isConflict);
  expect(cached()?.data).toEqual({ n: '0' });
  await expect(writer.update(map(3))).rejects.toThrow(TypeError);
});

function mapOf(namespace: string, n: number): IConfigMap {
  return { metadata: { namespace, name: 'map' }, data: { n: String(n) } };
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('it should be in the cache');
  return value;
}

function eventsOf({ counts }: Watched): number {
  return Object.values(counts.events).reduce((sum, count) => sum + count, 0);
}
