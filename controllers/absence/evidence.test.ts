import { describe, expect, test } from 'vitest';
import type { IExportedService } from '#apis/hub/exported-service.ts';
import type { IMember } from '#apis/hub/member.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';
import { evidenceFrom } from './evidence.ts';
import { provesLess } from './inventory.ts';

const report: IMemberReport = {
  metadata: { name: 'report', namespace: 'member-east' },
  spec: {
    clusterUID: 'uid-1',
    clusterSetUID: 'set',
    agentVersion: '1',
    inventory: { sequence: 5, services: ['prod.db'] },
  },
};

const record: IExportedService = {
  metadata: { name: 'prod.db', namespace: 'member-east' },
  spec: {
    service: { namespace: 'prod', name: 'db' },
    export: { uid: 'export', creationTimestamp: '2026-01-01T00:00:00Z' },
    type: 'Headless',
    ports: [],
    inventory: { sequence: 7, slices: ['h1'] },
    asserted: { uid: 'uid-1', sequence: 5 },
  },
};

const member: IMember = { metadata: { name: 'east' }, spec: { removed: ['uid-0'] } };

function evidence(hub: { report?: unknown; record?: unknown; member?: unknown }) {
  return evidenceFrom({
    // What a hub sends is not what its types say: these are hostile or newer objects.
    member: () => hub.member as IMember | undefined,
    report: () => hub.report as IMemberReport | undefined,
    exportedService: () => hub.record as IExportedService | undefined,
  });
}

describe('evidence', () => {
  test("reads a report as the inventory of its own cluster's services", () => {
    const inventory = evidence({ report }).report('east');
    expect(inventory).toMatchObject({ uid: 'uid-1', sequence: 5 });
    expect(inventory?.names('prod.db')).toBe(true);
    expect(inventory?.names('prod.web')).toBe(false);
  });

  test('reads a service record as the inventory of its slices, by the cluster that asserted it', () => {
    const inventory = evidence({ record }).service('east', 'prod', 'db');
    expect(inventory).toMatchObject({ uid: 'uid-1', sequence: 7 });
    expect(inventory?.names('h1')).toBe(true);
    expect(inventory?.names('h2')).toBe(false);
  });

  test('answers for a long inventory as for a short one', () => {
    const services = Array.from({ length: 1_000 }, (_, n) => `prod.s${n}`);
    const long = { ...report, spec: { ...report.spec, inventory: { sequence: 1, services } } };
    const inventory = evidence({ report: long }).report('east');
    expect(services.every((name) => inventory?.names(name))).toBe(true);
    expect(inventory?.names('prod.s1000')).toBe(false);
  });

  test('follows an object that was replaced', () => {
    let held = report;
    const followed = evidenceFrom({
      member: () => undefined,
      report: () => held,
      exportedService: () => undefined,
    });
    expect(followed.report('east')?.sequence).toBe(5);
    held = { ...report, spec: { ...report.spec, inventory: { sequence: 6, services: [] } } };
    expect(followed.report('east')?.sequence).toBe(6);
  });

  test('knows the tombstones of an id by the UID they name', () => {
    expect(evidence({ member }).isRemoved('east', 'uid-0')).toBe(true);
    expect(evidence({ member }).isRemoved('east', 'uid-1')).toBe(false);
    expect(evidence({}).isRemoved('east', 'uid-0')).toBe(false);
  });

  test.each([
    ['no spec', { metadata: report.metadata }],
    ['a null spec', { metadata: report.metadata, spec: null }],
    ['no inventory', { ...report, spec: { ...report.spec, inventory: undefined } }],
    ['no list', { ...report, spec: { ...report.spec, inventory: { sequence: 9 } } }],
    [
      'a list that is none',
      { ...report, spec: { ...report.spec, inventory: { sequence: 9, services: {} } } },
    ],
    [
      'a list that holds another thing than names',
      { ...report, spec: { ...report.spec, inventory: { sequence: 9, services: ['prod.web', null] } } },
    ],
    ['no sequence', { ...report, spec: { ...report.spec, inventory: { services: [] } } }],
    [
      'a sequence of text',
      { ...report, spec: { ...report.spec, inventory: { sequence: '9', services: [] } } },
    ],
    ['a fraction', { ...report, spec: { ...report.spec, inventory: { sequence: 9.5, services: [] } } }],
    ['no UID', { ...report, spec: { ...report.spec, clusterUID: '' } }],
  ])('a report with %s is silence, not an empty inventory', (_what, malformed) => {
    expect(evidence({ report: malformed }).report('east')).toBeUndefined();
  });

  test.each([
    ['no asserted', { ...record, spec: { ...record.spec, asserted: undefined } }],
    ['no slices', { ...record, spec: { ...record.spec, inventory: { sequence: 9 } } }],
    ['no spec', { metadata: record.metadata }],
  ])('a service record with %s is silence, not an empty inventory', (_what, malformed) => {
    expect(evidence({ record: malformed }).service('east', 'prod', 'db')).toBeUndefined();
  });

  test('tombstones that are no list remove nobody', () => {
    expect(evidence({ member: { ...member, spec: { removed: 'uid-1' } } }).isRemoved('east', 'uid-1')).toBe(
      false,
    );
  });
});

describe('an inventory proves less than the one before it', () => {
  const before = { uid: 'a', sequence: 5, names: () => true };
  test.each([
    ['where there is none any more', before, undefined, true],
    ['where another cluster wrote it', before, { ...before, uid: 'b', sequence: 6 }, true],
    ['where it is an earlier one', before, { ...before, sequence: 4 }, true],
    ['not where it is the same or a later one', before, { ...before, sequence: 5 }, false],
    ['not where there was none', undefined, before, false],
  ])('%s', (_when, held, after, expected) => {
    expect(provesLess(held, after)).toBe(expected);
  });
});
