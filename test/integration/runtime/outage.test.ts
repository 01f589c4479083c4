import { afterAll, beforeAll, expect, it } from 'vitest';
import { wakeTogether } from '#src/cache/outage.ts';
import { eventually } from '#test/driver/eventually.ts';
import { answer } from '#test/proxy/actions.ts';
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
