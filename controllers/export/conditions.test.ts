import { describe, expect, test } from 'vitest';
import type { IExportedService } from '#apis/hub/exported-service.ts';
import type { Condition } from '#apis/meta.ts';
import { type ConditionsInput, exportConditions } from './conditions.ts';
import type { ExportDecision, ExportSpec } from './decision.ts';

const SPEC: ExportSpec = { type: 'ClusterSetIP', ports: [{ protocol: 'TCP', port: 80 }] };
const EXPORT = { uid: 'export-1', creationTimestamp: '2026-01-01T00:00:00Z' };
const PUBLISH = { publish: true, spec: SPEC } as const satisfies ExportDecision;
const NO_CONFLICT = { status: 'False', reason: 'NoConflicts', message: 'All exporters agree.' } as const;

function record(spec: Partial<IExportedService['spec']> = {}): IExportedService {
  return {
    metadata: { name: 'prod.db', namespace: 'member-zzzc' },
    spec: {
      service: { namespace: 'prod', name: 'db' },
      export: EXPORT,
      ...SPEC,
      inventory: { sequence: 7, slices: ['a', 'b'] },
      asserted: { uid: 'own', sequence: 5 },
      ...spec,
    },
  };
}

function condition(type: string, status: Condition['status'], reason: string): Condition {
  return { type, status, reason, message: '', lastTransitionTime: '2026-01-01T00:00:00Z' };
}

/** `Type=Status/Reason` of each condition that is set, and the removed types behind a minus. */
function verdict(input: Partial<ConditionsInput>): string[] {
  const { set, remove } = exportConditions({
    decision: PUBLISH,
    current: [],
    unreadable: undefined,
    silence: undefined,
    obstacle: undefined,
    refusal: undefined,
    export: EXPORT,
    uid: 'own',
    held: record(),
    rejection: undefined,
    conflict: NO_CONFLICT,
    ...input,
  });
  return [
    ...set.map(({ type, status, reason }) => `${type}=${status}/${reason}`),
    ...remove.map((type) => `-${type}`),
  ];
}

