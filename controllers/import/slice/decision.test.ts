import { describe, expect, test } from 'vitest';
import type { IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import { ASSERTED_ANNOTATION, KUBE_SERVICE_NAME_LABEL, SOURCE_GENERATION_ANNOTATION } from '#apis/labels.ts';
import { NO_EVIDENCE } from '#controllers/absence/evidence.ts';
import { absentServiceName } from '#controllers/endpoints/names.ts';
import { projectRecord } from '#controllers/endpoints/record-view.ts';
import type { ImportedSliceView } from '#controllers/endpoints/views.ts';
import { hubRecord, importFrom, NOT_EXPORTED, ownDb, refused, reports } from '#test/builders/imports.ts';
import { PORTS, REMOTE, remoteSlice, sliceRecord, viewOf, written } from '#test/builders/remote-slices.ts';
import { endpoint, slice } from '#test/driver/builders.ts';
import {
  decideOwnSlice,
  decideRemoteSlice,
  type OwnSliceInput,
  type RemoteSliceInput,
  type SliceDecision,
} from './decision.ts';

const local = { ...REMOTE, cluster: 'here' };

function ownInput(given: Partial<OwnSliceInput> = {}): OwnSliceInput {
  const source = slice('prod', 'db', 'abc', [endpoint('198.18.1.7', { nodeName: 'n1' })], PORTS);
  return {
    at: local,
    held: importFrom(hubRecord('here')),
    existing: undefined,
    derivedService: undefined,
    importIsCurrent: () => true,
    own: ownDb(),
    source: viewOf(source, 'source'),
    ...given,
  };
}

/** The imported slice as the cache would have it after this decision. */
function imported(decision: SliceDecision): ImportedSliceView {
  return viewOf(written(decision), 'imported');
}

const existing = imported(decideRemoteSlice(remoteSlice()));

describe('another member’s slice', () => {
  test('is shown as its record says, and remembers who vouched for it', () => {
    const made = written(decideRemoteSlice(remoteSlice()));
    expect(made.endpoints).toMatchObject([{ addresses: ['198.18.1.7'], hostname: 'db-0' }]);
    expect(made.metadata.ownerReferences).toMatchObject([{ name: 'db', uid: 'import-1' }]);
    expect(made.metadata.annotations).toEqual({
      [ASSERTED_ANNOTATION]: 'kube-system-east/2',
      [SOURCE_GENERATION_ANNOTATION]: 'slice-1/3',
    });
  });

  test.each<[string, Partial<RemoteSliceInput>]>([
    ['the hub has not been read', { hubReadable: false }],
    ['the record of its Service is missing', { admission: undefined }],
    ['the record of its Service is refused', { admission: refused(hubRecord('east')).admission }],
    ['there is no ServiceImport', { held: undefined }],
    [
      'the record is of an older generation',
      { record: sliceRecord({ source: { uid: 'slice-1', generation: 2 } }) },
    ],
    [
      'the record is malformed',
      { record: projectRecord({ metadata: sliceRecord().metadata } as IExportedEndpointSlice) },
    ],
    ['the record is missing and no inventory speaks of it', { record: undefined }],
  ])('stays as it is where %s', (_why, given) => {
    expect(decideRemoteSlice(remoteSlice({ existing, ...given })).do).toBe('nothing');
  });

  test.each<[string, Partial<RemoteSliceInput>]>([
    [
      'a newer report does not name its Service',
      { evidence: reports({ east: { sequence: 5, services: [] } }) },
    ],
    [
      'the newer inventory of its Service does not name it',
      {
        evidence: {
          ...NO_EVIDENCE,
          service: () => ({ uid: 'kube-system-east', sequence: 2, names: () => false }),
        },
      },
    ],
    ['its cluster is removed', { evidence: { ...NO_EVIDENCE, isRemoved: () => true } }],
  ])('goes where %s, whether its record is still there or not', (_why, given) => {
    expect(decideRemoteSlice(remoteSlice({ existing, ...given })).do).toBe('remove');
    expect(decideRemoteSlice(remoteSlice({ existing, record: undefined, ...given })).do).toBe('remove');
    expect(decideRemoteSlice(remoteSlice(given)).do).toBe('nothing');
  });

  test('does not go by an inventory from before it was asserted', () => {
    const evidence = reports({ east: { sequence: 1, services: [] } });
    expect(decideRemoteSlice(remoteSlice({ existing, record: undefined, evidence })).do).toBe('nothing');
  });

  test('does not go where nobody knows who vouched for it', () => {
    const unknown = { ...existing, metadata: { ...existing.metadata, annotations: {} } };
    const evidence = reports({ east: { sequence: 5, services: [] } });
    expect(decideRemoteSlice(remoteSlice({ existing: unknown, record: undefined, evidence })).do).toBe(
      'nothing',
    );
  });

  test('keeps the later assertion where a restored hub shows an earlier one', () => {
    const later = imported(
      decideRemoteSlice(
        remoteSlice({ record: sliceRecord({ asserted: { uid: 'kube-system-east', sequence: 9 } }) }),
      ),
    );
    const shown = written(decideRemoteSlice(remoteSlice({ existing: later })));
    expect(shown.metadata.annotations?.[ASSERTED_ANNOTATION]).toBe('kube-system-east/9');
  });

  test('follows an earlier generation that its cluster has vouched for since: it was restored from a backup', () => {
    const source = { uid: 'slice-1', generation: 2 };
    const asserted = { uid: 'kube-system-east', sequence: 3 };
    const restored = remoteSlice({ existing, record: sliceRecord({ source, asserted, endpoints: [] }) });
    expect(written(decideRemoteSlice(restored)).endpoints).toEqual([]);
    const other = { ...asserted, uid: 'kube-system-other' };
    expect(decideRemoteSlice({ ...restored, record: sliceRecord({ source, asserted: other }) }).do).toBe(
      'nothing',
    );
  });

  test('follows a source slice that was made anew, whatever its generation', () => {
    const anew = sliceRecord({ source: { uid: 'slice-2', generation: 1 }, endpoints: [] });
    expect(written(decideRemoteSlice(remoteSlice({ existing, record: anew }))).endpoints).toEqual([]);
  });

  test('with no endpoints is an empty slice: an import without endpoints is a normal state', () => {
    expect(
      written(decideRemoteSlice(remoteSlice({ record: sliceRecord({ endpoints: [] }) }))).endpoints,
    ).toEqual([]);
  });

  test.each<[string, Partial<RemoteSliceInput>]>([
    [
      'none of its ports is part of the import',
      { record: sliceRecord({ ports: [{ name: 'other', port: 1, protocol: 'TCP' }] }) },
    ],
    ['the import has not its family', { record: sliceRecord({ addressType: 'IPv6', endpoints: [] }) }],
  ])('goes where %s, unless its Service’s record is an old one', (_why, given) => {
    expect(decideRemoteSlice(remoteSlice({ existing, ...given })).do).toBe('remove');
    expect(decideRemoteSlice(remoteSlice({ existing, ...given, serviceRegressed: () => true })).do).toBe(
      'nothing',
    );
    expect(decideRemoteSlice(remoteSlice(given)).do).toBe('nothing');
  });

  test('stays where a port was edited and the import has yet to follow: what was served is served until then', () => {
    const edited = hubRecord('east', { ports: [{ name: 'pg', port: 5433, protocol: 'TCP' }] });
    const given = { existing, admission: edited.admission };
    expect(decideRemoteSlice(remoteSlice(given)).do).toBe('remove');
    const following = { ...given, importIsCurrent: () => false };
    expect(decideRemoteSlice(remoteSlice(following))).toMatchObject({ do: 'nothing', ask: true });
  });

  describe('a port was renamed, and the slice still has the old name', () => {
    const renamed = [{ name: 'postgres', port: 5432, protocol: 'TCP' as const }];
    const { admission } = hubRecord('east', { ports: renamed });

    test('it stays until the import has followed, and then goes', () => {
      const given = { existing, admission };
      expect(decideRemoteSlice(remoteSlice({ ...given, importIsCurrent: () => false }))).toMatchObject({
        do: 'nothing',
        ask: true,
      });
      const followed = importFrom(hubRecord('east', { ports: renamed }));
      expect(decideRemoteSlice(remoteSlice({ ...given, held: followed })).do).toBe('remove');
    });

    test('of a headless Service it goes on naming its pods, as in its own cluster', () => {
      const headless = hubRecord('east', { type: 'Headless', ports: renamed });
      const given = { existing, admission: headless.admission, held: importFrom(headless) };
      const shown = written(decideRemoteSlice(remoteSlice(given)));
      expect(shown.endpoints).toMatchObject([{ addresses: ['198.18.1.7'], hostname: 'db-0' }]);
      expect(shown.ports).toEqual([]);
    });

    test('of a headless Service whose every port is in conflict it names nobody', () => {
      const headless = hubRecord('east', { type: 'Headless', ports: renamed });
      const older = hubRecord('west', {
        type: 'Headless',
        ports: [{ name: 'postgres', port: 1, protocol: 'TCP' }],
      });
      const given = { existing, admission: headless.admission, held: importFrom(older) };
      expect(decideRemoteSlice(remoteSlice(given)).do).toBe('remove');
    });
  });

  test('loses the endpoints that may not be used, and keeps the rest (https://github.com/submariner-io/lighthouse/pull/2246)', () => {
    const endpoints = ['127.0.0.1 RSt', '198.18.1.7 RSt', '169.254.169.254 RSt', '198.18.9.9 RSt'];
    const decision = decideRemoteSlice(
      remoteSlice({ record: sliceRecord({ endpoints }), addressRanges: ['198.18.1.0/24'] }),
    );
    expect(written(decision).endpoints?.flatMap(({ addresses }) => addresses)).toEqual(['198.18.1.7']);
    expect(decision).toMatchObject({
      dropped: [{ address: '127.0.0.1' }, { address: '169.254.169.254' }, { address: '198.18.9.9' }],
    });
  });

  test('stays what it is while the import’s spec is what somebody made of it', () => {
    const { held = importFrom() } = remoteSlice();
    const spec = {
      type: 'Headless' as const,
      ports: [],
      ipFamilies: ['IPv6'],
      trafficDistribution: 'PreferClose',
    };
    const edited = remoteSlice({ existing, held: { ...held, spec } });
    expect(written(decideRemoteSlice(edited))).toEqual(written(decideRemoteSlice(remoteSlice())));
  });

  test('stands behind the derived Service of a headless import only where there is one', () => {
    const headless = hubRecord('east', { type: 'Headless' });
    const held = importFrom(headless);
    const labels = (derivedService: string | undefined) =>
      written(decideRemoteSlice(remoteSlice({ held, admission: headless.admission, derivedService })))
        .metadata.labels;
    expect(labels(undefined)?.[KUBE_SERVICE_NAME_LABEL]).toBe(absentServiceName('prod', 'db'));
    expect(labels('derived-x')?.[KUBE_SERVICE_NAME_LABEL]).toBe('derived-x');
  });
});

describe('this cluster’s own slice', () => {
  const own = imported(decideOwnSlice(ownInput()));

  test('is shown from here, with its node (https://github.com/submariner-io/lighthouse/issues/656)', () => {
    const made = written(decideOwnSlice(ownInput()));
    expect(made.endpoints).toMatchObject([{ addresses: ['198.18.1.7'], nodeName: 'n1' }]);
    expect(made.metadata.annotations?.[ASSERTED_ANNOTATION]).toBe('kube-system-here/0');
  });

  test.each<[string, Partial<OwnSliceInput>]>([
    ['the local slice is gone', { source: undefined }],
    ['it is no longer exported', { own: NOT_EXPORTED }],
  ])('goes at once where %s, and needs no hub for that', (_why, given) => {
    expect(decideOwnSlice(ownInput({ existing: own, ...given })).do).toBe('remove');
    expect(decideOwnSlice(ownInput(given)).do).toBe('nothing');
  });

  test.each<[string, Partial<OwnSliceInput>]>([
    ['does not export the name', { own: NOT_EXPORTED }],
    ['exports the name as well', {}],
    ['lacks the slice', { source: undefined }],
  ])('stays as it is where another cluster has the id by right, and this one %s', (_why, given) => {
    const annotations = { ...own.metadata.annotations, [ASSERTED_ANNOTATION]: 'kube-system-there/7' };
    const theirs = { ...own, metadata: { ...own.metadata, annotations } };
    expect(decideOwnSlice(ownInput({ existing: theirs, ...given })).do).toBe('nothing');
  });

  test('stays while it is not known whether it is exported', () => {
    expect(decideOwnSlice(ownInput({ existing: own, own: { is: 'unknown' }, source: undefined })).do).toBe(
      'nothing',
    );
  });

  test('stays where the own Service’s port was edited while the hub is away', () => {
    const edited = ownDb({ ports: [{ name: 'pg', port: 5433, protocol: 'TCP' }] });
    const given = ownInput({ existing: own, own: edited, importIsCurrent: () => false });
    expect(decideOwnSlice(given)).toMatchObject({ do: 'nothing', ask: true });
  });

  test('waits for the ServiceImport', () => {
    expect(decideOwnSlice(ownInput({ held: undefined })).do).toBe('nothing');
  });
});
