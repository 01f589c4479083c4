import { afterAll, beforeAll, expect, it } from 'vitest';
import { configMaps } from '#apis/kubernetes/config-map.ts';
import { wakeTogether } from '#src/cache/outage.ts';
import { eventually } from '#test/driver/eventually.ts';
import { answer, errorInStream } from '#test/proxy/actions.ts';
import type { ProxiedRequest } from '#test/proxy/request.ts';
import { Rig } from './rig.ts';
import { watchConfigMaps } from './watched.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.start();
});
afterAll(() => rig.stop());

/** Longer than any wait of this test: who recovers in time was woken. */
const FOR_EVER = { first: 600_000, cap: 600_000, forgetAfter: 600_000 };

it('one informer that is answered again ends the outage for all of its API server', async () => {
  const patient = await watchConfigMaps(rig.through(), await rig.namespace(), {
    timings: { reconnect: FOR_EVER },
  });
  const quick = await watchConfigMaps(rig.through(), await rig.namespace());
  wakeTogether([patient.informer, quick.informer]);
  await rig.proxy.mode('refuse');
  // The first failure of each is tried again at once; the second one waits.
  await eventually('both wait', async () => {
    expect([patient.counts.failedWatches, quick.counts.failedWatches].every((failed) => failed >= 2)).toBe(
      true,
    );
  });
  expect(patient.informer.health.state).toBe('failing');
  await rig.proxy.mode('pass');
  await eventually('both are live', async () => {
    expect([patient, quick].map(({ informer }) => informer.health.state)).toEqual(['live', 'live']);
  });
});

it('whoever was told to come back later waits that long, and not the outage out', async () => {
  const namespace = await rig.namespace();
  const told = await watchConfigMaps(rig.through(), namespace, { timings: { reconnect: FOR_EVER } });
  const quick = await watchConfigMaps(rig.through(), await rig.namespace());
  wakeTogether([told.informer, quick.informer]);
  await rig.proxy.mode('refuse');
  await eventually('both wait', async () => {
    expect([told.counts.failedWatches, quick.counts.failedWatches].every((failed) => failed >= 2)).toBe(true);
  });
  const busy = rig.proxy.script({
    when: ({ verb, namespace: asked }) => verb === 'watch' && asked === namespace,
    action: answer(429, { retryAfterSeconds: 1 }),
  });
  await rig.proxy.mode('pass');
  await eventually('the busy server is asked', async () => expect(busy.taken).toBe(1));
  rig.proxy.resetConnections();
  await eventually('both are live', async () => {
    expect([told, quick].map(({ informer }) => informer.health.state)).toEqual(['live', 'live']);
  });
});

it('whoever was answered, and refused, waits its own time, whatever others hear', async () => {
  const namespaces = [await rig.namespace(), await rig.namespace()] as const;
  const refused = await watchConfigMaps(rig.through(), namespaces[0], { timings: { reconnect: FOR_EVER } });
  const quick = await watchConfigMaps(rig.through(), namespaces[1]);
  wakeTogether([refused.informer, quick.informer]);
  const endWatchIn = (namespace: string) =>
    rig.proxy.streams.find(({ request }) => request.namespace === namespace)?.reset();
  const refusing = rig.proxy.script({
    when: ({ verb, namespace: asked }) => verb === 'watch' && asked === namespaces[0],
    times: Number.POSITIVE_INFINITY,
    action: answer(500),
  });
  endWatchIn(namespaces[0]);
  await eventually('it is refused', async () => expect(refused.counts.failedWatches).toBe(2));
  endWatchIn(namespaces[1]);
  await eventually('the other is answered again', async () => expect(quick.counts.watches).toBe(2));
  await rig.world.create(configMaps, { metadata: { name: 'later', namespace: namespaces[1] } });
  await eventually('the other hears news', async () => expect(quick.informer.size).toBeGreaterThan(0));
  expect(refusing.taken).toBe(1);
});

it('an outage is over for whoever is answered: what the server has forgotten meanwhile is listed at once', async () => {
  const namespace = await rig.namespace();
  const watched = await watchConfigMaps(rig.through(), namespace);
  const isIts = ({ verb, namespace: asked }: ProxiedRequest) => verb === 'watch' && asked === namespace;
  await rig.proxy.mode('refuse');
  await eventually('it has waited for some time', async () =>
    expect(watched.counts.failedWatches).toBeGreaterThan(3),
  );
  const gone = rig.proxy.script({ when: isIts, action: errorInStream(410) });
  await rig.proxy.mode('pass');
  await eventually('it is told', async () => expect(gone.taken).toBe(1));
  await eventually('it lists', async () => expect(watched.counts.lists).toBe(2));
  const [last] = watched.log.lines.filter(({ message }) => message === 'watch failed').slice(-1);
  expect(last?.fields).toMatchObject({ retryInMs: 0 });
});
