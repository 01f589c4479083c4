import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { KubeObject } from '#apis/meta.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { connect } from '#src/kube/connect.ts';
import { events as resource } from '#src/runtime/event.ts';
import { ApiEventRecorder } from '#src/runtime/event-recorder.ts';
import type { EventNote } from '#src/runtime/events.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { SteppedClock } from '#test/clock/stepped-clock.ts';
import { requireCapabilities } from '#test/clusters/provider.ts';
import { type SingleCluster, startCluster } from '#test/clusters/start.ts';

const clock = systemClock();
let running: SingleCluster;
let client: KubeClient;
beforeAll(async () => {
  running = await startCluster({ name: 'events' });
  client = connect({ cluster: 'events', kubeconfig: { text: running.cluster.kubeconfig }, clock });
});
afterAll(async () => {
  await client.close();
  await running.stop();
});

/** A note on a ConfigMap that need not be there: Events outlive what they are about. */
const note = (name: string, message = 'changed', uid = `uid of ${name}`): EventNote => ({
  about: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default', uid } },
  type: 'Normal',
  reason: 'Exported',
  message,
});

/** A recorder that signs with a name of the test's own, so that its Events can be told from others'. */
function recorder(name: string, through: KubeClient = client) {
  const time = new SteppedClock();
  const counts = { written: 0, failed: 0, dropped: 0 };
  const reporter = { controller: `tombolo.dev/${name}`, instance: 'member-0'.repeat(40) };
  const counted = (result: keyof typeof counts) => counts[result]++;
  const events = new ApiEventRecorder({
    client: through,
    clock: time,
    random: Math.random,
    reporter,
    counted,
  });
  const seen = async () => {
    const { items } = await client.list(resource, { namespace: 'default' });
    return items.filter((event) => event.reportingController === reporter.controller);
  };
  return { time, events, counts, seen };
}

it('Events about all sorts of objects are accepted', async () => {
  const { events, counts, seen } = recorder('sorts');
  const abouts: KubeObject[] = [
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'db', namespace: 'default', uid: 'u-1' } },
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'prod' } },
    { metadata: { name: `${'a'.repeat(200)}.${'b'.repeat(52)}`, namespace: 'default' } },
  ];
  for (const about of abouts) {
    events.record({ about, type: 'Warning', reason: 'PortConflict', message: 'Häfen '.repeat(300) });
  }
  await events.written();
  expect(counts).toEqual({ written: 3, failed: 0, dropped: 0 });
  const names = (await seen()).map((event) => event.regarding.name);
  expect(names.sort()).toEqual(abouts.map((about) => about.metadata.name).sort());
});

it('a note is recorded once in two minutes, and others on the same object beside it', async () => {
  const { time, events, seen } = recorder('repeated');
  const notes = async () => (await seen()).map((event) => event.note).sort();
  for (let i = 0; i < 5; i++) events.record(note('db', 'one'));
  events.record(note('db', 'two'));
  events.record(note('db', 'one', 'uid of its successor'));
  await events.written();
  expect(await notes()).toEqual(['one', 'one', 'two']);
  await time.step(119_999);
  events.record(note('db', 'one'));
  await time.step(1);
  events.record(note('db', 'two'));
  await events.written();
  expect(await notes()).toEqual(['one', 'one', 'two', 'two']);
});

it('a refused Event is counted, and nobody hears of it', async ({ skip }) => {
  const { skip: why } = requireCapabilities(running.cluster, 'identities');
  skip(why !== undefined, why);
  const kubeconfig = { text: running.cluster.kubeconfigFor({ user: 'nobody' }) };
  const nobody = connect({ cluster: 'events', kubeconfig, clock });
  onTestFinished(() => nobody.close());
  const { events, counts } = recorder('refused', nobody);
  events.record(note('db'));
  await events.written();
  expect(counts).toEqual({ written: 0, failed: 1, dropped: 0 });
});

it('an API server that hangs holds nobody up: what cannot be kept is dropped, the rest is written later', async ({
  skip,
}) => {
  const { skip: why } = requireCapabilities(running.cluster, 'restart');
  skip(why !== undefined, why);
  const { events, counts } = recorder('hung');
  await running.cluster.apiServer.pause();
  try {
    for (let i = 0; i < 500; i++) events.record(note(`map-${i}`));
    expect(counts).toEqual({ written: 0, failed: 0, dropped: 399 });
  } finally {
    await running.cluster.apiServer.resume();
  }
  await events.written();
  expect(counts).toEqual({ written: 101, failed: 0, dropped: 399 });
});

it('closing drops what waits and lets the Event that is being written finish', async () => {
  const { events, counts } = recorder('closing');
  events.record(note('a'));
  events.record(note('b'));
  await events.close();
  expect(counts).toEqual({ written: 1, failed: 0, dropped: 0 });
});