describe('the conditions of a ServiceExport', () => {
  test('a valid export that the hub holds', () => {
    expect(verdict({})).toEqual(['Valid=True/Valid', 'Ready=True/Exported', 'Conflict=False/NoConflicts']);
  });

  test('a valid export of which something is not followed says so', () => {
    const remark = 'The annotation x is ignored.';
    const { set } = exportConditions({
      decision: { ...PUBLISH, remark },
      current: [],
      unreadable: undefined,
      silence: undefined,
      obstacle: undefined,
      refusal: undefined,
      export: EXPORT,
      uid: 'own',
      held: record(),
      rejection: undefined,
      conflict: NO_CONFLICT,
    });
    expect(set[0]).toMatchObject({ status: 'True', message: `The Service can be exported. ${remark}` });
  });

  test('an invalid export is not ready and states no conflict', () => {
    const decision = { publish: false, reason: 'NoService', message: 'there is no Service prod/db' } as const;
    expect(verdict({ decision })).toEqual(['Valid=False/NoService', 'Ready=False/Pending', '-Conflict']);
  });

  test('nothing is said about what nobody asked for', () => {
    const decision = { publish: false, reason: 'NotExported', message: '' } as const;
    expect(verdict({ decision })).toEqual([]);
  });

  test('endpoints play no part: another inventory is no change of the export', () => {
    expect(verdict({ held: record({ inventory: { sequence: 900, slices: [] } }) })).toContain(
      'Ready=True/Exported',
    );
  });

  test.each([
    ['the hub has no record yet', { held: undefined }],
    ['the record has other ports', { held: record({ ports: [] }) }],
    [
      'the record has a field that the Service no longer has',
      { held: record({ trafficDistribution: 'PreferClose' }) },
    ],
    [
      "the record is the former ServiceExport's",
      { held: record({ export: { ...EXPORT, uid: 'export-0' } }) },
    ],
    [
      "the record is another cluster's under the same id",
      { held: record({ asserted: { uid: 'other', sequence: 5 } }) },
    ],
  ])('is Pending while %s', (_name, input) => {
    expect(verdict(input)).toContain('Ready=False/Pending');
  });

  test('an export whose slices the hub takes no more of is not ready, though its record is there', () => {
    const { set } = exportConditions({ ...base, held: record(), sliceRefusal: 'no more than 2' });
    expect(set[1]).toMatchObject({
      reason: 'Failed',
      message: 'The hub refuses EndpointSlices of this export: no more than 2',
    });
  });

  test('says what stands in the way, and what the hub said', () => {
    const pending = exportConditions({ ...base, obstacle: 'the hub has no Member zzzc' }).set[1];
    expect(pending).toMatchObject({ reason: 'Pending', message: 'The hub has no Member zzzc.' });
    const failed = exportConditions({ ...base, refusal: '422 Invalid: too many ports' }).set[1];
    expect(failed).toMatchObject({
      reason: 'Failed',
      message: 'The hub refuses this export: 422 Invalid: too many ports',
    });
  });

  test('is not ready though the hub took it, if no member does', () => {
    const rejection = 'spec.annotations holds 70000 characters, more than 65536';
    const rejected = exportConditions({ ...base, held: record(), rejection });
    expect(rejected.set).toMatchObject([
      { type: 'Valid', status: 'True' },
      {
        type: 'Ready',
        status: 'False',
        reason: 'Failed',
        message: `No member takes this export: ${rejection}.`,
      },
    ]);
    // A record that is to be replaced is judged when it has been.
    expect(verdict({ held: record({ ports: [] }), rejection })).toContain('Ready=False/Pending');
  });

  test('stays ready as long as nothing is unsent, though nothing new could be sent', () => {
    expect(verdict({ obstacle: "the hub refuses this member's report: 403" })).toContain(
      'Ready=True/Exported',
    );
  });

  test('is not ready while this member may publish nothing, though the hub holds it: its endpoints stand still', () => {
    const silence = 'ClusterProperty x of this cluster is "bjpdc"';
    const { set } = exportConditions({ ...base, held: record(), silence, obstacle: silence });
    expect(set[1]).toMatchObject({ status: 'False', reason: 'Pending', message: `${silence}.` });
    // The hub's own words are about an attempt that was made while it was allowed.
    expect(verdict({ held: undefined, silence, refusal: '422' })).toContain('Ready=False/Pending');
  });

  test('no conflict is stated before the own record is among those that all members compare', () => {
    expect(verdict({ held: undefined, conflict: undefined })).toEqual([
      'Valid=True/Valid',
      'Ready=False/Pending',
    ]);
  });
});

const base: ConditionsInput = {
  decision: PUBLISH,
  current: [],
  unreadable: undefined,
  silence: undefined,
  obstacle: undefined,
  refusal: undefined,
  export: EXPORT,
  uid: 'own',
  held: undefined,
  rejection: undefined,
  conflict: undefined,
};

describe('after a start without the hub', () => {
  const unreadable = 'the hub has not been read yet';

  test('what an earlier run knew of Ready and Conflict stands', () => {
    const current = [condition('Valid', 'True', 'Valid'), condition('Ready', 'True', 'Exported')];
    expect(verdict({ unreadable, current, held: undefined, conflict: undefined })).toEqual([
      'Valid=True/Valid',
    ]);
  });

  test('a new export is Valid and Pending', () => {
    expect(verdict({ unreadable, held: undefined, conflict: undefined })).toEqual([
      'Valid=True/Valid',
      'Ready=False/Pending',
    ]);
  });

  test("what the set's namespace rules decided stands, one way and the other, until they are read again", () => {
    const denied = { publish: false, reason: 'NamespaceNotAllowed', message: 'no' } as const;
    const valid = [condition('Valid', 'True', 'Valid'), condition('Ready', 'True', 'Exported')];
    expect(verdict({ unreadable, decision: denied, current: valid })).toEqual([]);
    const refused = [condition('Valid', 'False', 'NamespaceNotAllowed')];
    expect(verdict({ unreadable, current: refused })).toEqual([]);
    expect(verdict({ unreadable, decision: denied })).toEqual(['Ready=False/Pending']);
  });

  test('what no rule of the set can change is said at once', () => {
    const decision = { publish: false, reason: 'NoService', message: 'none' } as const;
    const current = [condition('Valid', 'True', 'Valid')];
    expect(verdict({ unreadable, decision, current })).toContain('Valid=False/NoService');
  });
});
