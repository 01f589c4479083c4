import { expect, test } from 'vitest';
import { hintsFor } from './hints.ts';

const zone = { forZones: [{ name: 'zone-a' }] };
const node = { forNodes: [{ name: 'node-1' }] };

/** SEMANTICS 3.10. `nodeName` is there for a cluster's own endpoints only. */
test.each([
  [undefined, { zone: 'zone-a', nodeName: 'node-1' }, undefined],
  ['', { zone: 'zone-a' }, undefined],
  ['NotYetInvented', { zone: 'zone-a' }, undefined],
  ['PreferClose', { zone: 'zone-a' }, zone],
  ['PreferSameZone', { zone: 'zone-a' }, zone],
  ['PreferSameZone', { zone: 'zone-a', nodeName: 'node-1' }, zone],
  ['PreferSameZone', {}, undefined],
  ['PreferSameNode', { zone: 'zone-a' }, zone],
  ['PreferSameNode', { zone: 'zone-a', nodeName: 'node-1' }, { ...zone, ...node }],
  ['PreferSameNode', { nodeName: 'node-1' }, node],
  ['PreferSameNode', {}, undefined],
  // The API server refuses a slice for a hint that is no label value.
  ['PreferSameZone', { zone: 'zone a' }, undefined],
  ['PreferSameZone', { zone: '' }, undefined],
  ['PreferSameZone', { zone: 'x'.repeat(64) }, undefined],
  ...['-x', 'x-', '.x', 'x.', '_x', 'x_', 'x\n', '\nx'].map((bad): [string, object, undefined] => [
    'PreferSameZone',
    { zone: bad },
    undefined,
  ]),
  ...['x', '9', 'A', 'a_b.c-D'].map((good): [string, object, object] => [
    'PreferSameZone',
    { zone: good },
    { forZones: [{ name: good }] },
  ]),
  ['PreferSameZone', { zone: 'x'.repeat(63) }, { forZones: [{ name: 'x'.repeat(63) }] }],
])('trafficDistribution %s for an endpoint at %j: %j', (trafficDistribution, endpoint, expected) => {
  expect(hintsFor(endpoint, trafficDistribution)).toEqual(expected);
});
