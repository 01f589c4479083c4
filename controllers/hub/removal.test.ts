import { expect, test } from 'vitest';
import type { IExportedService } from '#apis/hub/exported-service.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';
import type { RecordView } from '#controllers/endpoints/views.ts';
import { type MemberRecords, recordsToRemove } from './removal.ts';

function slice(uid: string): RecordView {
  const source = { uid: 's', generation: 1 };
  return {
    metadata: { name: `prod.db.${uid}`, namespace: 'member-zzzc' },
    spec: { addressType: 'IPv4', ports: [], source, asserted: { uid, sequence: 1 }, packed: '' },
  };
}

function service(uid: string, deletionTimestamp?: string): IExportedService {
  return {
    metadata: {
      name: `prod.${uid}`,
      namespace: 'member-zzzc',
      ...(deletionTimestamp && { deletionTimestamp }),
    },
    spec: {
      service: { namespace: 'prod', name: uid },
      export: { uid: 'e', creationTimestamp: '2026-01-01T00:00:00Z' },
      type: 'Headless',
      ports: [],
      inventory: { sequence: 1, slices: [] },
      asserted: { uid, sequence: 1 },
    },
  };
}

function report(clusterUID: string): IMemberReport {
  return {
    metadata: { name: 'report', namespace: 'member-zzzc' },
    spec: { clusterUID, clusterSetUID: 'set', agentVersion: '1', inventory: { sequence: 1, services: [] } },
  };
}

function names(removed: string[], records: MemberRecords): string[] {
  const { slices, services, reports } = recordsToRemove(removed, records);
  return [...slices, ...services, ...reports].map(({ metadata }) => metadata.name);
}

const records: MemberRecords = {
  slices: [slice('old'), slice('new')],
  services: [service('old'), service('new')],
  report: report('old'),
};

test('what a removed cluster wrote goes, and what its successor wrote stays', () => {
  expect(names(['old'], records)).toEqual(['prod.db.old', 'prod.old', 'report']);
  expect(names(['old'], { ...records, report: report('new') })).toEqual(['prod.db.old', 'prod.old']);
});

test('nothing goes without a statement', () => {
  expect(names([], records)).toEqual([]);
});

test('a record whose author cannot be read stays, even if the statement is spoilt', () => {
  const unreadable = service('old');
  Reflect.deleteProperty(unreadable.spec, 'asserted');
  expect(names(['old', ''], { slices: [slice('')], services: [unreadable], report: undefined })).toEqual([]);
});

test('what is being deleted is not deleted again', () => {
  expect(
    names(['old'], { slices: [], services: [service('old', '2026-01-01T00:00:00Z')], report: undefined }),
  ).toEqual([]);
});
