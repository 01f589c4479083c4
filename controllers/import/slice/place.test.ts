import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SERVICE_NAME_LABEL, SOURCE_CLUSTER_LABEL, SOURCE_SLICE_LABEL } from '#apis/labels.ts';
import type { SlicePlace } from '#controllers/absence/proof.ts';
import { importedSliceName } from '#controllers/endpoints/names.ts';
import type { ImportedSliceView, SliceView } from '#controllers/endpoints/views.ts';
import { placeOfImported, placeOfKey, sliceKey } from './place.ts';

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/);
const place: fc.Arbitrary<SlicePlace> = fc.record({
  namespace: label,
  service: label,
  cluster: label,
  sliceHash: fc.stringMatching(/^[0-9a-v]{13}$/),
});

function imported(
  { namespace, service, cluster, sliceHash }: SlicePlace,
  name = importedSliceName(cluster, namespace, service, sliceHash),
): ImportedSliceView {
  const labels = {
    [SERVICE_NAME_LABEL]: service,
    [SOURCE_CLUSTER_LABEL]: cluster,
    [SOURCE_SLICE_LABEL]: sliceHash,
  };
  return {
    view: 'imported',
    metadata: { namespace, name, labels },
    addressType: 'IPv4',
    fingerprint: '',
  };
}

// linkerd2#12499 read it out of names, in which both parts may hold dashes.
test('which source an imported slice shows is what its labels say, whatever its name', () => {
  fc.assert(
    fc.property(place, label, (at, name) => {
      expect(placeOfImported(imported(at))).toEqual(at);
      expect(placeOfImported(imported(at, name))).toEqual(at);
    }),
  );
});

test('a slice that lacks one of the labels shows no source', () => {
  const whole = imported({ namespace: 'prod', service: 'db', cluster: 'zzzc', sliceHash: 'h' });
  for (const missing of Object.keys(whole.metadata.labels ?? {})) {
    const { [missing]: _, ...labels } = whole.metadata.labels ?? {};
    const slice: SliceView = { ...whole, metadata: { ...whole.metadata, labels } };
    expect(placeOfImported(slice)).toBeUndefined();
  }
});

test('a key says of one place what it is made of', () => {
  fc.assert(
    fc.property(place, (at) => {
      expect(placeOfKey(sliceKey(at))).toEqual(at);
    }),
  );
});
