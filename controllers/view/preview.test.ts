import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IExportedService } from '#apis/hub/exported-service.ts';
import { resolve } from '#controllers/conflict/resolve.ts';
import { exportedService, exporter, type Says } from '#test/builders/exporters.ts';
import { clusterIdOf, type HubContent, isTrouble, previewExport, withPlanned } from './preview.ts';

const clusterSet = { metadata: { name: 'clusterset', uid: 'set-1' } };
const made = { namespace: 'prod', name: 'db', uid: 'none-yet', creationTimestamp: '2026-07-01T00:00:00Z' };

function hub(services: IExportedService[], more: Partial<HubContent> = {}): HubContent {
  return { clusterSet, members: [], reports: [], services, ...more };
}

/** What the agent would publish of a Service that says this. */
function specOf(says: Says) {
  const {
    service: _s,
    export: _e,
    inventory: _i,
    asserted: _a,
    ...spec
  } = exportedService('zzzc', says).spec;
  return spec;
}

describe('the preview of an export', () => {
  it('says who would win, and why', () => {
    const rows = previewExport(hub([exportedService('shbt')]), {
      cluster: 'zzzc',
      metadata: made,
      spec: specOf({ type: 'Headless' }),
    });
    expect(rows).toEqual([
      {
        namespace: 'prod',
        name: 'db',
        exporters: ['shbt', 'zzzc'],
        reason: 'TypeConflict',
        message:
          'type differs: ClusterSetIP of shbt is used (the oldest export, since 2026-01-01T00:00:00Z); Headless in zzzc.',
      },
    ]);
    expect(rows.every(isTrouble)).toBe(true);
  });

  it('says that all agree, with others and alone', () => {
    for (const others of [[], [exportedService('shbt')]]) {
      const rows = previewExport(hub(others), { cluster: 'zzzc', metadata: made, spec: specOf({}) });
      expect(rows).toMatchObject([{ reason: 'NoConflicts' }]);
      expect(rows.some(isTrouble)).toBe(false);
    }
  });

  it('counts no record of which a newer report of its member says that it is gone', () => {
    const gone = {
      metadata: { namespace: 'member-shbt', name: 'report' },
      spec: {
        clusterUID: 'kube-system-shbt',
        clusterSetUID: 'set-1',
        agentVersion: '',
        inventory: { sequence: 9, services: [] },
      },
    };
    const other = exportedService('shbt', { type: 'Headless' });
    const reasonWith = (report: typeof gone) =>
      previewExport(hub([other], { reports: [report] }), {
        cluster: 'zzzc',
        metadata: made,
        spec: specOf({}),
      })[0]?.reason;
    expect(reasonWith(gone)).toBe('NoConflicts');
    const elsewhere = { ...gone, spec: { ...gone.spec, clusterSetUID: 'another-set' } };
    expect(reasonWith(elsewhere)).toBe('TypeConflict');
  });

  it('says that the rules of the set refuse it', () => {
    const members = [{ metadata: { name: 'zzzc' }, spec: { allowedNamespaces: ['dev'] } }];
    const rows = previewExport(hub([], { members }), { cluster: 'zzzc', metadata: made, spec: specOf({}) });
    expect(rows).toMatchObject([
      { reason: 'Refused', message: expect.stringMatching(/^No member would take/) },
    ]);
  });

  it('counts what other clusters are to export at the same time', () => {
    const ours = { cluster: 'zzzc', metadata: made, spec: specOf({}) };
    const theirs = { ...ours, cluster: 'bjpdc', spec: specOf({ type: 'Headless' }) };
    const [row] = previewExport(withPlanned(hub([]), [ours, theirs]), ours);
    expect(row).toMatchObject({ exporters: ['bjpdc', 'zzzc'], reason: 'TypeConflict' });
    const again = withPlanned(withPlanned(hub([]), [ours, theirs]), [ours, theirs]);
    expect(again.services).toHaveLength(2);
  });

  it('leaves an export that is there its place in the line', () => {
    const own = exportedService('zzzc', { since: '2025-01-01T00:00:00Z', type: 'Headless' });
    const metadata = { ...made, uid: 'export-zzzc', creationTimestamp: '2025-01-01T00:00:00Z' };
    const [row] = previewExport(hub([own, exportedService('shbt')]), {
      cluster: 'zzzc',
      metadata: metadata,
      spec: specOf({ type: 'Headless' }),
    });
    expect(row?.exporters).toEqual(['zzzc', 'shbt']);
  });

  it('is what every member makes of it once the record is there', () => {
    const word = fc.record({
      type: fc.constantFrom('ClusterSetIP' as const, 'Headless' as const),
      sessionAffinity: fc.constantFrom('None', 'ClientIP'),
      since: fc.constantFrom('2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z'),
    });
    fc.assert(
      fc.property(word, word, (mine, theirs) => {
        const others = hub([exportedService('shbt', theirs)]);
        const metadata = { ...made, creationTimestamp: mine.since };
        const rows = previewExport(others, { cluster: 'zzzc', metadata: metadata, spec: specOf(mine) });
        const later = exporter('zzzc', { ...mine, recorded: '2028-01-01T00:00:00Z' });
        const { conflicts } = resolve([exporter('shbt', theirs), later], 'ExportTime');
        const expected = conflicts.get('zzzc') ?? [];
        expect(rows.filter(isTrouble).map(({ reason, message }) => ({ reason, message }))).toEqual(expected);
      }),
    );
  });
});

it('a cluster is the member that has claimed its UID', () => {
  const members = [
    { metadata: { name: 'zzzc' }, status: { claimedUID: 'uid-1' } },
    { metadata: { name: 'shbt' } },
  ];
  expect(clusterIdOf(members, 'uid-1')).toBe('zzzc');
  expect(clusterIdOf(members, 'uid-2')).toBeUndefined();
  expect(clusterIdOf(members, undefined)).toBeUndefined();
});
