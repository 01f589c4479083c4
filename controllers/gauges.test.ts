import { expect, test } from 'vitest';
import { ALL_NAMESPACES } from '#controllers/membership/selected-namespaces.ts';
import type { InformerHealth } from '#src/cache/contract.ts';
import { Metrics } from '#src/observability/metrics.ts';
import { filled } from '#test/builders/caches.ts';
import { SteppedClock } from '#test/clock/stepped-clock.ts';
import { NO_EVIDENCE } from './absence/evidence.ts';
import { LocalExports } from './export/local-exports.ts';
import { addGauges } from './gauges.ts';
import { sliceIndexes } from './import/indexes.ts';
import { ImportTally } from './import/tally.ts';
import { sourceSliceIndexes } from './membership/indexes.ts';

/** The hub's two gauges, for connections in these states, ten seconds after the start of the epoch. */
async function hubGauges(...states: InformerHealth[]): Promise<string[]> {
  const metrics = new Metrics({ version: '', commit: '' });
  const clock = new SteppedClock(0);
  await clock.step(10_000);
  const serviceExports = filled({});
  const services = filled({});
  const slices = filled(sourceSliceIndexes);
  const hub = { clusterSet: undefined, member: () => undefined };
  addGauges(metrics, {
    exports: new LocalExports({
      cluster: 'zzzc',
      selected: ALL_NAMESPACES,
      hub,
      serviceExports,
      services,
      slices,
    }),
    serviceExports,
    serviceImports: filled({}),
    records: filled({}),
    endpointSlices: filled(sliceIndexes),
    members: filled({}),
    cluster: 'zzzc',
    hubView: { readable: false, evidence: NO_EVIDENCE },
    tally: new ImportTally(),
    credential: { at: undefined },
    hub: states.map((health) => ({ health })),
    clock,
  });
  const page = await metrics.registry.metrics();
  return page.split('\n').filter((line) => line.startsWith('tombolo_hub_'));
}

test('the hub is connected while any of its kinds is, and was last heard of through any of them', async () => {
  expect(
    await hubGauges({ state: 'failing', lastContact: 9_000 }, { state: 'live', lastContact: 4_000 }),
  ).toEqual(['tombolo_hub_connected 1', 'tombolo_hub_last_success_timestamp_seconds 9']);
});

test('a hub that never answered is not connected, since ever', async () => {
  const gauges = await hubGauges({ state: 'connecting' }, { state: 'failing', lastError: 'refused' });
  expect(gauges).toEqual(['tombolo_hub_connected 0', 'tombolo_hub_last_success_timestamp_seconds 0']);
});
