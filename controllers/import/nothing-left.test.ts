import { expect, test } from 'vitest';
import { projectSlice } from '#controllers/endpoints/views.ts';
import { decideRemoteSlice } from '#controllers/import/slice/decision.ts';
import { filled } from '#test/builders/caches.ts';
import { hubRecord, importFrom } from '#test/builders/imports.ts';
import { remoteSlice, written } from '#test/builders/remote-slices.ts';
import { serviceImportIndexes, sliceIndexes } from './indexes.ts';
import { nothingLeftOf } from './nothing-left.ts';

const EAST = 'kube-system-east';
const members = [
  { metadata: { name: 'east' }, spec: { removed: [EAST, 'older'] } },
  { metadata: { name: 'west' }, spec: { removed: ['a-west'] } },
  { metadata: { name: 'north' }, spec: {} },
];
const slice = projectSlice(written(decideRemoteSlice(remoteSlice())));

test('of a removed cluster nothing is left where neither a slice nor an import of its UID is', () => {
  const shown = (slices = [slice], imports = [importFrom(hubRecord('east'))]) => ({
    endpointSlices: filled(sliceIndexes, slices),
    serviceImports: filled(serviceImportIndexes, imports),
  });
  expect(nothingLeftOf(members, shown())).toEqual(['a-west', 'older']);
  expect(nothingLeftOf(members, shown([]))).toEqual(['a-west', 'older']);
  expect(nothingLeftOf(members, shown([slice], []))).toEqual(['a-west', 'older']);
  expect(nothingLeftOf(members, shown([], []))).toEqual(['a-west', EAST, 'older']);
});
