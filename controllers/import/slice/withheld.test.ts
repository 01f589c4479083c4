import { describe, expect, test } from 'vitest';
import type { IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import { ASSERTED_ANNOTATION } from '#apis/labels.ts';
import { NO_EVIDENCE } from '#controllers/absence/evidence.ts';
import { projectRecord } from '#controllers/endpoints/record-view.ts';
import { hubRecord, importFrom, reports } from '#test/builders/imports.ts';
import { remoteSlice, sliceRecord, viewOf, written } from '#test/builders/remote-slices.ts';
import { decideRemoteSlice } from './decision.ts';

describe('a slice of an unreachable member', () => {
  const withheld = (type: string) => type === 'ClusterSetIP';
  const shown = written(decideRemoteSlice(remoteSlice()));
  const existing = viewOf(shown, 'imported');

  test('that is withdrawn stays, shows no endpoints, and forgets nothing of who vouched for it', () => {
    const empty = written(decideRemoteSlice(remoteSlice({ existing, withheld })));
    expect(empty).toEqual({ ...shown, endpoints: [] });
    expect(shown.endpoints).toHaveLength(1);
  });

  test('comes back exactly as it was', () => {
    const empty = viewOf(written(decideRemoteSlice(remoteSlice({ existing, withheld }))), 'imported');
    expect(written(decideRemoteSlice(remoteSlice({ existing: empty })))).toEqual(shown);
  });

  test('is asked about by the type of the import, whatever its exporter’s own is', () => {
    const headless = importFrom(hubRecord('east', { type: 'Headless' }));
    expect(written(decideRemoteSlice(remoteSlice({ held: headless, withheld }))).endpoints).toHaveLength(1);
  });

  test('is left alone where its record is missing: nothing could bring it back', () => {
    expect(decideRemoteSlice(remoteSlice({ existing, record: undefined, withheld }))).toMatchObject({
      do: 'nothing',
    });
  });

  test('goes by proof all the same', () => {
    const evidence = reports({ east: { sequence: 3, services: [] } });
    expect(decideRemoteSlice(remoteSlice({ existing, evidence, withheld }))).toMatchObject({ do: 'remove' });
  });
});

describe('a slice of a cluster that another one has taken over from', () => {
  const isTakenOver = (uid: string) => uid === 'kube-system-east';
  const shown = written(decideRemoteSlice(remoteSlice()));
  const existing = viewOf(shown, 'imported');
  const withheld = () => true;
  const empty = viewOf(written(decideRemoteSlice(remoteSlice({ existing, withheld }))), 'imported');

  test('stays withheld, though the id is alive again and the record still there', () => {
    expect(decideRemoteSlice(remoteSlice({ existing: empty, isTakenOver })).do).toBe('nothing');
  });

  test('stays as it was shown, and is not shown anew: a takeover is no proof, and no sign of life', () => {
    const moved = sliceRecord({ endpoints: [], source: { uid: 'slice-1', generation: 4 } });
    expect(decideRemoteSlice(remoteSlice({ existing, record: moved, isTakenOver })).do).toBe('nothing');
    expect(decideRemoteSlice(remoteSlice({ isTakenOver })).do).toBe('nothing');
    expect(decideRemoteSlice(remoteSlice({ isTakenOver, withheld })).do).toBe('nothing');
  });

  test('is withheld while the id is unreachable', () => {
    expect(written(decideRemoteSlice(remoteSlice({ existing, isTakenOver, withheld })))).toEqual({
      ...shown,
      endpoints: [],
    });
  });

  test('goes when the admin states that its cluster is removed', () => {
    const evidence = { ...NO_EVIDENCE, isRemoved: (_cluster: string, uid: string) => isTakenOver(uid) };
    for (const given of [
      { existing, evidence },
      { existing: empty, evidence },
    ]) {
      expect(decideRemoteSlice(remoteSlice({ ...given, isTakenOver })).do).toBe('remove');
      expect(decideRemoteSlice(remoteSlice({ ...given, isTakenOver, record: undefined })).do).toBe('remove');
    }
  });

  test('becomes the other one’s with that one’s record of it, and does not turn back', () => {
    const asserted = { uid: 'kube-system-anew', sequence: 1 };
    const anew = sliceRecord({
      asserted,
      source: { uid: 'slice-9', generation: 1 },
      endpoints: ['198.18.3.7 RSt'],
    });
    const taken = written(decideRemoteSlice(remoteSlice({ existing: empty, record: anew, isTakenOver })));
    expect(taken.endpoints).toMatchObject([{ addresses: ['198.18.3.7'] }]);
    expect(taken.metadata.annotations?.[ASSERTED_ANNOTATION]).toBe('kube-system-anew/1');
    const late = remoteSlice({ existing: viewOf(taken, 'imported'), isTakenOver });
    expect(decideRemoteSlice(late).do).toBe('nothing');
    expect(decideRemoteSlice({ ...late, withheld }).do).toBe('nothing');
  });

  test('is left alone where its record cannot be read, which is said', () => {
    const malformed = projectRecord({ metadata: sliceRecord().metadata } as IExportedEndpointSlice);
    const decision = decideRemoteSlice(remoteSlice({ record: malformed, isTakenOver: () => true }));
    expect(decision).toMatchObject({ do: 'nothing', refused: expect.any(String) });
  });
});
