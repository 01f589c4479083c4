import { describe, expect, test } from 'vitest';
import type { Condition } from '#apis/meta.ts';
import { transitions } from './events.ts';

const about = { metadata: { namespace: 'prod', name: 'db' } };

function condition(type: string, status: Condition['status'], reason: string, message = 'words'): Condition {
  return { type, status, reason, message, lastTransitionTime: '2026-01-01T00:00:00Z' };
}

const VALID = condition('Valid', 'True', 'Valid');
const NO_SERVICE = condition('Valid', 'False', 'NoService');
const AGREED = condition('Conflict', 'False', 'NoConflicts');
const DISPUTED = condition('Conflict', 'True', 'PortConflict');

describe('an Event is recorded', () => {
  test.each([
    ['when an export is invalid from the start', undefined, [NO_SERVICE], ['Warning NoService']],
    ['when it becomes invalid', [VALID], [NO_SERVICE], ['Warning NoService']],
    ['when it becomes valid', [NO_SERVICE], [VALID], ['Normal ExportValid']],
    ['when it comes into conflict', [VALID, AGREED], [VALID, DISPUTED], ['Warning ExportConflict']],
    ['when it is in conflict from the start', [VALID], [VALID, DISPUTED], ['Warning ExportConflict']],
    ['when the conflict is over', [VALID, DISPUTED], [VALID, AGREED], ['Normal ExportConflictResolved']],
    [
      'when the conflict ends because the export is invalid',
      [VALID, DISPUTED],
      [NO_SERVICE],
      ['Warning NoService', 'Normal ExportConflictResolved'],
    ],
  ])('%s', (_name, before, after, expected) => {
    expect(transitions(about, before, after).map(({ type, reason }) => `${type} ${reason}`)).toEqual(
      expected,
    );
  });
});

describe('no Event is recorded', () => {
  test.each([
    ['for an export that is fine from the start', undefined, [VALID, AGREED]],
    [
      'for other words about the same state',
      [DISPUTED],
      [condition('Conflict', 'True', 'TypeConflict', 'other')],
    ],
    ['for a change of readiness', [VALID], [VALID, condition('Ready', 'False', 'Pending')]],
  ])('%s', (_name, before, after) => {
    expect(transitions(about, before, after)).toEqual([]);
  });
});
